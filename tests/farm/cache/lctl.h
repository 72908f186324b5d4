/* The parts of the simulated lctl. */
#ifndef LUSTRE_SIM_LCTL_H
#define LUSTRE_SIM_LCTL_H

#include <stdbool.h>

/* lctl_tunables.c: the parameters of the client CLIENT (FSNAME-INSTANCE) that can be set.
 * Each is offered as BRANCH/DEVICE/NAME; what is set lives below /run, and is forgotten with the
 * client, since a new one has another name. */
typedef void tunable_offer(const char *path, void *data);
void tunables_list(const char *client, tunable_offer *offer, void *data);
/* The value now, or NULL when the path is no parameter that can be set. Static memory. */
const char *tunable_get(const char *path);
/* 0, or an errno. */
int tunable_set(const char *path, const char *value);

#endif
