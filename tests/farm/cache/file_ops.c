/* FUSE: attributes and data. What needs the bytes of a released file waits for them. */
#include "cached.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void fill_stat(const struct inode *inode, struct stat *st)
{
    memset(st, 0, sizeof(*st));
    st->st_ino = inode->ino;
    st->st_mode = inode->mode;
    st->st_nlink = S_ISDIR(inode->mode) ? 2 + inode->subdirs : inode->nlink;
    st->st_uid = inode->uid;
    st->st_gid = inode->gid;
    st->st_rdev = inode->rdev;
    st->st_size = S_ISDIR(inode->mode) ? 4096 : inode->size;
    st->st_blocks = S_ISDIR(inode->mode) ? 8 : inode->blocks;
    st->st_blksize = 65536;
    st->st_atime = inode->atime;
    st->st_mtime = inode->mtime;
    st->st_ctime = inode->ctime;
}

/* A folder's attributes last for the timer tick in which they were given: the kernel does
 * not ask twice in one walk of a path, which would be a quarter of all requests. */
double attributes_last(const struct inode *inode)
{
    return S_ISDIR(inode->mode) ? 1e-6 : 0;
}

static struct handle *handle_of(const struct fuse_file_info *fi)
{
    return fi ? (struct handle *)(uintptr_t)fi->fh : NULL;
}

static void file_getattr(fuse_req_t req, fuse_ino_t node, struct fuse_file_info *fi)
{
    struct stat st;
    struct inode *inode = enter(req, node);

    (void)fi;
    if (!inode)
        return;
    fill_stat(inode, &st);
    fuse_reply_attr(req, &st, attributes_last(inode));
}

static int set_size(struct inode *inode, off_t size)
{
    int error = store_truncate(inode, size);

    if (!error) {
        data_changed(inode);
        mark_dirty(inode); /* at once: no one closes after a truncate by path (C6) */
    }
    return error;
}

/* chmod, chown, touch and truncate sleep while a restore is under way (H80); only
 * truncate needs the bytes (H11). */
static void run_setattr(struct call *call)
{
    struct inode *inode = call->inode;
    const struct stat *want = call->data;
    int set = call->flags, error = 0;
    struct stat st;

    if (!without_restore(call) || (set & FUSE_SET_ATTR_SIZE && !with_data(call)))
        return;
    if (set & FUSE_SET_ATTR_SIZE)
        error = set_size(inode, want->st_size);
    if (error) {
        fuse_reply_err(call->req, error);
        return;
    }
    if (set & FUSE_SET_ATTR_MODE)
        inode->mode = (inode->mode & S_IFMT) | (want->st_mode & 07777);
    if (set & FUSE_SET_ATTR_UID)
        inode->uid = want->st_uid;
    if (set & FUSE_SET_ATTR_GID)
        inode->gid = want->st_gid;
    if (set & FUSE_SET_ATTR_ATIME)
        inode->atime = set & FUSE_SET_ATTR_ATIME_NOW ? today() : want->st_atim.tv_sec;
    if (set & FUSE_SET_ATTR_MTIME)
        inode->mtime = set & FUSE_SET_ATTR_MTIME_NOW ? today() : want->st_mtim.tv_sec;
    inode->ctime = today();
    fill_stat(inode, &st);
    fuse_reply_attr(call->req, &st, 0);
}

static void file_setattr(fuse_req_t req, fuse_ino_t node, struct stat *want, int set,
                         struct fuse_file_info *fi)
{
    struct inode *inode = enter(req, node);

    (void)fi;
    if (!inode)
        return;
    if (inode->attributes & (FS_IMMUTABLE_FL | FS_APPEND_FL)) {
        fuse_reply_err(req, EPERM);
        return;
    }
    struct call call = {.req = req, .mount = mount_of(req), .inode = inode, .flags = set,
                        .data = want, .size = sizeof(*want), .run = run_setattr};
    run_setattr(&call);
}

static void file_statfs(fuse_req_t req, fuse_ino_t node)
{
    struct statvfs st = {.f_bsize = 4096, .f_frsize = 4096, .f_namemax = 255,
                         .f_files = 10000000};

    if (!enter(req, node))
        return;
    for (unsigned i = 0; i < cache.osts; i++) {
        uint64_t used = cache.ost[i].full ? cache.ost_blocks : cache.ost[i].used;
        st.f_blocks += cache.ost_blocks / 8;
        st.f_bfree += used < cache.ost_blocks ? (cache.ost_blocks - used) / 8 : 0;
    }
    st.f_bavail = st.f_bfree;
    st.f_ffree = st.f_favail = st.f_files - cache.inodes;
    fuse_reply_statfs(req, &st);
}

struct handle *handle_new(struct mount *mount, struct inode *inode, int flags)
{
    struct handle *handle = get(sizeof(*handle));

    handle->inode = inode;
    handle->flags = flags;
    handle->after = mount->handles;
    if (mount->handles)
        mount->handles->before = handle;
    mount->handles = handle;
    inode->opens++;
    return handle;
}

void handle_free(struct mount *mount, struct handle *handle)
{
    struct inode *inode = handle->inode;

    handle_flush(handle);
    *(handle->before ? &handle->before->after : &mount->handles) = handle->after;
    if (handle->after)
        handle->after->before = handle->before;
    free(handle);
    if (--inode->opens == 0 && inode->fd >= 0 && !inode->actions) {
        close(inode->fd);
        inode->fd = -1;
    }
    inode_settle(inode);
}

static void set_up(fuse_req_t req, struct inode *inode, struct fuse_file_info *fi)
{
    fi->fh = (uintptr_t)handle_new(mount_of(req), inode, fi->flags);
    fi->direct_io = 1;
    fi->noflush = (fi->flags & O_ACCMODE) == O_RDONLY; /* only writers are waited for (H12) */
}

static void file_open(fuse_req_t req, fuse_ino_t node, struct fuse_file_info *fi)
{
    struct inode *inode = enter(req, node);

    if (!inode)
        return;
    bool append = inode->attributes & FS_APPEND_FL && !(fi->flags & O_APPEND);
    if ((fi->flags & O_ACCMODE) != O_RDONLY && (inode->attributes & FS_IMMUTABLE_FL || append)) {
        fuse_reply_err(req, EACCES); /* H51: what the MDS says */
        return;
    }
    set_up(req, inode, fi);
    if (fuse_reply_open(req, fi))
        handle_free(mount_of(req), handle_of(fi));
}

static void file_create(fuse_req_t req, fuse_ino_t node, const char *name, mode_t mode,
                        struct fuse_file_info *fi)
{
    struct fuse_entry_param entry = {.generation = 1};
    struct inode *inode = NULL, *dir = enter(req, node);

    if (!dir)
        return;
    int error = make_inode(req, dir, name, S_IFREG | (mode & 07777), &inode);
    if (error == EEXIST && !(fi->flags & O_EXCL)) { /* another mount was faster */
        inode = lookup(dir, name)->inode;
        error = S_ISREG(inode->mode) ? 0 : EEXIST;
    }
    if (error) {
        fuse_reply_err(req, error);
        return;
    }
    set_up(req, inode, fi);
    entry.ino = inode->ino;
    fill_stat(inode, &entry.attr);
    if (fuse_reply_create(req, &entry, fi))
        handle_free(mount_of(req), handle_of(fi));
}

static void run_read(struct call *call)
{
    struct inode *inode = call->inode;
    size_t size = call->size;

    if (!with_data(call))
        return;
    if ((uint64_t)call->offset >= inode->size)
        size = 0;
    else if (size > inode->size - call->offset)
        size = inode->size - call->offset;
    if (!call->mount->noatime && inode->atime <= inode->mtime)
        inode->atime = today(); /* relatime */
    int fd = size ? store_open(inode) : 0;
    char *buffer = malloc(size + 1);
    ssize_t done = buffer && fd >= 0 ? pread(fd, buffer, size, call->offset) : -1;
    if (!size)
        done = 0;
    if (done < 0)
        fuse_reply_err(call->req, EIO);
    else
        fuse_reply_buf(call->req, buffer, done);
    free(buffer);
}

static void file_read(fuse_req_t req, fuse_ino_t node, size_t size, off_t offset,
                      struct fuse_file_info *fi)
{
    struct inode *inode = enter(req, node);
    struct call call = {.req = req, .mount = mount_of(req), .inode = inode, .size = size,
                        .offset = offset, .handle = handle_of(fi), .run = run_read};

    if (inode)
        run_read(&call);
}

static void run_write(struct call *call)
{
    struct inode *inode = call->inode;

    if (!with_data(call))
        return;
    off_t offset = call->flags & O_APPEND ? (off_t)inode->size : call->offset;
    ssize_t done = store_write(inode, call->data, call->size, offset);
    if (done < 0) {
        fuse_reply_err(call->req, (int)-done);
        return;
    }
    data_changed(inode);
    handle_wrote(call->handle, call->owner);
    fuse_reply_write(call->req, done);
}

static void file_write(fuse_req_t req, fuse_ino_t node, const char *data, size_t size,
                       off_t offset, struct fuse_file_info *fi)
{
    struct inode *inode = enter(req, node);
    struct call call = {.req = req, .mount = mount_of(req), .inode = inode, .size = size,
                        .offset = offset, .flags = fi->flags, .handle = handle_of(fi),
                        .owner = fi->lock_owner,
                        .data = (void *)(uintptr_t)data, .run = run_write};

    if (inode)
        run_write(&call);
}

struct range { int mode; off_t size; };

static void run_fallocate(struct call *call)
{
    const struct range *range = call->data;

    if (!with_data(call))
        return;
    int error = store_allocate(call->inode, range->mode, call->offset, range->size);
    if (!error) {
        data_changed(call->inode);
        handle_wrote(call->handle, 0);
    }
    fuse_reply_err(call->req, error);
}

static void file_fallocate(fuse_req_t req, fuse_ino_t node, int mode, off_t offset, off_t size,
                           struct fuse_file_info *fi)
{
    struct inode *inode = enter(req, node);
    struct range range = {mode, size};
    struct call call = {.req = req, .mount = mount_of(req), .inode = inode, .offset = offset,
                        .handle = handle_of(fi), .data = &range, .size = sizeof(range),
                        .run = run_fallocate};

    if (inode)
        run_fallocate(&call);
}

static void run_lseek(struct call *call)
{
    if (!with_data(call))
        return;
    int fd = store_open(call->inode);
    off_t found = fd >= 0 ? lseek(fd, call->offset, call->flags) : -1;
    if (found >= 0)
        fuse_reply_lseek(call->req, found);
    else
        fuse_reply_err(call->req, fd < 0 ? -fd : errno);
}

static void file_lseek(fuse_req_t req, fuse_ino_t node, off_t offset, int whence,
                       struct fuse_file_info *fi)
{
    struct inode *inode = enter(req, node);
    struct call call = {.req = req, .mount = mount_of(req), .inode = inode, .offset = offset,
                        .flags = whence, .handle = handle_of(fi), .run = run_lseek};

    if (inode)
        run_lseek(&call);
}

/* A child that lets go of an inherited descriptor is no closing writer (H12): it flushes
 * in another owner's name. The last close of all is file_release. */
static void file_flush(fuse_req_t req, fuse_ino_t node, struct fuse_file_info *fi)
{
    struct handle *handle = handle_of(fi);

    if (!enter(req, node))
        return;
    if (!handle->writer || handle->writer == fi->lock_owner)
        handle_flush(handle);
    fuse_reply_err(req, 0);
}

static void file_fsync(fuse_req_t req, fuse_ino_t node, int data_only, struct fuse_file_info *fi)
{
    struct inode *inode = enter(req, node);

    (void)data_only;
    if (!inode)
        return;
    if (inode->refused_open)
        handle_flush(handle_of(fi)); /* C7; otherwise fsync leaves the state alone (H12) */
    fuse_reply_err(req, 0);
}

static void file_release(fuse_req_t req, fuse_ino_t node, struct fuse_file_info *fi)
{
    (void)node;
    handle_free(mount_of(req), handle_of(fi));
    fuse_reply_err(req, 0);
}

void file_operations(struct fuse_lowlevel_ops *ops)
{
    ops->getattr = file_getattr;
    ops->setattr = file_setattr;
    ops->statfs = file_statfs;
    ops->create = file_create;
    ops->open = file_open;
    ops->read = file_read;
    ops->write = file_write;
    ops->fallocate = file_fallocate;
    ops->lseek = file_lseek;
    ops->flush = file_flush;
    ops->fsync = file_fsync;
    ops->release = file_release;
}
