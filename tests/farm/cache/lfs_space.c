/* lfs df and lfs getname.
 *
 * A 2.12 client differs in small ways (lustre-release at tag 2.12.9): df has one blank less
 * before the mount point and none behind it, looks at its first path only, and is silent about
 * one that is not on Lustre; getname knows no options and always repeats the path.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lfs.h"

struct units { bool scaled, old; unsigned int base; };

static void print_size(uint64_t kb, const struct units *units)
{
    if (!units->scaled) {
        printf(" %11llu", (unsigned long long)kb);
        return;
    }
    const char *suffixes = units->base == 1000 ? "kMGTPEZY" : "KMGTPEZY";
    double value = (double)kb * 1024;
    int radix = 0;
    for (; value > units->base; radix++)
        value /= units->base;
    if (radix)
        printf(" %8.1f%c", value, suffixes[radix - 1]);
    else
        printf(" %11llu", (unsigned long long)(kb * 1024));
}

/* In per cent of what a user can fill, rounded up as df(1) does. */
static int use(const struct sim_target *target)
{
    double all = (double)target->used_kb + (double)target->available_kb;
    double ratio = all > 0 ? 100.0 * (double)target->used_kb / all : 0;
    return (int)ratio + (ratio > (int)ratio);
}

/* New clients end in a blank: there the state of a target would stand (H73). */
static void print_line(const char *name, const struct sim_target *target, const char *place,
                       const struct units *units)
{
    printf("%-20s", name);
    print_size(target->total_kb, units);
    print_size(target->used_kb, units);
    print_size(target->available_kb, units);
    printf(units->old ? " %3d%% %s\n" : " %3d%%  %s \n", use(target), place);
}

static int df_mount(const struct cache_mount *mount, struct units *units)
{
    struct sim_fsinfo info;
    static struct sim_targets targets;
    struct sim_target sum = {0};
    int fd = open(mount->dir, O_RDONLY | O_NONBLOCK);
    int rc = fd < 0 || ioctl(fd, SIM_IOC_FSINFO, &info) || ioctl(fd, SIM_IOC_TARGETS, &targets)
                 ? -errno : 0;

    if (fd >= 0)
        close(fd);
    if (rc) {
        fprintf(stderr, "lfs: cannot open '%s': %s\n", mount->dir, strerror(-rc));
        return rc;
    }
    units->old = info.old_texts;
    printf("%-20s %11s %11s %11s %4s %sMounted on\n", "UUID",
           units->scaled ? "bytes" : "1K-blocks", "Used", "Available", "Use%",
           units->old ? "" : " ");
    for (uint32_t i = 0; i < targets.count; i++) {
        const struct sim_target *target = &targets.target[i];
        const char *kind = target->kind ? "OST" : "MDT";
        char name[64], place[PATH_MAX + 16];
        snprintf(name, sizeof(name), "%.16s-%s%04x_UUID", info.fsname, kind, target->index);
        snprintf(place, sizeof(place), "%s[%s:%u]", mount->dir, kind, target->index);
        print_line(name, target, place, units);
        if (target->kind) {
            sum.total_kb += target->total_kb;
            sum.used_kb += target->used_kb;
            sum.available_kb += target->available_kb;
        }
    }
    printf("\n");
    print_line("filesystem_summary:", &sum, mount->dir, units);
    printf("\n");
    return 0;
}

int lfs_df(int argc, char **argv)
{
    static const struct option options[] = {
        {"human-readable", no_argument, NULL, 'h'}, {"si", no_argument, NULL, 'H'},
        {"lazy", no_argument, NULL, 'l'}, {"verbose", no_argument, NULL, 'v'}, {0},
    };
    struct units units = {.base = 1024};
    struct cache_mount mount;
    int option, first = 0, rc = 0;

    while ((option = getopt_long(argc, argv, "hHlv", options, NULL)) != -1) {
        switch (option) {
        case 'h': units = (struct units){.scaled = true, .base = 1024}; break;
        case 'H': units = (struct units){.scaled = true, .base = 1000}; break;
        case 'l': case 'v': break;
        default:
            fprintf(stderr, "lfs: unrecognized option '%s'\n", argv[optind - 1]);
            return CMD_HELP;
        }
    }
    for (int i = 0; optind == argc && rc == 0 && find_mount(NULL, i, &mount); i++)
        first = rc = df_mount(&mount, &units);
    for (; optind < argc; optind++) {
        char real[PATH_MAX];
        if (!realpath(argv[optind], real)) {
            rc = -errno;
            fprintf(stderr, "error: invalid path '%s': %s\n", argv[optind], strerror(-rc));
        } else if (!find_mount(real, 0, &mount)) {
            if (personality(1, argv + optind)->old_texts)
                return first;
            rc = -EOPNOTSUPP;
            printf("%s:%s Not a Lustre filesystem\n", argv[0], argv[optind]);
        } else {
            rc = df_mount(&mount, &units);
        }
        first = first ? first : rc;
        if (units.old)
            return first;
    }
    return first;
}

static int getname(const char *path, struct sim_fsinfo *info)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    int rc = fd < 0 ? -errno : 0;
    if (rc) {
        fprintf(stderr, "lfs getname: cannot open '%s': %s (%d)\n", path, strerror(-rc), -rc);
        return rc;
    }
    rc = ioctl(fd, SIM_IOC_FSINFO, info) ? -errno : 0;
    if (rc)
        fprintf(stderr, "lfs getname: cannot get lov name: %s (%d)\n", strerror(-rc), -rc);
    close(fd);
    return rc;
}

struct fields { bool fsname, instance, path, old; };

static int print_name(const char *path, const struct fields *fields)
{
    struct sim_fsinfo info;
    int rc = getname(path, &info);
    if (rc) {
        fprintf(stderr, fields->old ? "cannot get name for `%s': %s\n"
                                    : "cannot get instance for '%s': %s\n", path, strerror(-rc));
        return rc;
    }
    bool both = fields->fsname == fields->instance;
    printf("%s%s%s%s%s\n", both || fields->fsname ? info.fsname : "", both ? "-" : "",
           both || fields->instance ? info.instance : "", fields->path ? " " : "",
           fields->path ? path : "");
    return 0;
}

int lfs_getname(int argc, char **argv)
{
    static const struct option options[] = {
        {"help", no_argument, NULL, 'h'}, {"instance", no_argument, NULL, 'i'},
        {"fsname", no_argument, NULL, 'n'}, {0},
    };
    struct fields fields = {0};
    struct cache_mount mount;
    int option, first = 0;

    while ((option = getopt_long(argc, argv, "hin", options, NULL)) != -1) {
        switch (option) {
        case 'i': fields.instance = true; break;
        case 'n': fields.fsname = true; break;
        case 'h':
            return CMD_HELP;
        default:
            fprintf(stderr, "lfs: unrecognized option '%s'\n", argv[optind - 1]);
            return CMD_HELP;
        }
    }
    fields.old = personality(argc - optind, argv + optind)->old_texts;
    if (fields.old && optind > 1)
        return CMD_HELP;
    fields.path = fields.old || argc - optind != 1;
    for (int i = 0; optind == argc && find_mount(NULL, i, &mount); i++) {
        int rc = print_name(mount.dir, &fields);
        first = first ? first : rc;
    }
    for (; optind < argc; optind++) {
        int rc = print_name(argv[optind], &fields);
        first = first ? first : rc;
        if (rc && fields.old)
            break;
    }
    return first;
}
