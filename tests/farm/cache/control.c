/* The socket: DIR/FSNAME.sock, one line of words a connection (protocol.h). Only root may
 * ask for more than `reach`, `instances` (M1) and `client`. The words of the farm are in faults.c. */
#include "cached.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "words.h"

#define MOST_WORDS 16

/* A line of words, and the descriptor that may come with it. */
static int receive(int peer, char *line, size_t size, int *fd)
{
    char space[CMSG_SPACE(sizeof(int))];
    size_t used = 0;

    *fd = -1;
    while (used < size - 1 && !memchr(line, '\n', used)) {
        struct iovec part = {line + used, size - 1 - used};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space,
                                 .msg_controllen = sizeof(space)};
        ssize_t got = recvmsg(peer, &message, MSG_CMSG_CLOEXEC);
        if (got <= 0)
            return -1;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        if (header && header->cmsg_type == SCM_RIGHTS)
            memcpy(fd, CMSG_DATA(header), sizeof(*fd));
        used += got;
    }
    line[used] = '\0';
    return memchr(line, '\n', used) ? 0 : -1;
}

static void list_instances(const char *host, FILE *out)
{
    for (const struct mount *at = cache.mounts; at; at = at->next)
        if (strcmp(at->host, host) == 0 && mount_alive(at)) {
            fprintf(out, "%s-%s ", cache.fsname, at->instance);
            words_put(out, at->point);
            fputc('\n', out);
        }
}

static struct ucred credentials_of(int peer)
{
    struct ucred credentials = {.uid = (uid_t)-1};
    socklen_t size = sizeof(credentials);

    getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &credentials, &size);
    return credentials;
}

static int add_mount(int *fd, pid_t mounter, char **words)
{
    char *path = text("/proc/%d/root/proc", (int)mounter);
    int proc = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = *fd < 0 ? EBADF : mount_add(*fd, proc, words[0], words[1], words[2], words[3]);

    free(path);
    if (!error)
        *fd = -1; /* the session's now */
    else if (proc >= 0)
        close(proc);
    return error;
}

static int obey(int count, char **words, int *fd, const struct ucred *who, FILE *out)
{
    if (count == 1 && strcmp(words[0], "reach") == 0)
        return cache.silent ? EAGAIN : 0;
    if (count == 2 && strcmp(words[0], "instances") == 0) {
        list_instances(words[1], out);
        return 0;
    }
    if (count == 1 && strcmp(words[0], "client") == 0) {
        fprintf(out, "%s %d %d\n", cache.version, cache.old_texts, cache.find_faults);
        return 0;
    }
    if (who->uid != 0)
        return EPERM;
    if (count == 5 && strcmp(words[0], "mount") == 0)
        return add_mount(fd, who->pid, words + 1);
    return fault(count, words, out);
}

static void answer(int peer)
{
    char line[16384], *words[MOST_WORDS], *said = NULL;
    size_t length = 0;
    int fd;
    struct timeval limit = {.tv_sec = 5};

    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (receive(peer, line, sizeof(line), &fd) == 0) {
        FILE *out = open_memstream(&said, &length);
        int count = words_split(line, words, MOST_WORDS);
        struct ucred who = credentials_of(peer);
        lock();
        int error = count < 1 ? EINVAL : obey(count, words, &fd, &who, out);
        unlock();
        fclose(out);
        if (error)
            dprintf(peer, "error %d %s\n", error, length ? said : strerror(error));
        else
            dprintf(peer, "ok\n%s", said);
        free(said);
    }
    if (fd >= 0)
        close(fd);
    close(peer);
}

void control_serve(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (snprintf(address.sun_path, sizeof(address.sun_path), "%s", cache.socket_path) >=
        (int)sizeof(address.sun_path)) {
        fprintf(stderr, "cached: the socket's path is too long: %s\n", cache.socket_path);
        exit(2);
    }
    unlink(cache.socket_path);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) ||
        chmod(cache.socket_path, 0666) || listen(listener, 64)) {
        fprintf(stderr, "cached: %s: %s\n", cache.socket_path, strerror(errno));
        exit(2);
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        int peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (peer >= 0)
            answer(peer);
    }
}
