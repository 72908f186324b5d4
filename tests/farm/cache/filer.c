/* The filer behind the cache: which path belongs to what, and lazy loading
 * (filecache-and-peers A3.5): a directory is listed from the filer once; afterwards a new
 * name there appears only when that very name is looked up. */
#include "cached.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Renames are not exported, so a directory renamed here keeps the filer's path. */
char *filer_origin(const struct inode *dir)
{
    if (dir->origin)
        return copy_string(dir->origin);
    if (dir == cache.root)
        return copy_string("");
    if (!dir->links)
        return NULL;
    char *parent = filer_origin(dir->links->parent);
    char *path = parent ? text("%s%s%s", parent, *parent ? "/" : "", dir->links->name) : NULL;
    free(parent);
    return path;
}

static char *path_of(const struct inode *dir, const char *name)
{
    char *origin = filer_origin(dir);
    char *path = origin ? text("%s%s%s", origin, *origin ? "/" : "", name) : NULL;

    free(origin);
    return path;
}

bool filer_has(struct inode *dir, const char *name)
{
    struct stat st;
    char *path = path_of(dir, name);
    bool has = path && fstatat(cache.filer, path, &st, AT_SYMLINK_NOFOLLOW) == 0;

    free(path);
    return has;
}

static char *read_link(const char *path, off_t size)
{
    char *target = get(size + 1);
    ssize_t length = readlinkat(cache.filer, path, target, size);

    if (length < 0) {
        free(target);
        return NULL;
    }
    return target;
}

/* Metadata only: a file comes as released, with the filer's size and times. */
static struct link *import(struct inode *dir, const char *name, const char *path)
{
    struct stat st;
    struct link *removed = name_find(dir, name);
    char *target = NULL;

    if (fstatat(cache.filer, path, &st, AT_SYMLINK_NOFOLLOW))
        return NULL;
    if (removed && (!S_ISREG(st.st_mode) || st.st_ctim.tv_sec <= removed->removed_at))
        return NULL; /* what was deleted here does not come back by itself */
    if (S_ISLNK(st.st_mode)) {
        target = read_link(path, st.st_size);
        if (!target)
            return NULL;
    } else if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)) {
        return NULL;
    }
    struct inode *inode = inode_new(st.st_mode, st.st_uid, st.st_gid);
    inode->atime = st.st_atim.tv_sec;
    inode->mtime = st.st_mtim.tv_sec; /* cut, not rounded (field-reports L28) */
    inode->ctime = st.st_ctim.tv_sec;
    inode->target = target;
    if (S_ISREG(st.st_mode)) {
        inode->mode &= ~(S_ISUID | S_ISGID);
        inode->size = st.st_size;
        inode->blocks = st.st_size > 0;
        inode->hsm = SIM_EXISTS | SIM_ARCHIVED | SIM_RELEASED;
        inode->archive_id = 1;
        inode->backend = copy_string(path);
        inode->ost = cache.next_ost++ % cache.osts;
    } else if (target) {
        inode->size = strlen(target);
    }
    return name_add(dir, name, inode);
}

struct link *lookup(struct inode *dir, const char *name)
{
    struct link *link = name_live(dir, name);

    if (link || !S_ISDIR(dir->mode))
        return link;
    char *path = path_of(dir, name);
    if (path)
        link = import(dir, name, path);
    free(path);
    return link;
}

struct inode *walk_path(const char *path)
{
    struct inode *at = cache.root;
    char *copy = copy_string(path), *rest = copy, *name;

    while (at && (name = strsep(&rest, "/"))) {
        if (!*name)
            continue;
        struct link *link = lookup(at, name);
        at = link ? link->inode : NULL;
    }
    free(copy);
    return at;
}

void filer_list(struct inode *dir)
{
    struct dirent *entry;
    char *origin = filer_origin(dir);
    int fd = origin ? openat(cache.filer, *origin ? origin : ".",
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    DIR *names = fd >= 0 ? fdopendir(fd) : NULL;

    dir->listed = true;
    while (names && (entry = readdir(names))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!name_find(dir, entry->d_name)) {
            char *path = path_of(dir, entry->d_name);
            import(dir, entry->d_name, path);
            free(path);
        }
    }
    if (names)
        closedir(names);
    free(origin);
}

/* Where the copy of a file is. */
char *filer_backend(const struct inode *inode)
{
    if (cache.rename_exported || !inode->backend)
        return inode_path(inode);
    return copy_string(inode->backend);
}

/* The folders above an archived file, with the owner and mode they have here. */
int filer_make_parents(const char *path, const struct inode *inode)
{
    const struct inode *above[256];
    int depth = 0;
    char *copy = copy_string(path);

    for (const struct link *link = inode->links; link && link->parent != cache.root && depth < 256;
         link = link->parent->links)
        above[depth++] = link->parent;
    for (char *slash = strchr(copy, '/'); slash && depth; slash = strchr(slash + 1, '/')) {
        const struct inode *dir = above[--depth];
        *slash = '\0';
        if (mkdirat(cache.filer, copy, 0700) == 0) {
            (void)!fchownat(cache.filer, copy, dir->uid, dir->gid, 0);
            fchmodat(cache.filer, copy, dir->mode & 07777, 0);
        } else if (errno != EEXIST) {
            free(copy);
            return -1;
        }
        *slash = '/';
    }
    free(copy);
    return 0;
}

/* Called before a rename here: the filer follows, or the directory remembers its path. */
void filer_rename(struct link *from, struct inode *dir, const char *name)
{
    char *old = path_of(from->parent, from->name), *new = path_of(dir, name);

    if (cache.rename_exported && old && new)
        renameat(cache.filer, old, cache.filer, new);
    else if (S_ISDIR(from->inode->mode) && !from->inode->origin && old)
        from->inode->origin = copy_string(old);
    free(old);
    free(new);
}
