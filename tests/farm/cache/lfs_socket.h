/* Questions to the caches of this host by their sockets (protocol.h). */
#ifndef LUSTRE_SIM_LFS_SOCKET_H
#define LUSTRE_SIM_LFS_SOCKET_H

#include <stdio.h>

/* Sends the words to every cache and hands over each answer that is not an error. */
void ask_caches(const char *words, void (*told)(FILE *answer, void *data), void *data);

#endif
