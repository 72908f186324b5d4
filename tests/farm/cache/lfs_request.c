/* lfs hsm_archive, hsm_restore, hsm_release, hsm_remove, hsm_cancel: one request for all
 * the files named. Everything lfs can see itself is refused before anything is sent (H31);
 * what the server refuses is blamed on the first name (H32).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lfs.h"

/* The size of a request on the wire, and the first size that is too much (H30). */
#define REQUEST_HEAD 24
#define REQUEST_ITEM 32
#define REQUEST_LIMIT 1706

struct batch {
    const char *mount; /* given: names are FIDs below this mount */
    const char *blamed;
    dev_t dev;
    size_t count, room;
    uint64_t *ino;
};

static int add(struct batch *batch, const char *name)
{
    uint64_t ino;
    int rc;

    if (batch->mount) {
        rc = parse_fid(name, &ino);
        if (rc) {
            fprintf(stderr, "hsm: '%s' is not a valid FID\n", name);
            return rc;
        }
    } else {
        struct stat st;
        if (lstat(name, &st)) {
            rc = -errno;
            fprintf(stderr, "Cannot stat %s: %s\n", name, strerror(-rc));
            return rc;
        }
        if (!S_ISREG(st.st_mode)) {
            fprintf(stderr, "error: \"%s\" is not a regular file\n", name);
            return CMD_HELP;
        }
        if (batch->dev && !same_cache(batch->dev, st.st_dev)) {
            fprintf(stderr, "All files should be on the same filesystem: %s\n", name);
            return -EINVAL;
        }
        batch->dev = st.st_dev;
        rc = fid_of_path(name, &ino);
        if (rc) {
            fprintf(stderr, "Cannot read FID of %s: %s\n", name, strerror(-rc));
            return rc;
        }
    }
    if (batch->count == batch->room) {
        batch->room = batch->room ? 2 * batch->room : SIM_MAX_FILES;
        batch->ino = realloc(batch->ino, batch->room * sizeof(*batch->ino));
        if (!batch->ino)
            return -ENOMEM;
    }
    batch->ino[batch->count++] = ino;
    return 0;
}

/* One name a line; a NUL ends a name early, an empty line is a name that is missing (H34). */
static int add_list(struct batch *batch, const char *list)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    int rc = 0;
    FILE *file = fopen(list, "r");

    if (!file) {
        rc = -errno;
        fprintf(stderr, "Cannot read the file list %s: %s\n", list, strerror(-rc));
        return rc;
    }
    while (rc == 0 && (length = getline(&line, &size, file)) > 0) {
        line[strcspn(line, "\n")] = '\0';
        rc = add(batch, line);
        if (rc == 0 && !batch->blamed)
            batch->blamed = strdup(line);
    }
    free(line);
    fclose(file);
    return rc;
}

/* Whether the request is too large is the last thing found out, in the kernel's part. */
static int send(enum sim_verb verb, uint32_t archive_id, const char *data,
                const struct batch *batch)
{
    struct sim_request request = {.verb = verb, .archive_id = archive_id};
    char real[PATH_MAX] = "";
    int rc = 0;

    if (!realpath(batch->blamed, real))
        fprintf(stderr, "Could not find path '%s': %s\n",
                batch->blamed ? batch->blamed : "(null)", strerror(errno));
    int fd = open_root(real);
    if (fd < 0)
        rc = fd;
    else if (REQUEST_HEAD + REQUEST_ITEM * batch->count + strlen(data) >= REQUEST_LIMIT)
        rc = -E2BIG;
    else {
        request.count = (uint32_t)batch->count;
        request.data_len = (uint32_t)strlen(data);
        memcpy(request.ino, batch->ino, batch->count * sizeof(*batch->ino));
        rc = ioctl(fd, SIM_IOC_REQUEST, &request) ? -errno : 0;
    }
    if (fd >= 0)
        close(fd);
    if (rc)
        fprintf(stderr, "Cannot send HSM request (use of %s): %s\n",
                batch->blamed ? batch->blamed : "(null)", strerror(-rc));
    return rc;
}

static int request(int argc, char **argv, enum sim_verb verb)
{
    static const struct option options[] = {
        {"archive", required_argument, NULL, 'a'}, {"data", required_argument, NULL, 'D'},
        {"help", no_argument, NULL, 'h'}, {"filelist", required_argument, NULL, 'l'},
        {"mntpath", required_argument, NULL, 'm'}, {0},
    };
    struct batch batch = {0};
    const char *data = "", *list = NULL;
    uint32_t archive_id = 0;
    int option, rc = 0;

    if (argc < 2)
        return CMD_HELP;
    while ((option = getopt_long(argc, argv, "a:D:hl:m:", options, NULL)) != -1) {
        switch (option) {
        case 'a':
            if (verb != SIM_ARCHIVE && verb != SIM_REMOVE) {
                fprintf(stderr, "error: -a is supported only when archiving or removing\n");
                return CMD_HELP;
            }
            archive_id = (uint32_t)atoi(optarg);
            break;
        case 'D': data = optarg; break;
        case 'l': list = optarg; break;
        case 'm': batch.mount = batch.mount ? batch.mount : optarg; break;
        case 'h':
            return CMD_HELP;
        default:
            fprintf(stderr, "lfs: unrecognized option '%s'\n", argv[optind - 1]);
            return CMD_HELP;
        }
    }
    if (optind == argc && !list)
        return 0; /* options but no file: the real one returns an errno that nothing set */
    batch.blamed = batch.mount ? batch.mount : argv[optind];
    for (int i = optind; rc == 0 && i < argc; i++)
        rc = add(&batch, argv[i]);
    if (rc == 0 && list)
        rc = add_list(&batch, list);
    return rc ? rc : send(verb, archive_id, data, &batch);
}

int lfs_hsm_archive(int argc, char **argv) { return request(argc, argv, SIM_ARCHIVE); }
int lfs_hsm_restore(int argc, char **argv) { return request(argc, argv, SIM_RESTORE); }
int lfs_hsm_release(int argc, char **argv) { return request(argc, argv, SIM_RELEASE); }
int lfs_hsm_remove(int argc, char **argv) { return request(argc, argv, SIM_REMOVE); }
int lfs_hsm_cancel(int argc, char **argv) { return request(argc, argv, SIM_CANCEL); }
