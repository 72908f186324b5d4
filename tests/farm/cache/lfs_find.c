/* lfs find: the options it takes, which of the arguments are roots, and what is printed.
 *
 * Order of arguments: roots first, then tests, each of which '!' may turn round; short
 * options, long ones and long ones with one dash, as getopt_long_only takes them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lfs_find.h"

enum { THREADS = 256, PRINTF, LAZY };

static mode_t type_of_letter(const char *letter)
{
    static const char letters[] = "bcdflps";
    static const mode_t modes[] = {S_IFBLK, S_IFCHR, S_IFDIR, S_IFREG, S_IFLNK, S_IFIFO, S_IFSOCK};
    const char *at = *letter ? strchr(letters, *letter) : NULL;
    return at ? modes[at - letters] : 0;
}

/* Where the list of roots ends. Lustre 2.12 and 2.15 take it to be two arguments before the
 * option just read, which is wrong for options of one argument: the last root is dropped (L3). */
struct roots { int first, end, end_by_two; };

static int parse(int argc, char **argv, struct query *query, struct roots *roots)
{
    static const struct option options[] = {
        {"layout", required_argument, NULL, 'L'}, {"lazy", no_argument, NULL, LAZY},
        {"maxdepth", required_argument, NULL, 'D'}, {"mindepth", required_argument, NULL, 'd'},
        {"name", required_argument, NULL, 'n'}, {"print", no_argument, NULL, 'P'},
        {"print0", no_argument, NULL, '0'}, {"printf", required_argument, NULL, PRINTF},
        {"threads", required_argument, NULL, THREADS}, {"type", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'}, {0},
    };
    int option, before = optind, negation = 0;

    while ((option = getopt_long_only(argc, argv, "-0D:d:hL:ln:Pt:", options, NULL)) >= 0) {
        bool is_test = option != 1 || strcmp(optarg, "!") == 0;
        bool negated = negation == 1;
        negation = negation ? negation - 1 : 0;
        if (!is_test && roots->end != -1) {
            fprintf(stderr, "err: %s: filename|dirname must either precede options or follow "
                    "options\n", argv[0]);
            return CMD_HELP;
        }
        if (!is_test && roots->first == -1)
            roots->first = before;
        if (is_test && roots->first != -1 && roots->end == -1) {
            roots->end = before;
            roots->end_by_two = optind - 2;
        }
        before = optind;
        switch (option) {
        case 1: negation = is_test ? 1 : 0; break;
        case '0': query->end = '\0'; break;
        case 'D': query->max_depth = atoi(optarg); break;
        case 'd': query->min_depth = atoi(optarg); break;
        case 'L':
            query->layout = strcmp(optarg, "released") == 0 ? RELEASED
                            : strcmp(optarg, "raid0") == 0  ? RAID0 : 0;
            query->not_layout = negated;
            if (!query->layout)
                return -EINVAL;
            break;
        case 'n': query->name = optarg; query->not_name = negated; break;
        case 't':
            query->type = type_of_letter(optarg);
            query->not_type = negated;
            if (!query->type) {
                fprintf(stderr, "lfs: bad type '%s'\n", optarg);
                return CMD_HELP;
            }
            break;
        case PRINTF: query->format = optarg; break;
        case THREADS: query->threads = true; break;
        case 'l': case 'P': case LAZY: break;
        case 'h':
            return CMD_HELP;
        default:
            fprintf(stderr, "lfs: unrecognized option '%s'\n", argv[optind - 1]);
            return CMD_HELP;
        }
    }
    if (roots->first == -1) {
        fprintf(stderr, "error: %s: no filename|pathname\n", argv[0]);
        return CMD_HELP;
    }
    if (roots->end == -1)
        roots->end = roots->end_by_two = argc;
    return 0;
}

bool query_name(const struct query *query, const char *path)
{
    if (!query->name)
        return true;
    const char *slash = strrchr(path, '/');
    return (fnmatch(query->name, slash ? slash + 1 : path, 0) == 0) != query->not_name;
}

bool query_type(const struct query *query, mode_t mode)
{
    return !query->type || ((mode & S_IFMT) == query->type) != query->not_type;
}

/* What follows a backslash; returns how many letters that was. */
static size_t print_escape(const char *at)
{
    static const char letters[] = "abfnrtv\\", bytes[] = "\a\b\f\n\r\t\v\\";
    const char *known = *at ? strchr(letters, *at) : NULL;

    if (known)
        putchar(bytes[known - letters]);
    else {
        printf("\\%c", *at);
        fprintf(stderr, "lfs find: warning: unrecognized escape: '\\%c'\n", *at);
    }
    return 1;
}

/* What follows a per cent sign. */
static size_t print_directive(const char *at, const char *path, uint64_t ino)
{
    int length = *at == 'L' && at[1] ? 2 : 1;

    if (*at == 'p')
        printf("%s", path);
    else if (*at == '%')
        putchar('%');
    else if (strncmp(at, "LF", 2) == 0)
        printf("%#llx:%#llx:0x0", SIM_SEQ, (unsigned long long)ino);
    else {
        printf("%%%.*s", length, at);
        fprintf(stderr, "lfs find: warning: unrecognized format directive: '%%%.*s'\n", length, at);
    }
    return (size_t)length;
}

void query_print(const struct query *query, const char *path, uint64_t ino)
{
    if (!query->format) {
        printf("%s%c", path, query->end);
        return;
    }
    for (const char *at = query->format; *at; at++) {
        if (*at == '\\' && at[1])
            at += print_escape(at + 1);
        else if (*at == '%' && at[1])
            at += print_directive(at + 1, path, ino);
        else
            putchar(*at);
    }
}

int lfs_find(int argc, char **argv)
{
    struct query query = {.end = '\n', .max_depth = INT_MAX};
    struct roots roots = {-1, -1, -1};
    int first = parse(argc, argv, &query, &roots);

    if (first)
        return first;
    const struct sim_fsinfo *client = personality(1, argv + roots.first);
    if (client->old_texts && (query.format || query.threads)) /* H71: not yet there */
        return CMD_HELP;
    query.faulty = client->find_faults;
    int end = query.faulty ? roots.end_by_two : roots.end;
    int at = roots.first;
    do {
        int rc = find_below(argv[at], &query);
        if (!rc)
            continue;
        first = first ? first : rc;
        if (!client->old_texts)
            fprintf(stderr, "lfs: failed for '%s': %s\n", argv[at], strerror(-rc));
    } while (++at < end);
    if (first && client->old_texts)
        fprintf(stderr, "error: %s failed for %s.\n", argv[0], argv[optind - 1]);
    return first;
}
