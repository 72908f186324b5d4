/* Which caches are mounted here, and how their client speaks. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lfs.h"
#include "lfs_socket.h"

#define CACHE_TYPE "fuse.lustre"

static const struct sim_fsinfo newest = {.version = "2.17.57"};

static bool is_cache(const struct mntent *entry)
{
    return strcmp(entry->mnt_type, CACHE_TYPE) == 0 && strstr(entry->mnt_fsname, ":/");
}

static bool holds(const char *dir, const char *path)
{
    size_t length = strlen(dir);
    return strncmp(dir, path, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

bool find_mount(const char *path, int index, struct cache_mount *found)
{
    FILE *table = setmntent("/proc/self/mounts", "r");
    struct mntent entry;
    char buffer[2 * PATH_MAX];
    struct stat st;
    bool hit = false;

    if (!table)
        return false;
    while (!hit && getmntent_r(table, &entry, buffer, sizeof(buffer))) {
        if (!is_cache(&entry) || (path && !holds(entry.mnt_dir, path)))
            continue;
        if (stat(entry.mnt_dir, &st)) /* left by a cache that is gone: passed over, as by lfs */
            continue;
        if (!path && index-- > 0)
            continue;
        hit = true;
        found->dir = strdup(entry.mnt_dir);
        found->source = strdup(entry.mnt_fsname);
    }
    endmntent(table);
    return hit;
}

/* mountinfo names the device of each mount, so that no file system is touched here.
 * The source is NID:/FSNAME[/FOLDER]. */
static bool cache_of_device(dev_t dev, char fsname[16])
{
    FILE *table = fopen("/proc/self/mountinfo", "r");
    bool found = false;
    char *line = NULL;
    size_t size = 0;

    if (!table)
        return false;
    while (!found && getline(&line, &size, table) > 0) {
        unsigned int major, minor;
        const char *type = strstr(line, " - " CACHE_TYPE " ");
        const char *source = type ? strstr(type, ":/") : NULL;
        found = source && sscanf(line, "%*d %*d %u:%u", &major, &minor) == 2 &&
                makedev(major, minor) == dev && sscanf(source, ":/%15[^/ ]", fsname) == 1;
    }
    free(line);
    fclose(table);
    return found;
}

bool is_cache_device(dev_t dev)
{
    static dev_t known;
    char fsname[16];

    if (!known || known != dev)
        known = cache_of_device(dev, fsname) ? dev : known;
    return known == dev;
}

bool same_cache(dev_t one, dev_t other)
{
    char first[16], second[16];

    return one == other || (cache_of_device(one, first) && cache_of_device(other, second) &&
                            strcmp(first, second) == 0);
}

/* Requests go through the root of the mount that holds the path. A file that is itself
 * a mount (a bind mount) has no such folder: ENOTDIR (H38). */
int open_root(const char *path)
{
    struct cache_mount mount;
    if (!find_mount(path, 0, &mount))
        return -ENODEV;
    int fd = open(mount.dir, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    if (fd >= 0)
        return fd;
    int rc = -errno;
    fprintf(stderr, "lfs: cannot open '%s': %s (%d)\n", mount.dir, strerror(-rc), -rc);
    return rc;
}

static bool ask(const char *path, struct sim_fsinfo *info)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return false;
    bool answered = ioctl(fd, SIM_IOC_FSINFO, info) == 0;
    close(fd);
    return answered;
}

/* A path that failed is often missing or unreadable: its parents say which cache it is. */
static bool ask_upwards(const char *path, struct sim_fsinfo *info)
{
    char name[PATH_MAX];
    if (strlen(path) >= sizeof(name))
        return false;
    strcpy(name, path);
    for (;;) {
        struct stat st;
        if (stat(*name ? name : ".", &st) == 0 && S_ISDIR(st.st_mode) &&
            is_cache_device(st.st_dev) && ask(*name ? name : ".", info))
            return true;
        if (!*name || strcmp(name, "/") == 0)
            return false;
        char *slash = strrchr(name, '/');
        if (!slash)
            *name = '\0';
        else if (slash == name)
            name[1] = '\0';
        else
            *slash = '\0';
    }
}

/* VERSION OLD_TEXTS FIND_FAULTS */
static void read_client(FILE *answer, void *data)
{
    struct sim_fsinfo *info = data;
    if (fscanf(answer, "%63s %u %u", info->version, &info->old_texts, &info->find_faults) != 3)
        info->version[0] = '\0';
}

const struct sim_fsinfo *client(void)
{
    static struct sim_fsinfo info;
    if (!info.version[0])
        ask_caches("client", read_client, &info);
    return info.version[0] ? &info : &newest;
}

const struct sim_fsinfo *personality(int count, char **paths)
{
    static struct sim_fsinfo info;
    struct cache_mount mount;

    if (info.version[0]) /* a host has one client */
        return &info;
    for (int i = 0; i < count; i++)
        if (ask_upwards(paths[i], &info))
            return &info;
    const struct sim_fsinfo *known = client();
    return known == &newest && find_mount(NULL, 0, &mount) && ask(mount.dir, &info) ? &info : known;
}
