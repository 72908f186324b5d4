/* HSM bits of files: what changes them, and what each verb may do to which state. */
#include "cached.h"

#include <errno.h>
#include <linux/fs.h>
#include <string.h>
#include <unistd.h>

/* H51; of an append-only file EPERM, as measured on 2.17.57. */
static int guarded(const struct inode *inode)
{
    if (inode->attributes & FS_IMMUTABLE_FL)
        return EACCES;
    return inode->attributes & FS_APPEND_FL ? EPERM : 0;
}

void data_changed(struct inode *inode)
{
    inode->version++;
    inode->mtime = inode->ctime = today();
}

void mark_dirty(struct inode *inode)
{
    if (inode->hsm & SIM_EXISTS && !(inode->hsm & SIM_RELEASED))
        inode->hsm |= SIM_DIRTY;
}

void handle_wrote(struct handle *handle, uint64_t writer)
{
    handle->writer = writer;
    if (!handle->wrote)
        handle->inode->unflushed++;
    handle->wrote = true;
}

/* The writer closes: only now the file turns dirty (H12). FUSE cannot tell the last close
 * from that of a descriptor which the writer had duplicated: there it comes early. */
void handle_flush(struct handle *handle)
{
    if (!handle->wrote)
        return;
    handle->wrote = false;
    handle->inode->unflushed--;
    mark_dirty(handle->inode);
}

#define USER_FLAGS (SIM_NORELEASE | SIM_NOARCHIVE | SIM_DIRTY) /* H62, M6 */

int state_set(struct inode *inode, const struct sim_state_set *set, const struct caller *caller)
{
    uint32_t flags = (inode->hsm | set->set) & ~set->clear;

    if (!may_write(inode, caller))
        return EACCES;
    if (guarded(inode))
        return guarded(inode);
    if (caller->uid && (set->set | set->clear) & ~USER_FLAGS)
        return EPERM;
    if ((flags & SIM_DIRTY && !(flags & SIM_EXISTS)) ||
        (flags & SIM_RELEASED && flags & SIM_DIRTY) ||
        (flags & (SIM_RELEASED | SIM_LOST) && !(flags & SIM_ARCHIVED)))
        return EINVAL; /* H52 */
    inode->hsm = flags;
    if (set->archive_id)
        inode->archive_id = set->archive_id;
    return 0;
}

int request_check(const struct mount *mount, const struct sim_request *request,
                  const struct caller *caller)
{
    if (request->count > SIM_MAX_FILES)
        return E2BIG;
    if (mount->read_only && (request->verb == SIM_ARCHIVE || request->verb == SIM_RELEASE ||
                             request->verb == SIM_REMOVE))
        return EROFS; /* H38 */
    if (caller->uid && (request->verb == SIM_ARCHIVE || request->verb == SIM_REMOVE))
        return EPERM; /* H60 */
    if (cache.coordinator == STOPPED && request->verb != SIM_RELEASE)
        return EAGAIN; /* H37 */
    return 0;
}

/* -1: nothing to do; 0: to be queued; else refused (H40-H47). */
static int judge(const struct inode *inode, uint32_t verb, uint32_t archive_id)
{
    uint32_t hsm = inode->hsm;

    switch (verb) {
    case SIM_ARCHIVE:
        if (hsm & SIM_ARCHIVED && !(hsm & SIM_DIRTY))
            return -1;
        if (hsm & SIM_NOARCHIVE)
            return EPERM;
        return hsm & SIM_DIRTY && archive_id && inode->archive_id &&
               archive_id != inode->archive_id ? EPERM : 0;
    case SIM_RESTORE:
        if (hsm & SIM_DIRTY || (hsm & SIM_RELEASED && hsm & SIM_LOST))
            return EPERM;
        return hsm & SIM_RELEASED ? 0 : -1;
    case SIM_REMOVE:
        if (hsm & SIM_RELEASED)
            return EPERM;
        return hsm & SIM_EXISTS ? 0 : -1; /* H53 */
    default:
        return EINVAL;
    }
}

/* Stops at the first file that is refused; what came before stays queued (H33). */
int request_queue(const struct sim_request *request, const struct caller *caller)
{
    uint64_t id = request_new();

    for (uint32_t i = 0; i < request->count; i++) {
        struct inode *inode = inode_get(request->ino[i]);
        if (!inode)
            return ENOENT; /* H35 */
        if (!S_ISREG(inode->mode))
            return EINVAL;
        if (request->verb == SIM_CANCEL) {
            if (inode->actions && caller->uid)
                return EPERM; /* H60 */
            actions_cancel(inode);
            continue;
        }
        int verdict = judge(inode, request->verb, request->archive_id);
        if (verdict > 0)
            return verdict;
        cache.counts[request->verb].requested++;
        if (verdict == 0)
            action_queue(inode, request->verb, request->archive_id, id);
    }
    return 0;
}

/* At once and synchronous; the caller sees to it that no restore is under way (H80). */
int release(struct inode *inode, const struct caller *caller)
{
    cache.counts[SIM_RELEASE].requested++;
    if (!may_write(inode, caller))
        return EACCES; /* H60 */
    if (guarded(inode))
        return guarded(inode);
    if (inode->hsm & (SIM_NORELEASE | SIM_LOST))
        return EPERM; /* H45, H47: of a released file as well */
    if (inode->hsm & SIM_RELEASED)
        return 0;
    if (inode->unflushed) { /* H50 */
        mark_dirty(inode);
        return EPERM;
    }
    if (!(inode->hsm & SIM_ARCHIVED) || inode->hsm & SIM_DIRTY ||
        inode->never_releasable)
        return EPERM;
    if (cache.size_bug && inode->restored)
        inode->size = 0; /* field-reports L6; the restore brings it back */
    store_drop(inode);
    inode->hsm |= SIM_RELEASED;
    inode->restored = false;
    cache.counts[SIM_RELEASE].done++;
    return 0;
}
