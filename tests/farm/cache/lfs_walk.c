/* The walk of `lfs find`. It asks the folder about its entries and opens no file, so that a
 * file that is being restored does not hold it (H70, H80).
 *
 * Faults of real walks that stay silent: the end of a listing and an I/O error in it look
 * the same (L4), here and in every version; and in the 2.12 line a folder whose names come
 * near PATH_MAX is left early with exit status 0 (L4).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lfs_find.h"

struct walk {
    const struct query *query;
    size_t size; /* room for a path, as far as the walk believes */
    char path[2 * PATH_MAX + 1];
};

/* What the metadata server knows of an entry; on other file systems what stat knows. */
static int look(int dir, const char *name, struct sim_entry *entry)
{
    struct stat st;

    memset(entry, 0, sizeof(*entry));
    if (strlen(name) >= sizeof(entry->name))
        return -ENAMETOOLONG;
    strcpy(entry->name, name);
    if (strcmp(name, ".") != 0 && ioctl(dir, SIM_IOC_ENTRY, entry) == 0)
        return 0;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
        return -errno;
    entry->mode = st.st_mode;
    entry->ino = st.st_ino;
    return 0;
}

static bool layout_fits(const struct query *query, const struct sim_entry *entry)
{
    uint32_t layout = entry->flags & SIM_RELEASED ? RAID0 | RELEASED : RAID0;
    bool fits = layout & query->layout;
    return S_ISREG(entry->mode) && fits != query->not_layout;
}

/* One name below the folder dir; mode is what the listing said, 0 for nothing. */
static int visit(struct walk *walk, int dir, const char *name, mode_t mode, int depth)
{
    const struct query *query = walk->query;
    struct sim_entry entry = {.mode = mode};

    if (depth < query->min_depth || !query_name(query, walk->path) ||
        (mode && !query_type(query, mode)))
        return 0;
    if (!mode || query->format || query->layout) {
        int rc = look(dir, name, &entry);
        if (rc == -ENOENT)
            return 0;
        if (rc)
            return rc;
    }
    if (query_type(query, entry.mode) && (!query->layout || layout_fits(query, &entry)))
        query_print(query, walk->path, entry.ino);
    return 0;
}

static void say_closed(const char *path, int error)
{
    fprintf(stderr, "lfs find: llapi_semantic_traverse: Failed to open '%s': %s (%d)\n", path,
            strerror(error), error);
}

static int walk_folder(struct walk *walk, int depth);

/* Puts /NAME behind the path. False: no room, and the caller leaves the folder. */
static bool append(struct walk *walk, size_t length, const struct dirent *entry)
{
    walk->path[length] = '\0';
    if (length + entry->d_reclen + 2 > walk->size) {
        fprintf(stderr, "lfs find: error: llapi_semantic_traverse: string buffer too small%s%s\n",
                walk->query->faulty ? "" : " for ", walk->query->faulty ? "" : walk->path);
        return false;
    }
    sprintf(walk->path + length, "/%s", entry->d_name);
    return true;
}

static int walk_entries(struct walk *walk, DIR *dir, int depth)
{
    size_t length = strlen(walk->path);
    struct dirent *entry;
    int first = 0;

    while ((entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!append(walk, length, entry))
            break;
        mode_t mode = entry->d_type == DT_UNKNOWN ? 0 : DTTOIF(entry->d_type);
        struct sim_entry known;
        int rc = mode ? 0 : look(dirfd(dir), entry->d_name, &known);
        if (rc == 0 && S_ISDIR(mode ? mode : known.mode))
            rc = walk_folder(walk, depth + 1);
        else if (rc == 0)
            rc = visit(walk, dirfd(dir), entry->d_name, mode, depth + 1);
        first = first ? first : rc;
    }
    walk->path[length] = '\0';
    return first;
}

/* The folder of walk->path: itself, then what is in it. */
static int walk_folder(struct walk *walk, int depth)
{
    int fd = open(walk->path, O_RDONLY | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -errno : 0;

    if (rc) {
        say_closed(walk->path, -rc);
        return rc;
    }
    rc = visit(walk, fd, ".", S_IFDIR, depth);
    DIR *dir = rc == 0 && depth < walk->query->max_depth ? fdopendir(fd) : NULL;
    if (!dir) {
        close(fd);
        return rc;
    }
    rc = walk_entries(walk, dir, depth);
    closedir(dir);
    return rc;
}

static int open_parent(const char *path)
{
    char name[PATH_MAX + 1];
    strcpy(name, path);
    return open(dirname(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int find_below(const char *root, const struct query *query)
{
    static struct walk walk;
    struct stat st;
    int rc = 0;

    walk.query = query;
    walk.size = query->faulty ? PATH_MAX + 1 : sizeof(walk.path);
    if (strlen(root) > PATH_MAX)
        return -ENAMETOOLONG;
    strcpy(walk.path, root);
    if (stat(root, &st)) {
        rc = -errno;
        if (rc != -ENOENT || personality(1, (char *[]){walk.path})->old_texts)
            say_closed(root, -rc);
        return rc;
    }
    if (query->layout && !is_cache_device(st.st_dev))
        return 0; /* what is not on Lustre has no layout that fits */
    if (S_ISDIR(st.st_mode))
        return walk_folder(&walk, 0);
    int parent = open_parent(root);
    if (parent < 0)
        return -errno;
    const char *slash = strrchr(root, '/');
    rc = visit(&walk, parent, slash ? slash + 1 : root, st.st_mode, 0);
    close(parent);
    return rc;
}
