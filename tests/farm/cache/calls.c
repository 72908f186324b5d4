/* Callers that sleep inside the mount: a request whose file is being restored is kept
 * unanswered and run again when the restore has ended (H80-H83). FUSE's interrupts are
 * not heeded, so such a caller cannot be killed, as on Lustre.
 *
 * Where FUSE falls short: the kernel holds the inode's lock during write, truncate, chmod
 * and touch, so while one of these sleeps, rm and mv of that file sleep too on the same
 * mount (H80 has them answer at once). On another mount, and beside readers, they work. */
#include "cached.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct mount *mount_of(fuse_req_t req)
{
    return fuse_req_userdata(req);
}

struct inode *enter(fuse_req_t req, fuse_ino_t node)
{
    struct mount *mount = mount_of(req);
    struct inode *inode = node == FUSE_ROOT_ID ? mount->root : inode_get(node);

    if (mount->evicted)
        inode = NULL;
    if (!inode)
        fuse_reply_err(req, mount->evicted ? mount->evicted : ESTALE);
    return inode;
}

static void hold(const struct call *call)
{
    struct inode *inode = call->inode;
    struct call *copy = get(sizeof(*copy));

    *copy = *call;
    copy->next = NULL;
    if (call->data) {
        copy->data = get(call->size);
        memcpy(copy->data, call->data, call->size);
    }
    *inode->waiting_end = copy;
    inode->waiting_end = &copy->next;
    inode->waiters++;
}

#define CROWD 10 /* readers at once from which on one is told a wrong thing (L15) */

bool with_data(struct call *call)
{
    struct inode *inode = call->inode;

    if (!(inode->hsm & SIM_RELEASED))
        return true;
    if (!call->failed && (inode->hung || request_restore(inode))) {
        bool crowd = cache.enodata_crowd && inode->waiters == CROWD && !inode->crowded;
        if (!crowd && !inode->enodata_once) {
            hold(call);
            return false;
        }
        inode->enodata_once = false;
        inode->crowded |= crowd;
    }
    fuse_reply_err(call->req, ENODATA);
    return false;
}

bool without_restore(struct call *call)
{
    if (call->failed || !restoring(call->inode))
        return true;
    hold(call);
    return false;
}

void calls_wake(struct inode *inode, int error)
{
    struct call *next, *at = inode->waiting;

    inode->waiting = NULL;
    inode->waiting_end = &inode->waiting;
    inode->waiters = 0;
    inode->crowded = false;
    inode->opens++; /* keeps it while its callers are served */
    for (; at; at = next) {
        next = at->next;
        at->failed = error;
        at->run(at);
        free(at->data);
        free(at);
    }
    inode->opens--;
    inode_settle(inode);
}

/* The mount is gone, or evicted: its callers get this errno. */
void calls_drop(struct mount *mount, int error)
{
    for (uint64_t ino = 1; ino <= inode_last(); ino++) {
        struct inode *inode = inode_get(ino);
        struct call **at = inode ? &inode->waiting : NULL;
        if (!inode || !*at)
            continue;
        while (*at) {
            struct call *call = *at;
            if (call->mount != mount) {
                at = &call->next;
                continue;
            }
            *at = call->next;
            inode->waiters--;
            fuse_reply_err(call->req, error);
            free(call->data);
            free(call);
        }
        inode->waiting_end = at;
        inode_settle(inode);
    }
}
