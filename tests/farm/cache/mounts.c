/* Mounts of the cache: one FUSE session and one thread for each. The descriptor comes
 * from mount.lustre, which made the mount in its own namespace. */
#include "cached.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void init(void *data, struct fuse_conn_info *conn)
{
    (void)data;
    conn->want = conn->capable & (FUSE_CAP_IOCTL_DIR | FUSE_CAP_PARALLEL_DIROPS |
                                  FUSE_CAP_ASYNC_READ);
}

static struct fuse_lowlevel_ops *operations(void)
{
    static struct fuse_lowlevel_ops ops = {.init = init};

    if (!ops.lookup) {
        names_operations(&ops);
        file_operations(&ops);
        xattr_operations(&ops);
        ioctl_operations(&ops);
    }
    return &ops;
}

/* Open files of a client that died turn dirty where they were written (C5). */
static void take_down(struct mount *mount)
{
    struct mount **at = &cache.mounts;

    while (*at != mount)
        at = &(*at)->next;
    *at = mount->next;
    calls_drop(mount, EIO);
    while (mount->handles)
        handle_free(mount, mount->handles);
    fuse_session_destroy(mount->session);
    for (struct stash *next, *stash = mount->stash; stash; stash = next) {
        next = stash->next;
        free(stash);
    }
    close(mount->proc);
    free(mount->host);
    free(mount->point);
    free(mount->subdir);
    free(mount);
}

/* A frozen mount takes its callers' requests and never answers: they cannot be killed
 * (field-reports L11). */
static void put_by(struct mount *mount, const struct fuse_buf *buffer)
{
    struct stash *stash = get(sizeof(*stash) + buffer->size);

    stash->size = buffer->size;
    memcpy(stash->bytes, buffer->mem, buffer->size);
    *mount->stash_end = stash;
    mount->stash_end = &stash->next;
}

void mount_freeze(struct mount *mount, bool on)
{
    struct stash *next, *at = mount->stash;

    mount->frozen = on;
    if (on)
        return;
    mount->stash = NULL;
    mount->stash_end = &mount->stash;
    for (; at; at = next) {
        struct fuse_buf buffer = {.size = at->size, .mem = at->bytes};
        next = at->next;
        fuse_session_process_buf(mount->session, &buffer);
        free(at);
    }
}

static void *serve(void *data)
{
    struct mount *mount = data;
    struct fuse_buf buffer = {0};

    while (!fuse_session_exited(mount->session)) {
        int got = fuse_session_receive_buf(mount->session, &buffer);
        if (got == -EINTR)
            continue;
        if (got <= 0)
            break;
        lock();
        if (mount->frozen)
            put_by(mount, &buffer);
        else
            fuse_session_process_buf(mount->session, &buffer);
        unlock();
    }
    free(buffer.mem);
    lock();
    take_down(mount);
    unlock();
    return NULL;
}

static bool has_option(const char *options, const char *option)
{
    size_t length = strlen(option);

    for (const char *at = options; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, option, length) == 0 && (at[length] == ',' || !at[length]))
            return true;
    return false;
}

void mount_options(struct mount *mount, const char *options)
{
    mount->read_only = has_option(options, "ro");
    mount->noatime = has_option(options, "noatime");
}

int mount_add(int fd, int proc, const char *host, const char *options, const char *subdir,
              const char *point)
{
    static uint64_t number;
    char *arguments[] = {(char *)"cached", NULL};
    struct fuse_args args = FUSE_ARGS_INIT(1, arguments);
    struct inode *root = walk_path(subdir);

    if (!root || !S_ISDIR(root->mode))
        return root ? ENOTDIR : ENOENT;
    struct mount *mount = get(sizeof(*mount));
    mount->session = fuse_session_new(&args, operations(), sizeof(*operations()), mount);
    char *device = text("/dev/fd/%d", fd);
    int error = mount->session ? fuse_session_mount(mount->session, device) : -1;
    free(device);
    if (error) {
        if (mount->session)
            fuse_session_destroy(mount->session);
        free(mount);
        return EIO;
    }
    mount->root = root;
    mount->proc = proc;
    root->opens++; /* stays while the mount does */
    mount->host = copy_string(host);
    mount->point = copy_string(point);
    mount->subdir = copy_string(subdir);
    mount->stash_end = &mount->stash;
    mount_options(mount, options);
    snprintf(mount->instance, sizeof(mount->instance), "ffff%08x%04llx",
             (unsigned)(today() * 2654435761u), (unsigned long long)++number);
    mount->next = cache.mounts;
    cache.mounts = mount;
    if (pthread_create(&mount->thread, NULL, serve, mount))
        abort();
    pthread_detach(mount->thread);
    return 0;
}

struct mount *mount_find(const char *instance)
{
    struct mount *at = cache.mounts;
    const char *bare = strrchr(instance, '-');

    bare = bare ? bare + 1 : instance;
    while (at && strcmp(at->instance, bare) != 0 && strcmp(at->point, instance) != 0)
        at = at->next;
    return at;
}

/* The kernel has taken it down, though our thread may not have heard of it yet. */
bool mount_alive(const struct mount *mount)
{
    struct pollfd fd = {.fd = fuse_session_fd(mount->session)};

    return poll(&fd, 1, 0) <= 0 || !(fd.revents & POLLERR);
}

/* What it had open is lost to it (field-reports L10). */
void mount_evict(struct mount *mount, int error)
{
    mount->evicted = error;
    for (struct handle *at = mount->handles; at && error; at = at->after)
        handle_flush(at);
    if (error)
        calls_drop(mount, error);
}
