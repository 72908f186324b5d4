/* lfs hsm_state, hsm_action, hsm_set, hsm_clear: one file at a time, by a descriptor.
 *
 * hsm_state and hsm_action parse no options: every argument is a file (H7). A client of
 * the 2.12 line stops at the first file that fails, with other words (V1).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lfs.h"

static int ask_file(const char *path, int flags, unsigned long request, void *answer)
{
    int fd = open(path, flags | O_NONBLOCK);
    if (fd < 0)
        return -errno;
    int rc = ioctl(fd, request, answer) ? -errno : 0;
    close(fd);
    return rc;
}

static int show_state(const char *path)
{
    static const struct { uint32_t bit; const char *word; } words[] = {
        {SIM_RELEASED, "released"}, {SIM_EXISTS, "exists"}, {SIM_DIRTY, "dirty"},
        {SIM_ARCHIVED, "archived"}, {SIM_NORELEASE, "never_release"},
        {SIM_NOARCHIVE, "never_archive"}, {SIM_LOST, "lost_from_hsm"},
    };
    struct sim_state state;
    int rc = ask_file(path, O_RDONLY, SIM_IOC_STATE, &state);
    if (rc)
        return rc;
    printf("%s: (0x%08x)", path, state.flags);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (state.flags & words[i].bit)
            printf(" %s", words[i].word);
    if (state.archive_id)
        printf(", archive_id:%d", (int)state.archive_id);
    printf("\n");
    return 0;
}

static int show_action(const char *path)
{
    static const char *const names[] = {
        [0] = "NOOP", [SIM_ARCHIVE] = "ARCHIVE", [SIM_RESTORE] = "RESTORE",
        [SIM_RELEASE] = "RELEASE", [SIM_REMOVE] = "REMOVE", [SIM_CANCEL] = "CANCEL",
    };
    struct sim_action action;
    int rc = ask_file(path, O_RDONLY, SIM_IOC_ACTION, &action);
    if (rc)
        return rc;
    if (action.verb >= sizeof(names) / sizeof(names[0]))
        return -EPROTO;
    if (action.verb == 0)
        printf("%s: NOOP\n", path);
    else if (action.running && (action.verb == SIM_ARCHIVE || action.verb == SIM_RESTORE))
        printf("%s: %s running (%llu bytes moved)\n", path, names[action.verb],
               (unsigned long long)action.moved);
    else
        printf("%s: %s %s (from 0 to EOF)\n", path, names[action.verb],
               action.running ? "running" : "waiting");
    return 0;
}

static int show_all(int argc, char **argv, int (*show)(const char *path), const char *what,
                    const char *old_what)
{
    int first = 0;

    if (argc < 2)
        return CMD_HELP;
    for (int i = 1; i < argc; i++) {
        int rc = show(argv[i]);
        if (!rc)
            continue;
        if (personality(argc - i, argv + i)->old_texts) {
            fprintf(stderr, "can't get %s for %s: %s\n", old_what, argv[i], strerror(-rc));
            return rc;
        }
        fprintf(stderr, "lfs %s: get %s for '%s' failed: %s\n", argv[0], what, argv[i],
                strerror(-rc));
        first = first ? first : rc;
    }
    return first;
}

int lfs_hsm_state(int argc, char **argv)
{
    return show_all(argc, argv, show_state, "HSM state", "hsm state");
}

int lfs_hsm_action(int argc, char **argv)
{
    return show_all(argc, argv, show_action, "hsm action", "hsm action");
}

static int change_flags(int argc, char **argv, bool set)
{
    static const struct option options[] = {
        {"archived", no_argument, NULL, 'A'}, {"noarchive", no_argument, NULL, 'a'},
        {"dirty", no_argument, NULL, 'd'}, {"exists", no_argument, NULL, 'e'},
        {"help", no_argument, NULL, 'h'}, {"archive-id", required_argument, NULL, 'i'},
        {"lost", no_argument, NULL, 'l'}, {"norelease", no_argument, NULL, 'r'}, {0},
    };
    struct sim_state_set change = {0};
    uint32_t mask = 0;
    int option, first = 0;
    char *end;

    if (argc < 3)
        return CMD_HELP;
    while ((option = getopt_long(argc, argv, "aAdehi:lr", options, NULL)) != -1) {
        switch (option) {
        case 'A': mask |= SIM_ARCHIVED; break;
        case 'a': mask |= SIM_NOARCHIVE; break;
        case 'd': mask |= SIM_DIRTY; break;
        case 'e': mask |= SIM_EXISTS; break;
        case 'l': mask |= SIM_LOST; break;
        case 'r': mask |= SIM_NORELEASE; break;
        case 'i':
            change.archive_id = (uint32_t)strtol(optarg, &end, 10);
            if (*end) {
                fprintf(stderr, "lfs: invalid archive_id: '%s'\n", end);
                return CMD_HELP;
            }
            break;
        case 'h':
            return CMD_HELP;
        default:
            fprintf(stderr, "lfs: unrecognized option '%s'\n", argv[optind - 1]);
            return CMD_HELP;
        }
    }
    if (!mask)
        return CMD_HELP;
    *(set ? &change.set : &change.clear) = mask;
    if (!set)
        change.archive_id = 0;
    for (; optind < argc; optind++) {
        int rc = ask_file(argv[optind], O_WRONLY, SIM_IOC_STATE_SET, &change);
        if (!rc)
            continue;
        if (personality(argc - optind, argv + optind)->old_texts) {
            fprintf(stderr, "Can't change hsm flags for %s: %s\n", argv[optind], strerror(-rc));
            return rc;
        }
        fprintf(stderr, "lfs %s: change hsm flags for '%s' failed: %s\n", argv[0], argv[optind],
                strerror(-rc));
        first = first ? first : rc;
    }
    return first;
}

int lfs_hsm_set(int argc, char **argv)
{
    return change_flags(argc, argv, true);
}

int lfs_hsm_clear(int argc, char **argv)
{
    return change_flags(argc, argv, false);
}
