/* Who asks, and may he write: for what the kernel does not check by itself (H60). */
#include "cached.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* FUSE tells no further groups, and the caller's pid is one of the mounter's namespace:
 * its own /proc says more. */
static int groups_of(const struct mount *mount, pid_t pid, gid_t *groups, int most)
{
    char *path = text("%d/status", (int)pid), line[4096];
    int fd = openat(mount->proc, path, O_RDONLY | O_CLOEXEC), count = 0;
    FILE *status = fd >= 0 ? fdopen(fd, "r") : NULL;

    free(path);
    while (status && fgets(line, sizeof(line), status)) {
        char *at = line + strlen("Groups:"), *end;
        if (strncmp(line, "Groups:", strlen("Groups:")) != 0)
            continue;
        for (; count < most; at = end) {
            unsigned long group = strtoul(at, &end, 10);
            if (end == at)
                break;
            groups[count++] = (gid_t)group;
        }
    }
    if (status)
        fclose(status);
    return count;
}

void caller_of(fuse_req_t req, struct caller *caller)
{
    const struct fuse_ctx *context = fuse_req_ctx(req);

    caller->uid = context->uid;
    caller->gid = context->gid;
    caller->groups = caller->uid ? groups_of(mount_of(req), context->pid, caller->group, 64) : 0;
}

bool may_write(const struct inode *inode, const struct caller *caller)
{
    if (caller->uid == 0)
        return true;
    if (caller->uid == inode->uid)
        return inode->mode & S_IWUSR;
    bool member = caller->gid == inode->gid;
    for (int i = 0; i < caller->groups; i++)
        member |= caller->group[i] == inode->gid;
    return inode->mode & (member ? S_IWGRP : S_IWOTH);
}
