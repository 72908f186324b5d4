/* FUSE: extended attributes, and the HSM state as trusted.hsm (H10). */
#include "cached.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

static const char hsm_name[] = "trusted.hsm";

struct hsm_xattr { uint32_t compat, flags; uint64_t archive_id, archive_version; };

static struct xattr **find(struct inode *inode, const char *name)
{
    struct xattr **at = &inode->xattrs;

    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    return at;
}

static void answer(fuse_req_t req, const void *value, size_t size, size_t room)
{
    if (!room)
        fuse_reply_xattr(req, size);
    else if (size > room)
        fuse_reply_err(req, ERANGE);
    else
        fuse_reply_buf(req, value, size);
}

static void xattr_get(fuse_req_t req, fuse_ino_t node, const char *name, size_t room)
{
    struct inode *inode = enter(req, node);

    if (!inode)
        return;
    struct xattr *xattr = *find(inode, name);
    if (strcmp(name, hsm_name) == 0 && inode->hsm) {
        struct hsm_xattr hsm = {0, inode->hsm, inode->archive_id, inode->version};
        answer(req, &hsm, sizeof(hsm), room);
    } else if (xattr) {
        answer(req, xattr->value, xattr->size, room);
    } else {
        fuse_reply_err(req, ENODATA);
    }
}

static void xattr_list(fuse_req_t req, fuse_ino_t node, size_t room)
{
    struct inode *inode = enter(req, node);
    char *names = NULL;
    size_t size = 0;

    if (!inode)
        return;
    FILE *out = open_memstream(&names, &size);
    if (inode->hsm && fuse_req_ctx(req)->uid == 0)
        fwrite(hsm_name, sizeof(hsm_name), 1, out);
    for (struct xattr *at = inode->xattrs; at; at = at->next)
        fwrite(at->name, strlen(at->name) + 1, 1, out);
    fclose(out);
    answer(req, names, size, room);
    free(names);
}

static void xattr_set(fuse_req_t req, fuse_ino_t node, const char *name, const char *value,
                      size_t size, int flags)
{
    struct inode *inode = enter(req, node);

    if (!inode)
        return;
    struct xattr **at = find(inode, name);
    int error = 0;
    if (strcmp(name, hsm_name) == 0)
        error = EPERM;
    else if (strncmp(name, "system.", 7) == 0)
        error = EOPNOTSUPP;
    else if (*at && flags & XATTR_CREATE)
        error = EEXIST;
    else if (!*at && flags & XATTR_REPLACE)
        error = ENODATA;
    if (!error) {
        if (!*at) {
            *at = get(sizeof(**at));
            (*at)->name = copy_string(name);
        }
        free((*at)->value);
        (*at)->value = get(size + 1);
        memcpy((*at)->value, value, size);
        (*at)->size = size;
        inode->ctime = today();
    }
    fuse_reply_err(req, error);
}

static void xattr_remove(fuse_req_t req, fuse_ino_t node, const char *name)
{
    struct inode *inode = enter(req, node);

    if (!inode)
        return;
    struct xattr **at = find(inode, name), *old = *at;
    if (!old) {
        fuse_reply_err(req, ENODATA);
        return;
    }
    *at = old->next;
    free(old->name);
    free(old->value);
    free(old);
    inode->ctime = today();
    fuse_reply_err(req, 0);
}

void xattr_operations(struct fuse_lowlevel_ops *ops)
{
    ops->getxattr = xattr_get;
    ops->listxattr = xattr_list;
    ops->setxattr = xattr_set;
    ops->removexattr = xattr_remove;
}
