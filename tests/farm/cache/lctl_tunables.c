/* Parameters of a client's devices, as `lctl set_param` tunes them (filecache-and-peers A1.3). */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lctl.h"

#define VALUES "/run/lustre-sim-tunables"
#define TARGETS 2 /* the data targets that a cache is raised with */

static const struct { const char *branch, *device, *name, *value; } tunables[] = {
    {"mdc", "MDT0000-mdc", "max_rpcs_in_flight", "8"},
    {"mdc", "MDT0000-mdc", "max_mod_rpcs_in_flight", "7"},
    {"osc", "OST%04d-osc", "max_rpcs_in_flight", "8"},
    {"ldlm/namespaces", "MDT0000-mdc", "lru_max_age", "3900000"},
    {"ldlm/namespaces", "MDT0000-mdc", "lru_size", "0"},
    {"ldlm/namespaces", "OST%04d-osc", "lru_max_age", "3900000"},
    {"ldlm/namespaces", "OST%04d-osc", "lru_size", "0"},
};

void tunables_list(const char *client, tunable_offer *offer, void *data)
{
    const char *instance = strrchr(client, '-');
    char device[64], path[256];

    for (size_t i = 0; i < sizeof(tunables) / sizeof(*tunables); i++)
        for (int target = 0; target < (strchr(tunables[i].device, '%') ? TARGETS : 1); target++) {
            snprintf(device, sizeof(device), tunables[i].device, target);
            snprintf(path, sizeof(path), "%s/%.*s-%s%s/%s", tunables[i].branch,
                     (int)(instance - client), client, device, instance, tunables[i].name);
            offer(path, data);
        }
}

static void file_of(const char *path, char *file, size_t size)
{
    snprintf(file, size, VALUES "/%s", path);
    for (char *at = file + sizeof(VALUES); *at; at++)
        *at = *at == '/' ? '.' : *at;
}

static const char *initial(const char *path)
{
    const char *name = strrchr(path, '/');

    for (size_t i = 0; name && i < sizeof(tunables) / sizeof(*tunables); i++)
        if (strcmp(tunables[i].name, name + 1) == 0 &&
            strncmp(path, tunables[i].branch, strlen(tunables[i].branch)) == 0)
            return tunables[i].value;
    return NULL;
}

const char *tunable_get(const char *path)
{
    static char value[64];
    char file[512];

    file_of(path, file, sizeof(file));
    FILE *stream = fopen(file, "re");
    if (!stream)
        return initial(path);
    if (!fgets(value, sizeof(value), stream))
        value[0] = '\0';
    fclose(stream);
    return value;
}

int tunable_set(const char *path, const char *value)
{
    char file[512], *end;

    if (!initial(path))
        return EACCES;
    strtoull(value, &end, 10);
    if (!*value || *end)
        return EINVAL;
    if (mkdir(VALUES, 0755) && errno != EEXIST)
        return errno;
    file_of(path, file, sizeof(file));
    FILE *stream = fopen(file, "we");
    if (!stream)
        return errno;
    fputs(value, stream);
    return fclose(stream) ? errno : 0;
}
