/* What `lfs find` looks for (lfs_find.c), and the walk that looks (lfs_walk.c). */
#ifndef LUSTRE_SIM_LFS_FIND_H
#define LUSTRE_SIM_LFS_FIND_H

#include "lfs.h"

/* A released file is of both kinds. */
enum { RAID0 = 1, RELEASED = 2 };

struct query {
    const char *name; /* --name GLOB */
    bool not_name;
    mode_t type; /* --type, 0: any */
    bool not_type;
    uint32_t layout; /* -L, 0: any; only regular files have one */
    bool not_layout;
    int min_depth, max_depth;
    char end;           /* after each name */
    const char *format; /* --printf */
    bool threads;       /* --threads was given; one thread does it all the same */
    bool faulty;        /* L4 */
};

bool query_name(const struct query *query, const char *path);
bool query_type(const struct query *query, mode_t mode);
void query_print(const struct query *query, const char *path, uint64_t ino);

int find_below(const char *root, const struct query *query);

#endif
