/* FUSE: the ioctls of protocol.h, and chattr's. */
#include "cached.h"

#include <errno.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>

struct ask {
    fuse_req_t req;
    struct inode *inode;
    const void *in;
    size_t in_size, out_size;
};

static void answer(const struct ask *ask, const void *out, size_t size)
{
    fuse_reply_ioctl(ask->req, 0, out, size < ask->out_size ? size : ask->out_size);
}

static void ask_state(const struct ask *ask)
{
    struct sim_state state = {ask->inode->hsm, ask->inode->archive_id};

    answer(ask, &state, sizeof(state));
}

static void ask_state_set(const struct ask *ask)
{
    struct caller caller;

    caller_of(ask->req, &caller);
    int error = state_set(ask->inode, ask->in, &caller);
    if (error)
        fuse_reply_err(ask->req, error);
    else
        answer(ask, NULL, 0);
    schedule();
}

static void ask_action(const struct ask *ask)
{
    const struct action *action = ask->inode->actions;
    struct sim_action out = {0};

    if (action) { /* with several, the oldest */
        out.verb = action->verb;
        out.running = action->status == STARTED;
        out.moved = action->moved;
    }
    answer(ask, &out, sizeof(out));
}

static void ask_data_version(const struct ask *ask)
{
    uint64_t version = ask->inode->hsm & SIM_RELEASED ? 0 : ask->inode->version + 1; /* H72 */

    answer(ask, &version, sizeof(version));
}

static void ask_fsinfo(const struct ask *ask)
{
    struct sim_fsinfo info = {.old_texts = cache.old_texts, .find_faults = cache.find_faults};

    snprintf(info.fsname, sizeof(info.fsname), "%s", cache.fsname);
    snprintf(info.instance, sizeof(info.instance), "%s", mount_of(ask->req)->instance);
    snprintf(info.version, sizeof(info.version), "%s", cache.version);
    answer(ask, &info, sizeof(info));
}

static void ask_entry(const struct ask *ask)
{
    struct sim_entry entry = *(const struct sim_entry *)ask->in;

    entry.name[sizeof(entry.name) - 1] = '\0';
    struct link *link = lookup(ask->inode, entry.name);
    if (!link) {
        fuse_reply_err(ask->req, ENOENT);
        return;
    }
    entry.ino = link->inode->ino;
    entry.mode = link->inode->mode;
    entry.flags = link->inode->hsm;
    answer(ask, &entry, sizeof(entry));
}

static void ask_targets(const struct ask *ask)
{
    struct sim_targets *out = get(sizeof(*out));
    struct sim_target mdt = {0, 0, 1738616, 5888 + cache.inodes, 1560640 - cache.inodes};

    out->count = 1 + cache.osts;
    out->target[0] = mdt;
    for (unsigned i = 0; i < cache.osts; i++) {
        struct sim_target *target = &out->target[1 + i];
        uint64_t used = cache.ost[i].full ? cache.ost_blocks : cache.ost[i].used;
        target->kind = 1;
        target->index = i;
        target->total_kb = cache.ost_blocks / 2;
        target->used_kb = used / 2;
        target->available_kb = used < cache.ost_blocks ? (cache.ost_blocks - used) / 2 : 0;
    }
    answer(ask, out, sizeof(*out));
    free(out);
}

static void ask_names(const struct ask *ask)
{
    struct sim_names *names = get(sizeof(*names));
    int error = fuse_req_ctx(ask->req)->uid ? EPERM : 0; /* M4 */

    names->ino = ((const struct sim_names *)ask->in)->ino;
    struct inode *inode = inode_get(names->ino);
    if (!error && (!inode || (!inode->links && inode != cache.root)))
        error = ENOENT;
    for (struct link *at = error ? NULL : inode->links; at; at = at->other) {
        char *path = link_path(at);
        size_t size = path ? strlen(path) + 1 : 0;
        if (names->length + size <= sizeof(names->names)) {
            memcpy(names->names + names->length, path, size);
            names->length += size;
        }
        free(path);
    }
    if (!error && !inode->links)
        names->length = 1; /* the root itself */
    if (error)
        fuse_reply_err(ask->req, error);
    else
        answer(ask, names, sizeof(*names));
    free(names);
}

struct asked { struct sim_request request; struct caller caller; };

/* Item by item, up to the first that is refused (H33); one under restore blocks (H81). */
static void run_release(struct call *call)
{
    struct asked *asked = call->data;
    int error = 0;

    for (; !error && call->index < asked->request.count; call->index++) {
        call->inode = inode_get(asked->request.ino[call->index]);
        if (!call->inode || !S_ISREG(call->inode->mode)) {
            error = call->inode ? EINVAL : ENOENT;
            break;
        }
        if (!without_restore(call))
            return;
        call->failed = 0;
        error = release(call->inode, &asked->caller);
    }
    if (error)
        fuse_reply_err(call->req, error);
    else
        fuse_reply_ioctl(call->req, 0, NULL, 0);
}

static void ask_request(const struct ask *ask)
{
    struct asked asked = {.request = *(const struct sim_request *)ask->in};
    struct call call = {.req = ask->req, .mount = mount_of(ask->req), .data = &asked,
                        .size = sizeof(asked), .run = run_release};

    caller_of(ask->req, &asked.caller);
    int error = request_check(call.mount, &asked.request, &asked.caller);
    if (!error && asked.request.verb == SIM_RELEASE) {
        run_release(&call);
        return;
    }
    if (!error)
        error = request_queue(&asked.request, &asked.caller);
    if (error)
        fuse_reply_err(ask->req, error);
    else
        answer(ask, NULL, 0);
}

static void ask_getflags(const struct ask *ask)
{
    answer(ask, &ask->inode->attributes, sizeof(ask->inode->attributes));
}

/* Only root gets here: the kernel asks for CAP_LINUX_IMMUTABLE. */
static void ask_setflags(const struct ask *ask)
{
    uint32_t flags;

    memcpy(&flags, ask->in, sizeof(flags));
    ask->inode->attributes = flags;
    ask->inode->ctime = today();
    answer(ask, NULL, 0);
    schedule(); /* its requests can be delivered now (H51) */
}

static void ask_fsgetxattr(const struct ask *ask)
{
    struct fsxattr attributes = {0};

    if (ask->inode->attributes & FS_IMMUTABLE_FL)
        attributes.fsx_xflags |= FS_XFLAG_IMMUTABLE;
    if (ask->inode->attributes & FS_APPEND_FL)
        attributes.fsx_xflags |= FS_XFLAG_APPEND;
    answer(ask, &attributes, sizeof(attributes));
}

static const struct { unsigned command; size_t in; bool files; bool dirs; void (*run)(const struct ask *); }
    table[] = {
    {SIM_IOC_STATE, 0, true, false, ask_state},
    {SIM_IOC_STATE_SET, sizeof(struct sim_state_set), true, false, ask_state_set},
    {SIM_IOC_ACTION, 0, true, false, ask_action},
    {SIM_IOC_DATA_VERSION, 0, true, false, ask_data_version},
    {SIM_IOC_REQUEST, sizeof(struct sim_request), true, true, ask_request},
    {SIM_IOC_FSINFO, 0, true, true, ask_fsinfo},
    {SIM_IOC_ENTRY, sizeof(struct sim_entry), false, true, ask_entry},
    {SIM_IOC_TARGETS, 0, true, true, ask_targets},
    {SIM_IOC_NAMES, sizeof(struct sim_names), true, true, ask_names},
    {FS_IOC_GETFLAGS, 0, true, true, ask_getflags},
    {FS_IOC_SETFLAGS, sizeof(uint32_t), true, true, ask_setflags},
    {FS_IOC_FSGETXATTR, 0, true, true, ask_fsgetxattr},
};

static void ioctl_any(fuse_req_t req, fuse_ino_t node, unsigned command, void *arg,
                      struct fuse_file_info *fi, unsigned flags, const void *in, size_t in_size,
                      size_t out_size)
{
    struct ask ask = {req, enter(req, node), in, in_size, out_size};

    (void)arg;
    (void)fi;
    (void)flags;
    if (!ask.inode)
        return;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        if (table[i].command == command && in_size >= table[i].in &&
            (S_ISDIR(ask.inode->mode) ? table[i].dirs : table[i].files)) {
            table[i].run(&ask);
            return;
        }
    fuse_reply_err(req, ENOTTY); /* H5 */
}

void ioctl_operations(struct fuse_lowlevel_ops *ops)
{
    ops->ioctl = ioctl_any;
}
