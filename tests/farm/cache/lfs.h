/* The parts of the simulated lfs.
 *
 * Texts, exit codes and the order of checks are those of the real one: lustre-hsm.md
 * and tests/farm/transcripts hold them to it. Where a client of the 2.12 line differs
 * (V1, L3, L4) the cache says so and lfs speaks like that one.
 */
#ifndef LUSTRE_SIM_LFS_H
#define LUSTRE_SIM_LFS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol.h"

/* What a verb returns so that its help is printed; it is also the exit status (H6). */
#define CMD_HELP 4

/* A verb gets its own name as argv[0] and returns 0, -errno or CMD_HELP. */
typedef int lfs_verb(int argc, char **argv);

/* lfs_hsm.c, lfs_request.c */
lfs_verb lfs_hsm_state, lfs_hsm_action, lfs_hsm_set, lfs_hsm_clear;
lfs_verb lfs_hsm_archive, lfs_hsm_restore, lfs_hsm_release, lfs_hsm_remove, lfs_hsm_cancel;
/* lfs_find.c */
lfs_verb lfs_find;
/* lfs_space.c */
lfs_verb lfs_df, lfs_getname;
/* lfs_fid.c */
lfs_verb lfs_path2fid, lfs_fid2path, lfs_data_version;

/* lfs_fid.c: -EINVAL when text is no FID; *ino is 0 for a FID that no file here has. */
int parse_fid(const char *text, uint64_t *ino);
int fid_of_path(const char *path, uint64_t *ino);

/* lfs_mounts.c */
struct cache_mount { char *dir, *source; };

/* The INDEXth mount of any cache, or, with a path, the first whose folder holds it.
 * Real lfs looks by the text of the path, too. False: there is none. */
bool find_mount(const char *path, int index, struct cache_mount *found);
/* Is this device a cache? Needs no right on the file itself (H61, path2fid). */
bool is_cache_device(dev_t dev);
/* Lustre gives all clients of one cache the same st_dev; FUSE each its own (H38). */
bool same_cache(dev_t one, dev_t other);
int open_root(const char *path);

/* The client of this host: what a cache says by its socket, else the newest. Touches no mount. */
const struct sim_fsinfo *client(void);
/* How the client speaks, decided by the first of the paths that leads to a cache; else as
 * client(), else by the first cache mounted. */
const struct sim_fsinfo *personality(int count, char **paths);

#endif
