/* The simulated cache server: what its parts share.
 *
 *   cached.c       options, start
 *   namespace.c    inodes and names                 (knows nobody)
 *   filer.c        paths on the filer, lazy loading (namespace)
 *   store.c        the bytes of files, OSTs         (namespace)
 *   rights.c       who asks, and may he write
 *   states.c       HSM bits: who may change what    (namespace, store, coordinator)
 *   coordinator.c  queue of actions                 (copytool)
 *   copytool.c     one thread per running copy      (filer, store)
 *   calls.c        callers that wait for a restore
 *   names_ops.c, file_ops.c, xattr_ops.c, ioctl_ops.c   what FUSE asks
 *   mounts.c       one session and thread per mount
 *   control.c, faults.c   the socket's words
 *
 * Everything below is guarded by cache.lock; a copy gives it up only while it moves bytes
 * or waits. Rows in comments are those of lustre-hsm.md.
 */
#ifndef CACHED_H
#define CACHED_H

#define FUSE_USE_VERSION 35
#include <fuse3/fuse_lowlevel.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include "protocol.h"

struct action;
struct call;
struct handle;
struct mount;

/* A name in a directory. inode NULL: deleted here but still on the filer, since removed_at. */
struct link {
    struct inode *parent, *inode;
    char *name;
    uint64_t cookie;              /* place in the listing */
    int64_t removed_at;
    struct link *before, *after;  /* in the directory */
    struct link *other;           /* further name of the inode */
    struct link *chain;           /* in the hash table */
};

struct xattr { struct xattr *next; char *name; void *value; size_t size; };

struct inode {
    uint64_t ino;
    uint32_t mode, uid, gid, nlink;
    uint32_t attributes;          /* FS_IMMUTABLE_FL, FS_APPEND_FL */
    int64_t atime, mtime, ctime;  /* Lustre counts in whole seconds */
    uint64_t size, blocks;
    dev_t rdev;
    char *target;                 /* of a symlink */
    struct link *links;
    struct xattr *xattrs;
    unsigned opens;

    /* directory */
    struct link *first, *last;
    uint64_t last_cookie, changes;
    unsigned subdirs, entries;
    unsigned removed;             /* names kept as removed: they keep the inode */
    char *origin;                 /* where on the filer, once renamed here */
    bool listed;                  /* the filer was asked for the names */
    bool readdir_error;

    /* regular file */
    uint32_t hsm, archive_id;
    char *backend;                /* path of its copy on the filer */
    uint64_t version;             /* of the data */
    int fd;                       /* of the store, -1: not opened */
    unsigned ost;
    unsigned unflushed;           /* handles that wrote and were not closed */
    bool restored;                /* L6: a release now loses the size */
    bool hung;                    /* H84: an orphaned restore was cancelled */
    bool refused_open;            /* C7: an archive met unflushed data */
    bool never_releasable, stuck, enodata_once;
    char *on_archive;             /* what befalls it when its archive starts */
    struct action *actions;
    struct call *waiting, **waiting_end;
    unsigned waiters;
    bool crowded;                 /* one of the waiters was told ENODATA (L15) */
};

enum status { WAITING, STARTED };

struct action {
    struct action *before, *after;  /* in the coordinator's queue */
    struct action *beside;          /* of the same file */
    struct inode *inode;
    enum sim_verb verb;
    uint32_t archive_id;
    uint64_t request;               /* the request it came with; 0: a reader's */
    enum status status;
    uint64_t moved;
    double updated;
    bool duplicate;                 /* H25 */
    bool cancelled, orphan;
};

/* A caller that may have to sleep inside the mount; run() answers it or holds it again. */
struct call {
    struct call *next;
    fuse_req_t req;
    struct mount *mount;
    struct inode *inode;
    struct handle *handle;
    void (*run)(struct call *);
    void *data;
    size_t size;
    off_t offset;
    int flags;
    uint64_t owner;                 /* of the descriptor */
    unsigned index;
    int failed;                     /* how the restore ended */
};

struct handle {
    struct handle *before, *after;  /* of the mount */
    struct inode *inode;
    int flags;
    bool wrote;
    uint64_t writer;                /* whose descriptors wrote last, 0: unknown */
    struct link *at;                /* listing: next name, valid at `changes` */
    uint64_t changes, cookie;
    bool broken;                    /* listing ends in EIO */
};

struct stash { struct stash *next; size_t size; char bytes[]; };

struct mount {
    struct mount *next;
    struct fuse_session *session;
    struct inode *root;
    char *host, *point, *subdir;
    int proc;                       /* /proc of the namespace that mounted */
    char instance[32];
    bool read_only, noatime;
    int evicted;                    /* errno that answers everything */
    bool frozen;
    struct stash *stash, **stash_end;
    struct handle *handles;
    pthread_t thread;
};

enum coordinator { ENABLED, DISABLED, STOPPED };

struct ost { uint64_t used; bool full; };  /* used in 512-byte blocks */
#define MAX_OSTS 63

struct counts { uint64_t requested, queued, merged, started, done, failed; };

struct cache {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char fsname[16], version[64];
    char *filer_path, *store_path, *socket_path;
    int filer, store;               /* directories */
    struct inode *root;
    struct mount *mounts;
    uint64_t inodes;

    enum coordinator coordinator;
    unsigned max_requests, running;
    double request_timeout;
    bool old_server;                /* V5: drops what comes beside an action */

    bool copytool;
    unsigned epoch;                 /* counts the copytools that were killed */
    double rate, latency;           /* bytes a second (0: unlimited), seconds */
    double reader_latency;          /* more of it for a reader's restore (P9) */

    unsigned osts, next_ost;
    uint64_t ost_blocks;
    struct ost ost[MAX_OSTS];

    bool rename_exported, times_follow_restore, utf8_only;
    bool filer_full, filer_readonly, batch_freeze, size_bug, old_texts, find_faults;
    bool enodata_crowd;             /* L15: one of many readers fails */
    bool silent;                    /* no client reaches it */
    unsigned fail_archives, fail_restores;
    struct counts counts[SIM_CANCEL + 1];
};

extern struct cache cache;

void lock(void);
void unlock(void);
double now(void);                   /* monotonic seconds */
int64_t today(void);                /* seconds since 1970 */
void *get(size_t size);             /* zeroed; ends the server when there is none */
char *copy_string(const char *text);
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* namespace.c */
void namespace_start(void);
struct inode *inode_new(uint32_t mode, uint32_t uid, uint32_t gid);
struct inode *inode_get(uint64_t ino);
uint64_t inode_last(void);
void inode_settle(struct inode *inode);   /* frees it when nothing refers to it */
struct link *name_find(struct inode *dir, const char *name);   /* live or removed */
struct link *name_live(struct inode *dir, const char *name);
struct link *name_add(struct inode *dir, const char *name, struct inode *inode);
void name_remove(struct link *link);
void name_mark_removed(struct inode *dir, const char *name);
char *link_path(const struct link *link);   /* below the root, without a leading slash */
char *inode_path(const struct inode *inode);  /* NULL: has no name any more */

/* filer.c */
char *filer_origin(const struct inode *dir);
struct link *lookup(struct inode *dir, const char *name);   /* imports when needed */
struct inode *walk_path(const char *path);   /* below the root; NULL: not there */
void filer_list(struct inode *dir);
bool filer_has(struct inode *dir, const char *name);
char *filer_backend(const struct inode *inode);
int filer_make_parents(const char *path, const struct inode *inode);
void filer_rename(struct link *from, struct inode *dir, const char *name);

/* store.c */
void store_start(void);
int store_open(struct inode *inode);       /* descriptor, or -errno */
ssize_t store_write(struct inode *inode, const void *data, size_t size, off_t offset);
int store_truncate(struct inode *inode, off_t size);
int store_allocate(struct inode *inode, int mode, off_t offset, off_t size);
void store_drop(struct inode *inode);      /* the bytes go, the size stays */
/* a second file to restore into, by a number of its own */
int store_begin(uint64_t number);
int store_commit(struct inode *inode, int fd, uint64_t number, uint64_t size);
void store_abandon(int fd, uint64_t number);
int store_choose(struct inode *inode);     /* an OST for a new file: 0 or ENOSPC */
bool store_has_room(const struct inode *inode, uint64_t bytes);

/* rights.c */
struct caller { uint32_t uid, gid; int groups; gid_t group[64]; };
void caller_of(fuse_req_t req, struct caller *caller);
bool may_write(const struct inode *inode, const struct caller *caller);

/* states.c */
void data_changed(struct inode *inode);
void mark_dirty(struct inode *inode);
void handle_wrote(struct handle *handle, uint64_t writer);
void handle_flush(struct handle *handle);
int state_set(struct inode *inode, const struct sim_state_set *set, const struct caller *caller);
int request_check(const struct mount *mount, const struct sim_request *request,
                  const struct caller *caller);
int request_queue(const struct sim_request *request, const struct caller *caller);
int release(struct inode *inode, const struct caller *caller);

/* coordinator.c */
void coordinator_start(void);
void coordinator_set(enum coordinator state);
void schedule(void);
struct action *action_find(const struct inode *inode, enum sim_verb verb);
bool restoring(const struct inode *inode);
void action_queue(struct inode *inode, enum sim_verb verb, uint32_t archive_id, uint64_t request);
void action_end(struct action *action, int error);   /* frees it */
void actions_cancel(struct inode *inode);
uint64_t request_new(void);
bool request_restore(struct inode *inode);   /* for a reader; false: cannot be */
void action_log(FILE *out);
void copytool_kill(void);

/* copytool.c */
void copytool_run(struct action *action);

/* calls.c */
struct inode *enter(fuse_req_t req, fuse_ino_t node);   /* NULL: answered already */
struct mount *mount_of(fuse_req_t req);
bool with_data(struct call *call);       /* false: answered, or held until it is here */
bool without_restore(struct call *call); /* false: held until no restore is under way */
void calls_wake(struct inode *inode, int error);
void calls_drop(struct mount *mount, int error);

/* operations */
void fill_stat(const struct inode *inode, struct stat *st);
double attributes_last(const struct inode *inode);   /* seconds */
int make_inode(fuse_req_t req, struct inode *dir, const char *name, mode_t mode,
               struct inode **made);
void names_operations(struct fuse_lowlevel_ops *ops);
void file_operations(struct fuse_lowlevel_ops *ops);
void xattr_operations(struct fuse_lowlevel_ops *ops);
void ioctl_operations(struct fuse_lowlevel_ops *ops);
struct handle *handle_new(struct mount *mount, struct inode *inode, int flags);
void handle_free(struct mount *mount, struct handle *handle);

/* mounts.c */
int mount_add(int fd, int proc, const char *host, const char *options, const char *subdir,
              const char *point);   /* takes both descriptors when it returns 0 */
struct mount *mount_find(const char *instance);
void mount_options(struct mount *mount, const char *options);
bool mount_alive(const struct mount *mount);
void mount_evict(struct mount *mount, int error);
void mount_freeze(struct mount *mount, bool on);

/* control.c, faults.c */
void control_serve(void);
void personality_set(bool old);
int fault(int count, char **words, FILE *out);   /* errno; 0: done */

#endif
