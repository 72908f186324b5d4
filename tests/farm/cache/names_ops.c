/* FUSE: names. Nothing is cached by the kernel, so that every mount sees every change. */
#include "cached.h"

#include <errno.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void reply_entry(fuse_req_t req, const struct inode *inode)
{
    struct fuse_entry_param entry = {.ino = inode->ino, .generation = 1};

    fill_stat(inode, &entry.attr);
    entry.attr_timeout = attributes_last(inode);
    fuse_reply_entry(req, &entry);
}

static void touch_dir(struct inode *dir)
{
    dir->mtime = dir->ctime = today();
}

static bool fixed(const struct inode *inode)
{
    return inode->attributes & (FS_IMMUTABLE_FL | FS_APPEND_FL);
}

static void names_lookup(fuse_req_t req, fuse_ino_t node, const char *name)
{
    struct inode *dir = enter(req, node);

    if (!dir)
        return;
    struct link *link = strlen(name) > 255 ? NULL : lookup(dir, name);
    if (link)
        reply_entry(req, link->inode);
    else
        fuse_reply_err(req, strlen(name) > 255 ? ENAMETOOLONG : ENOENT);
}

int make_inode(fuse_req_t req, struct inode *dir, const char *name, mode_t mode,
               struct inode **made)
{
    const struct fuse_ctx *context = fuse_req_ctx(req);

    if (strlen(name) > 255)
        return ENAMETOOLONG;
    if (dir->attributes & FS_IMMUTABLE_FL)
        return EPERM;
    if (!dir->nlink)
        return ENOENT;
    if (lookup(dir, name))
        return EEXIST;
    struct inode *inode = inode_new(mode, context->uid, context->gid);
    if (dir->mode & S_ISGID) {
        inode->gid = dir->gid;
        if (S_ISDIR(mode))
            inode->mode |= S_ISGID;
    }
    if (S_ISREG(mode) && store_choose(inode)) { /* H89: even for an empty file */
        inode_settle(inode);
        return ENOSPC;
    }
    name_add(dir, name, inode);
    touch_dir(dir);
    *made = inode;
    return 0;
}

static void names_mknod(fuse_req_t req, fuse_ino_t node, const char *name, mode_t mode,
                        dev_t device)
{
    struct inode *made, *dir = enter(req, node);

    if (!dir)
        return;
    int error = make_inode(req, dir, name, mode, &made);
    if (error) {
        fuse_reply_err(req, error);
        return;
    }
    made->rdev = device;
    reply_entry(req, made);
}

static void names_mkdir(fuse_req_t req, fuse_ino_t node, const char *name, mode_t mode)
{
    struct inode *made, *dir = enter(req, node);

    if (!dir)
        return;
    int error = make_inode(req, dir, name, S_IFDIR | (mode & 07777), &made);
    if (error) {
        fuse_reply_err(req, error);
        return;
    }
    made->listed = true;
    reply_entry(req, made);
}

static void names_symlink(fuse_req_t req, const char *target, fuse_ino_t node, const char *name)
{
    struct inode *made, *dir = enter(req, node);

    if (!dir)
        return;
    int error = make_inode(req, dir, name, S_IFLNK | 0777, &made);
    if (error) {
        fuse_reply_err(req, error);
        return;
    }
    made->target = copy_string(target);
    made->size = strlen(target);
    reply_entry(req, made);
}

static void names_readlink(fuse_req_t req, fuse_ino_t node)
{
    struct inode *inode = enter(req, node);

    if (inode && inode->target)
        fuse_reply_readlink(req, inode->target);
    else if (inode)
        fuse_reply_err(req, EINVAL);
}

static void names_link(fuse_req_t req, fuse_ino_t node, fuse_ino_t parent, const char *name)
{
    struct inode *inode = enter(req, node);
    struct inode *dir = inode ? enter(req, parent) : NULL;

    if (!dir)
        return;
    if (fixed(inode) || dir->attributes & FS_IMMUTABLE_FL)
        fuse_reply_err(req, EPERM);
    else if (strlen(name) > 255)
        fuse_reply_err(req, ENAMETOOLONG);
    else if (lookup(dir, name))
        fuse_reply_err(req, EEXIST);
    else {
        name_add(dir, name, inode);
        inode->ctime = today();
        touch_dir(dir);
        reply_entry(req, inode);
    }
}

/* The filer keeps its copy (H53), and the name stays away from later listings. */
static void take_off(struct link *link)
{
    struct inode *dir = link->parent, *inode = link->inode;
    char *name = copy_string(link->name);
    bool kept = filer_has(dir, name);

    name_remove(link);
    if (kept)
        name_mark_removed(dir, name);
    free(name);
    inode->ctime = today();
    touch_dir(dir);
    inode_settle(inode);
}

static bool has_entries(struct inode *dir)
{
    if (!dir->listed)
        filer_list(dir);
    return dir->entries > 0;
}

static void remove_name(fuse_req_t req, fuse_ino_t node, const char *name, bool want_dir)
{
    struct inode *dir = enter(req, node);
    struct link *link = dir ? lookup(dir, name) : NULL;
    int error = 0;

    if (!dir)
        return;
    if (!link)
        error = ENOENT;
    else if (fixed(link->inode) || fixed(dir))
        error = EPERM;
    else if (want_dir && !S_ISDIR(link->inode->mode))
        error = ENOTDIR;
    else if (want_dir && has_entries(link->inode))
        error = ENOTEMPTY;
    else if (!want_dir && S_ISDIR(link->inode->mode))
        error = EISDIR;
    else
        take_off(link);
    fuse_reply_err(req, error);
}

static void names_unlink(fuse_req_t req, fuse_ino_t node, const char *name)
{
    remove_name(req, node, name, false);
}

static void names_rmdir(fuse_req_t req, fuse_ino_t node, const char *name)
{
    remove_name(req, node, name, true);
}

static bool is_below(const struct inode *dir, const struct inode *above)
{
    while (dir != above && dir->links)
        dir = dir->links->parent;
    return dir == above;
}

static int rename_name(struct link *from, struct inode *dir, const char *name, unsigned flags)
{
    struct inode *inode = from->inode;
    struct link *old = lookup(dir, name);

    if (flags & ~(unsigned)RENAME_NOREPLACE)
        return EINVAL;
    if (old && flags & RENAME_NOREPLACE)
        return EEXIST;
    if (fixed(inode) || fixed(from->parent) || dir->attributes & FS_IMMUTABLE_FL ||
        (old && fixed(old->inode)))
        return EPERM;
    if (S_ISDIR(inode->mode) && is_below(dir, inode))
        return EINVAL;
    if (old && old->inode == inode)
        return 0;
    if (old && S_ISDIR(old->inode->mode) && has_entries(old->inode))
        return ENOTEMPTY;
    if (old)
        take_off(old);
    struct inode *source = from->parent;
    char *source_name = copy_string(from->name);
    bool kept = !cache.rename_exported && filer_has(source, source_name);
    filer_rename(from, dir, name);
    name_remove(from);
    name_add(dir, name, inode);
    if (kept)
        name_mark_removed(source, source_name);
    free(source_name);
    inode->ctime = today();
    touch_dir(source);
    touch_dir(dir);
    return 0;
}

static void names_rename(fuse_req_t req, fuse_ino_t node, const char *name, fuse_ino_t new_node,
                         const char *new_name, unsigned flags)
{
    struct inode *source = enter(req, node);
    struct inode *dir = source ? enter(req, new_node) : NULL;

    if (!dir)
        return;
    struct link *from = lookup(source, name);
    if (strlen(new_name) > 255)
        fuse_reply_err(req, ENAMETOOLONG);
    else
        fuse_reply_err(req, from ? rename_name(from, dir, new_name, flags) : ENOENT);
}

static void names_forget(fuse_req_t req, fuse_ino_t node, uint64_t count)
{
    (void)node;
    (void)count;
    fuse_reply_none(req); /* numbers are never used again: nothing to count */
}

static void names_opendir(fuse_req_t req, fuse_ino_t node, struct fuse_file_info *fi)
{
    struct inode *dir = enter(req, node);

    if (!dir)
        return;
    struct handle *handle = handle_new(mount_of(req), dir, fi->flags);
    handle->broken = dir->readdir_error;
    fi->fh = (uintptr_t)handle;
    if (fuse_reply_open(req, fi))
        handle_free(mount_of(req), handle);
}

static void names_releasedir(fuse_req_t req, fuse_ino_t node, struct fuse_file_info *fi)
{
    (void)node;
    handle_free(mount_of(req), (struct handle *)(uintptr_t)fi->fh);
    fuse_reply_err(req, 0);
}

static struct link *resume_listing(const struct handle *handle, uint64_t cookie)
{
    struct link *at = handle->inode->first;

    if (handle->cookie == cookie && handle->changes == handle->inode->changes)
        return handle->at;
    while (at && at->cookie <= cookie)
        at = at->after;
    return at;
}

static size_t put(fuse_req_t req, char *buffer, size_t room, const char *name,
                  const struct inode *inode, off_t next)
{
    struct stat st = {.st_ino = inode->ino, .st_mode = inode->mode};
    size_t size = fuse_add_direntry(req, buffer, room, name, &st, next);

    return size > room ? 0 : size;
}

#define DOTS 2 /* listing places 1 and 2 are . and .. */

static void names_readdir(fuse_req_t req, fuse_ino_t node, size_t size, off_t offset,
                          struct fuse_file_info *fi)
{
    struct handle *handle = (struct handle *)(uintptr_t)fi->fh;
    struct inode *dir = enter(req, node);
    size_t used = 0, more = 1;

    if (!dir)
        return;
    if (handle->broken && offset >= DOTS) { /* field-reports L4 */
        fuse_reply_err(req, EIO);
        return;
    }
    if (!dir->listed)
        filer_list(dir);
    char *buffer = get(size);
    if (offset < 1 && (more = put(req, buffer, size, ".", dir, 1)))
        used += more;
    if (more && offset < 2 &&
        (more = put(req, buffer + used, size - used, "..",
                    dir->links ? dir->links->parent : dir, DOTS)))
        used += more;
    uint64_t cookie = offset > DOTS ? offset - DOTS : 0;
    struct link *at = more ? resume_listing(handle, cookie) : NULL;
    unsigned limit = handle->broken ? dir->entries / 2 : ~0u;
    for (unsigned given = 0; at && more && given < limit; given++) {
        more = put(req, buffer + used, size - used, at->name, at->inode, at->cookie + DOTS);
        if (!more)
            break;
        used += more;
        cookie = at->cookie;
        at = at->after;
    }
    handle->at = at;
    handle->cookie = cookie;
    handle->changes = dir->changes;
    fuse_reply_buf(req, buffer, used);
    free(buffer);
}

void names_operations(struct fuse_lowlevel_ops *ops)
{
    ops->lookup = names_lookup;
    ops->forget = names_forget;
    ops->mknod = names_mknod;
    ops->mkdir = names_mkdir;
    ops->symlink = names_symlink;
    ops->readlink = names_readlink;
    ops->link = names_link;
    ops->unlink = names_unlink;
    ops->rmdir = names_rmdir;
    ops->rename = names_rename;
    ops->opendir = names_opendir;
    ops->readdir = names_readdir;
    ops->releasedir = names_releasedir;
}
