/* lfs path2fid, fid2path, data_version. A FID here is [SIM_SEQ:INODE:0x0]. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lfs.h"

int parse_fid(const char *text, uint64_t *ino)
{
    unsigned long long part[3];
    const char *at = text;
    char *end;

    while (isspace((unsigned char)*at))
        at++;
    while (*at == '[')
        at++;
    for (int i = 0; i < 3; i++) {
        errno = 0;
        part[i] = strtoull(at, &end, 0);
        if (end == at || (i < 2 && *end != ':'))
            return -EINVAL;
        if (errno == ERANGE || (i > 0 && part[i] > UINT32_MAX))
            return -ERANGE;
        at = end + 1;
    }
    *ino = part[0] == SIM_SEQ && part[2] == 0 ? part[1] : 0;
    return 0;
}

/* Needs only the right to search the folder (H61); a 2.12 client opens the file, and so has to
 * be allowed to read it (lustre-release at tag 2.12.9). What is not Lustre is asked, as by the
 * real lfs, for the identity that a server's own disk would have. */
int fid_of_path(const char *path, uint64_t *ino)
{
    struct stat st;
    char none[8];

    if (lstat(path, &st))
        return -errno;
    if (geteuid() != 0 && personality(1, (char *[]){(char *)path})->old_texts) {
        int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
        if (fd < 0 && errno != ELOOP && errno != ENXIO)
            return -errno;
        if (fd >= 0)
            close(fd);
    }
    if (!is_cache_device(st.st_dev))
        return lgetxattr(path, "trusted.lma", none, sizeof(none)) < 0 ? -errno : -ENODATA;
    *ino = st.st_ino;
    return 0;
}

int lfs_path2fid(int argc, char **argv)
{
    static const struct option none[] = {{0}};
    int first = 0;

    if (getopt_long(argc, argv, "", none, NULL) != -1) {
        fprintf(stderr, "lfs path2fid: unrecognized option '%s'\n", argv[optind - 1]);
        return CMD_HELP;
    }
    if (optind == argc) {
        fprintf(stderr, "lfs path2fid: FILE... must be specified\n");
        return CMD_HELP;
    }
    bool several = argc - optind > 1;
    for (; optind < argc; optind++) {
        uint64_t ino;
        int rc = fid_of_path(argv[optind], &ino);
        if (rc) {
            fprintf(stderr, "lfs path2fid: cannot get fid for '%s': %s\n", argv[optind],
                    strerror(-rc));
            first = first ? first : rc;
            continue;
        }
        printf("%s%s[%#llx:%#llx:0x0]\n", several ? argv[optind] : "", several ? ": " : "",
               SIM_SEQ, (unsigned long long)ino);
    }
    return first;
}

/* Where FIDs are looked up, and what is put before each name. A cache may be named too;
 * then names are relative to its root. */
static int open_base(const char *base, struct cache_mount *mount)
{
    bool found = *base == '/' && find_mount(base, 0, mount);

    for (int i = 0; *base != '/' && !found && find_mount(NULL, i, mount); i++) {
        const char *name = strstr(mount->source, ":/") + 2;
        found = strcspn(name, "/") == strlen(base) && strncmp(name, base, strlen(base)) == 0;
    }
    int rc = -ENODEV;
    if (found) {
        int fd = open(mount->dir, O_RDONLY | O_DIRECTORY);
        if (fd >= 0)
            return fd;
        rc = -errno;
    }
    fprintf(stderr, "lfs fid2path: cannot %s mount point for '%s': %s\n",
            found ? "open" : "resolve", base, strerror(-rc));
    return rc;
}

static int names_of_fid(int fd, const char *fid, struct sim_names *names)
{
    memset(names, 0, sizeof(*names));
    int rc = parse_fid(fid, &names->ino);
    if (rc)
        return rc;
    return ioctl(fd, SIM_IOC_NAMES, names) ? -errno : 0;
}

static void complain(char *base, const char *fid, int rc)
{
    if (personality(1, &base)->old_texts)
        fprintf(stderr, "lfs fid2path: cannot find '%s': %s\n", fid, strerror(-rc));
    else if (rc == -EINVAL || rc == -ERANGE)
        fprintf(stderr, "lfs fid2path: invalid FID '%s'\n", fid);
    else
        fprintf(stderr, "lfs fid2path: cannot find %s %s: %s\n", base, fid, strerror(-rc));
}

int lfs_fid2path(int argc, char **argv)
{
    static const struct option options[] = {
        {"print0", no_argument, NULL, '0'}, {"print-fid", no_argument, NULL, 'f'}, {0},
    };
    static struct sim_names names;
    struct cache_mount mount;
    bool print_fid = false;
    char end = '\n';
    int option, first = 0;

    while ((option = getopt_long(argc, argv, "0f", options, NULL)) != -1) {
        switch (option) {
        case '0': end = '\0'; break;
        case 'f': print_fid = true; break;
        default:
            fprintf(stderr, "lfs fid2path: unrecognized option '%s'\n", argv[optind - 1]);
            return CMD_HELP;
        }
    }
    if (argc - optind < 2) {
        fprintf(stderr, "Usage: lfs fid2path FSNAME|ROOT FID...\n");
        return CMD_HELP;
    }
    char *base = argv[optind++];
    int fd = open_base(base, &mount);
    if (fd < 0)
        return fd;
    for (; optind < argc; optind++) {
        int rc = names_of_fid(fd, argv[optind], &names);
        if (rc) {
            complain(base, argv[optind], rc);
            first = first ? first : rc;
            continue;
        }
        for (uint32_t at = 0; at < names.length; at += (uint32_t)strlen(names.names + at) + 1) {
            if (print_fid)
                printf("%s ", argv[optind]);
            printf("%s%s%s%c", *base == '/' ? mount.dir : "", *base == '/' ? "/" : "",
                   names.names[at] ? names.names + at : "/", end);
        }
    }
    close(fd);
    return first;
}

int lfs_data_version(int argc, char **argv)
{
    static const struct option options[] = {
        {"help", no_argument, NULL, 'h'}, {"nosync", no_argument, NULL, 'n'},
        {"read-lock", no_argument, NULL, 'r'}, {"write-lock", no_argument, NULL, 'w'}, {0},
    };
    uint64_t version;
    int option, rc;

    while ((option = getopt_long(argc, argv, "hnrw", options, NULL)) != -1) {
        if (option == '?')
            fprintf(stderr, "lfs data_version: unrecognized option '%s'\n", argv[optind - 1]);
        if (option == '?' || option == 'h')
            return CMD_HELP;
    }
    if (optind == argc) {
        fprintf(stderr, "lfs data_version: FILENAME must be specified\n");
        return CMD_HELP;
    }
    int fd = open(argv[optind], O_RDONLY);
    if (fd < 0) {
        rc = -errno;
        fprintf(stderr, "lfs data_version: cannot open file '%s': %s\n", argv[optind],
                strerror(-rc));
        return rc;
    }
    rc = ioctl(fd, SIM_IOC_DATA_VERSION, &version) ? -errno : 0;
    if (rc)
        fprintf(stderr, "lfs data_version: cannot get version for '%s': %s\n", argv[optind],
                strerror(-rc));
    else
        printf("%llu\n", (unsigned long long)version);
    close(fd);
    return rc;
}
