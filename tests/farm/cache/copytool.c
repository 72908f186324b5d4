/* The copytool: one thread per running copy, at a given latency and rate.
 *
 * A copy gives the lock up while it moves bytes and while it waits. When it has it again,
 * another copytool may be in charge (killed, H24): then the action is not its own any more
 * and may be gone, so it looks at the epoch before anything else. */
#include "cached.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHUNK (256 * 1024)

struct copy {
    struct action *action;
    struct inode *inode;
    unsigned epoch;
    double began;
};

/* true: go on. */
static bool still_ours(const struct copy *copy)
{
    return copy->epoch == cache.epoch;
}

static bool wait_until(struct copy *copy, double when)
{
    while (still_ours(copy) && !copy->action->cancelled && now() < when) {
        struct timespec until;
        double left = when - now();
        clock_gettime(CLOCK_REALTIME, &until);
        left += until.tv_nsec / 1e9;
        until.tv_sec += (time_t)left;
        until.tv_nsec = (long)((left - (time_t)left) * 1e9);
        pthread_cond_timedwait(&cache.changed, &cache.lock, &until);
    }
    return still_ours(copy) && !copy->action->cancelled;
}

/* Returns the number of bytes, or -errno; -ECANCELED also when it is not ours any more. */
static int64_t move_bytes(struct copy *copy, int from, int to)
{
    char *buffer = malloc(CHUNK);
    int64_t moved = 0;
    ssize_t got = 1;

    if (!buffer)
        return -ENOMEM;
    for (;;) {
        unlock();
        got = pread(from, buffer, CHUNK, moved);
        if (got > 0 && pwrite(to, buffer, got, moved) != got)
            got = -1;
        int error = errno;
        lock();
        if (got < 0)
            moved = error ? -error : -EIO;
        if (got <= 0)
            break;
        moved += got;
        if (still_ours(copy)) {
            copy->action->moved = moved;
            copy->action->updated = now();
        }
        if (!wait_until(copy, cache.rate > 0 ? copy->began + moved / cache.rate : 0)) {
            moved = -ECANCELED;
            break;
        }
    }
    free(buffer);
    return moved;
}

static bool valid_utf8(const char *name)
{
    const unsigned char *at = (const unsigned char *)name;

    while (*at) {
        int more = *at < 0x80 ? 0 : *at >= 0xc2 && *at < 0xe0 ? 1 : *at >= 0xe0 && *at < 0xf0 ? 2
                 : *at >= 0xf0 && *at < 0xf5 ? 3 : -1;
        if (more < 0)
            return false;
        for (at++; more; more--, at++)
            if ((*at & 0xc0) != 0x80)
                return false;
    }
    return true;
}

static int filer_fault(unsigned *fail_next)
{
    if (*fail_next) {
        --*fail_next;
        return EIO;
    }
    return 0;
}

/* A writer who comes at the worst moment, for tests. */
static void befall(struct inode *inode)
{
    if (!inode->on_archive)
        return;
    if (strcmp(inode->on_archive, "write") == 0) { /* C3 */
        char byte = 'x';
        store_write(inode, &byte, 1, inode->size);
        data_changed(inode);
        mark_dirty(inode);
    } else if (strcmp(inode->on_archive, "unlink") == 0 && inode->links) {
        name_remove(inode->links); /* H26 */
    }
    free(inode->on_archive);
    inode->on_archive = NULL;
}

/* The archive's end: valid only when nobody wrote meanwhile (C3, C7). */
static int publish(struct inode *inode, const char *temporary, const char *path)
{
    if (cache.filer_full)
        return ENOSPC;
    if (renameat(cache.filer, temporary, cache.filer, path))
        return errno;
    inode->hsm = (inode->hsm | SIM_ARCHIVED) & ~(SIM_DIRTY | SIM_LOST);
    inode->never_releasable = false; /* L20: data version noted anew */
    inode->refused_open = false;
    free(inode->backend);
    inode->backend = copy_string(path);
    return 0;
}

static int archive(struct copy *copy)
{
    struct inode *inode = copy->inode;
    uint64_t version = inode->version;
    bool open_writer = inode->unflushed > 0;
    int64_t moved = 0;
    int error = 0;

    inode->hsm |= SIM_EXISTS; /* H23 */
    inode->archive_id = 1;
    befall(inode);
    if (!wait_until(copy, copy->began))
        return ECANCELED;
    error = filer_fault(&cache.fail_archives);
    char *path = inode_path(inode);
    if (!error && !path)
        error = ENOENT; /* deleted while queued (H26) */
    if (!error && cache.filer_readonly)
        error = EROFS;
    if (!error && cache.utf8_only && !valid_utf8(path))
        error = EILSEQ;
    if (error) {
        free(path);
        return error;
    }
    char *slash = strrchr(path, '/');
    char *temporary = text("%.*s.hsm-%llu-%u", slash ? (int)(slash - path + 1) : 0, path,
                           (unsigned long long)inode->ino, copy->epoch);
    int from = store_open(inode);
    from = from < 0 ? from : fcntl(from, F_DUPFD_CLOEXEC, 3); /* may be dropped meanwhile */
    int to = filer_make_parents(path, inode) ? -1 :
             openat(cache.filer, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (from < 0 || to < 0)
        error = errno;
    else if ((moved = move_bytes(copy, from, to)) < 0)
        error = (int)-moved;
    if (!error && !still_ours(copy))
        error = ECANCELED;
    if (!error) {
        struct timespec times[2] = {{.tv_sec = inode->atime}, {.tv_sec = inode->mtime}};
        (void)!fchown(to, inode->uid, inode->gid);
        fchmod(to, inode->mode & 01777);
        futimens(to, times);
        if (version != inode->version || open_writer || inode->unflushed)
            error = EBUSY;
        else if (!inode->links)
            error = ENOENT;
        else
            error = publish(inode, temporary, path);
        inode->refused_open |= error == EBUSY && inode->unflushed;
    }
    if (error && to >= 0)
        unlinkat(cache.filer, temporary, 0);
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    free(temporary);
    free(path);
    return error;
}

/* Whatever bytes the filer has now, and their size; nothing is checked (H87). */
static int restore(struct copy *copy)
{
    static uint64_t number;
    struct inode *inode = copy->inode;
    struct stat st;
    uint64_t mine = ++number;
    int64_t moved = 0;

    while (inode->stuck)
        if (!wait_until(copy, now() + 0.02))
            return ECANCELED;
    if (!wait_until(copy, copy->began))
        return ECANCELED;
    int error = filer_fault(&cache.fail_restores);
    if (error)
        return error;
    char *path = filer_backend(inode);
    int from = path ? openat(cache.filer, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                    : -1;
    free(path);
    if (from < 0)
        return ENOENT; /* H88 */
    int to = fstat(from, &st) || !store_has_room(inode, st.st_size) ? -1 : store_begin(mine);
    if (to < 0) {
        close(from);
        return ENOSPC;
    }
    moved = move_bytes(copy, from, to);
    close(from);
    if (moved >= 0 && !still_ours(copy))
        moved = -ECANCELED;
    error = moved < 0 ? (int)-moved : store_commit(inode, to, mine, moved);
    if (error) {
        store_abandon(to, mine);
        return error;
    }
    inode->hsm &= ~SIM_RELEASED;
    inode->restored = true;
    inode->version++;
    if (cache.times_follow_restore)
        inode->mtime = st.st_mtim.tv_sec;
    return 0;
}

/* hsm_remove: the filer's copy goes (H53). */
static int remove_copy(struct copy *copy)
{
    struct inode *inode = copy->inode;

    if (!wait_until(copy, copy->began))
        return ECANCELED;
    char *path = filer_backend(inode);
    if (path)
        unlinkat(cache.filer, path, 0);
    free(path);
    inode->hsm &= ~(SIM_EXISTS | SIM_ARCHIVED | SIM_DIRTY | SIM_LOST);
    return 0;
}

/* Asked for while another archive of the file was under way: fails after that one has
 * ended, and leaves the file dirty although nobody wrote (H25). */
static int archive_twice(struct copy *copy)
{
    while (still_ours(copy) && !copy->action->cancelled &&
           copy->inode->actions != copy->action)
        wait_until(copy, now() + 1);
    if (!wait_until(copy, now() + cache.latency))
        return ECANCELED;
    mark_dirty(copy->inode);
    return EBUSY;
}

static void *run(void *data)
{
    struct copy *copy = data;

    lock();
    int error = ECANCELED;
    if (still_ours(copy)) {
        switch (copy->action->verb) {
        case SIM_ARCHIVE:
            error = copy->action->duplicate ? archive_twice(copy) : archive(copy);
            break;
        case SIM_RESTORE: error = restore(copy); break;
        default: error = remove_copy(copy); break;
        }
    }
    if (still_ours(copy))
        action_end(copy->action, error);
    unlock();
    free(copy);
    return NULL;
}

void copytool_run(struct action *action)
{
    pthread_t thread;
    struct copy *copy = get(sizeof(*copy));

    copy->action = action;
    copy->inode = action->inode;
    copy->epoch = cache.epoch;
    copy->began = now() + cache.latency + (action->request ? 0 : cache.reader_latency);
    if (pthread_create(&thread, NULL, run, copy))
        abort();
    pthread_detach(thread);
}
