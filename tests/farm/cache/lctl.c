/* lctl: what the simulated client's kernel would tell.
 *
 *   get_param [-n|-N] llite.*.uuid   the client superblocks of this host (M1)
 *   get_param [-n|-N] osc.*.*        and mdc, ldlm.namespaces: what set_param can set
 *   set_param [-n] osc.*.max_rpcs_in_flight=32 ...
 *   list_nids                        this host's addresses in Lustre's spelling
 *   dl                               devices; client mounts are not among them (M2)
 *
 * The superblocks are asked from the caches, not read from /proc/mounts: one that lives
 * on in another mount namespace, or under an open file after umount -l, still counts.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lctl.h"
#include "lfs.h"
#include "lfs_socket.h"

#define USAGE "usage: lctl get_param [-n|-N] PATTERN... | set_param [-n] PATTERN=VALUE... " \
              "| list_nids | dl\n"

struct search {
    const char *pattern; /* llite/NAME/PARAMETER */
    const char *value;   /* to set, or NULL */
    bool only_names, only_values;
    int found, error;
};

/* osc/NAME/PARAMETER as people write it. */
static const char *dotted(const char *path)
{
    static char text[256];

    snprintf(text, sizeof(text), "%s", path);
    for (char *at = text; *at; at++)
        *at = *at == '/' ? '.' : *at;
    return text;
}

static void match_tunable(const char *path, void *data)
{
    struct search *search = data;

    if (fnmatch(search->pattern, path, FNM_PATHNAME) != 0)
        return;
    search->found++;
    int error = search->value ? tunable_set(path, search->value) : 0;
    if (error) {
        fprintf(stderr, "error: set_param: setting %s=%s: %s\n", dotted(path), search->value,
                strerror(error));
        search->error = error;
    } else if (search->value && !search->only_values) {
        printf("%s=%s\n", dotted(path), search->value);
    } else if (!search->value) {
        if (!search->only_values)
            printf("%s%s", dotted(path), search->only_names ? "\n" : "=");
        if (!search->only_names)
            printf("%s\n", tunable_get(path));
    }
}

static void match(struct search *search, const char *name)
{
    char path[128];

    snprintf(path, sizeof(path), "llite/%.100s", name);
    if (fnmatch(search->pattern, path, FNM_PATHNAME) == 0)
        search->found++; /* the folder itself: there, and nothing to print (M2) */
    snprintf(path, sizeof(path), "llite/%.100s/uuid", name);
    if (fnmatch(search->pattern, path, FNM_PATHNAME) != 0)
        return;
    search->found++;
    if (!search->only_values)
        printf("llite.%s.uuid%s", name, search->only_names ? "\n" : "=");
    if (!search->only_names)
        printf("%s\n", strrchr(name, '-') + 1);
}

/* FSNAME-INSTANCE MOUNTPOINT a line. */
static void match_all(FILE *answer, void *data)
{
    char line[8192];

    while (fgets(line, sizeof(line), answer)) {
        line[strcspn(line, " \n")] = '\0';
        if (!((struct search *)data)->value)
            match(data, line);
        tunables_list(line, match_tunable, data);
    }
}

static void ask_clients(struct search *search)
{
    struct utsname host;
    char words[sizeof(host.nodename) + 16];

    uname(&host);
    snprintf(words, sizeof(words), "instances %s", host.nodename);
    ask_caches(words, match_all, search);
}

/* The pattern as a path, in place: what people write with dots. */
static const char *as_path(char *pattern)
{
    for (char *at = pattern; *at; at++)
        *at = *at == '.' ? '/' : *at;
    return pattern;
}

static int set_param(int argc, char **argv)
{
    int first = 0, at = 1;
    bool quiet = argc > 1 && strcmp(argv[1], "-n") == 0;

    for (at += quiet; at < argc; at++) {
        char *value = strchr(argv[at], '=');
        if (!value) {
            fprintf(stderr, "error: set_param: '%s' is not NAME=VALUE\n", argv[at]);
            return EINVAL;
        }
        *value = '\0';
        struct search search = {.pattern = as_path(argv[at]), .value = value + 1,
                                .only_values = quiet};
        ask_clients(&search);
        if (!search.found)
            fprintf(stderr, "error: set_param: param_path '%s': %s\n", search.pattern,
                    strerror(ENOENT));
        if (!first)
            first = search.found ? search.error : ENOENT;
    }
    return first;
}

static int get_param(int argc, char **argv)
{
    struct search search = {0};
    int option, first = 0;

    while ((option = getopt(argc, argv, "nN")) != -1) {
        if (option == '?') {
            printf(USAGE);
            return CMD_HELP;
        }
        *(option == 'N' ? &search.only_names : &search.only_values) = true;
    }
    if (optind == argc) {
        printf(USAGE);
        return CMD_HELP;
    }
    for (; optind < argc; optind++) {
        const char *pattern = search.pattern = as_path(argv[optind]);
        search.found = 0;
        ask_clients(&search);
        if (search.found)
            continue;
        first = ENOENT;
        if (getuid() == 0) /* others are told by the exit status alone */
            fprintf(stderr, "error: get_param: param_path '%s': %s\n", pattern, strerror(ENOENT));
    }
    return first;
}

static int list_nids(void)
{
    struct ifaddrs *all, *at;
    char text[INET_ADDRSTRLEN];

    if (getifaddrs(&all))
        return errno;
    for (at = all; at; at = at->ifa_next) {
        if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET || at->ifa_flags & IFF_LOOPBACK)
            continue;
        inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)at->ifa_addr)->sin_addr, text,
                  sizeof(text));
        printf("%s@tcp\n", text);
    }
    freeifaddrs(all);
    return 0;
}

static int list_devices(void)
{
    struct cache_mount mount;

    for (int i = 0; find_mount(NULL, i, &mount); i++)
        printf("%3d UP mgc MGC%.*s %s 4\n", i, (int)(strstr(mount.source, ":/") - mount.source),
               mount.source, strstr(mount.source, ":/") + 2);
    return 0;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    opterr = 0;
    if (strcmp(verb, "get_param") == 0)
        return get_param(argc - 1, argv + 1);
    if (strcmp(verb, "set_param") == 0 && argc > 2)
        return set_param(argc - 1, argv + 1);
    if (strcmp(verb, "list_nids") == 0)
        return list_nids();
    if (strcmp(verb, "dl") == 0 || strcmp(verb, "device_list") == 0)
        return list_devices();
    if (argc < 2) {
        printf(USAGE);
        return 0;
    }
    fprintf(stderr, "lctl: '%s' is not a valid command. See 'lctl --list-commands'.\n", verb);
    return 1;
}
