/* mount.lustre: the helper that mount(8) calls as `mount.lustre SOURCE DIR -o OPTIONS`.
 *
 * SOURCE is NID[:NID...]:/FSNAME[/SUBDIR]. The mount is made here, in the caller's
 * namespace, and its descriptor is handed to the cache's server. Messages are the real
 * helper's, and it exits with the errno (filecache-and-peers A2.4).
 *
 * DIR/hosts, where it exists beside the caches' sockets, lists the names that "resolve".
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "protocol.h"
#include "words.h"

static const char *program = "mount.lustre";

struct order {
    const char *source, *point, *subdir;
    char fsname[16];
    char options[4096];  /* as given, for the server */
    unsigned long flags;
    int fake, verbose, remount;
};

static const struct { const char *name; unsigned long set, clear; } known_flags[] = {
    {"defaults", 0, 0}, {"rw", 0, MS_RDONLY}, {"ro", MS_RDONLY, 0},
    {"suid", 0, MS_NOSUID}, {"nosuid", MS_NOSUID, 0}, {"dev", 0, MS_NODEV},
    {"nodev", MS_NODEV, 0}, {"exec", 0, MS_NOEXEC}, {"noexec", MS_NOEXEC, 0},
    {"sync", MS_SYNCHRONOUS, 0}, {"async", 0, MS_SYNCHRONOUS}, {"dirsync", MS_DIRSYNC, 0},
    {"atime", 0, MS_NOATIME}, {"noatime", MS_NOATIME, 0},
    {"diratime", 0, MS_NODIRATIME}, {"nodiratime", MS_NODIRATIME, 0},
    {"relatime", MS_RELATIME, 0}, {"norelatime", 0, MS_RELATIME},
    {"strictatime", MS_STRICTATIME, 0}, {"remount", MS_REMOUNT, 0},
};

/* Options of Lustre itself, and those that mount(8) and systemd keep to themselves. */
static const char *const known_words[] = {
    "flock", "localflock", "noflock", "user_xattr", "nouser_xattr", "acl", "noacl", "checksum",
    "nochecksum", "lazystatfs", "nolazystatfs", "statfs_project", "user_fid2path",
    "nouser_fid2path", "verbose", "noverbose", "always_ping", "encrypt", "noencrypt", "32bitapi",
    "lruresize", "nolruresize", "_netdev", "auto", "noauto", "nofail", "user", "nouser", "users",
    "owner", "group", "loud", "silent",
};
static const char *const known_prefixes[] = {
    "retry=", "network=", "context=", "rootcontext=", "fscontext=", "defcontext=", "skpath=",
    "x-", "comment=", "device=",
};

static int is_known(const char *option)
{
    for (size_t i = 0; i < sizeof(known_words) / sizeof(*known_words); i++)
        if (strcmp(option, known_words[i]) == 0)
            return 1;
    for (size_t i = 0; i < sizeof(known_prefixes) / sizeof(*known_prefixes); i++)
        if (strncmp(option, known_prefixes[i], strlen(known_prefixes[i])) == 0)
            return 1;
    return 0;
}

static int take_option(struct order *order, const char *option)
{
    for (size_t i = 0; i < sizeof(known_flags) / sizeof(*known_flags); i++)
        if (strcmp(option, known_flags[i].name) == 0) {
            order->flags = (order->flags & ~known_flags[i].clear) | known_flags[i].set;
            return 0;
        }
    return is_known(option) ? 0 : EINVAL;
}

static int take_options(struct order *order, const char *list)
{
    char *copy = strdup(list), *rest = copy, *option;
    int error = 0;

    if (!copy || strlen(order->options) + strlen(list) + 2 > sizeof(order->options))
        return ENOMEM;
    if (*order->options)
        strcat(order->options, ",");
    strcat(order->options, list);
    while (!error && (option = strsep(&rest, ",")))
        error = *option ? take_option(order, option) : 0;
    free(copy);
    return error;
}

static const char *folder(void)
{
    const char *given = getenv("LUSTRE_SIM_DIR");

    return given ? given : SIM_DIR;
}

/* The simulated name service: where a list of hosts exists, others do not resolve. */
static int resolves(const char *host)
{
    char path[256], line[512];
    int found = host[strspn(host, "0123456789.")] == '\0';

    snprintf(path, sizeof(path), "%s/hosts", folder());
    FILE *hosts = fopen(path, "re");
    if (!hosts)
        return *host != '\0';
    while (!found && fgets(line, sizeof(line), hosts)) {
        line[strcspn(line, " \t\n")] = '\0';
        found = strcmp(line, host) == 0;
    }
    fclose(hosts);
    return found;
}

static int parse_source(struct order *order)
{
    const char *path = strstr(order->source, ":/");
    char nids[1024], *rest = nids, *nid;

    if (!path || path == order->source || path - order->source >= (int)sizeof(nids)) {
        fprintf(stderr, "%s: %s is not NID:/FSNAME\n", program, order->source);
        return EINVAL;
    }
    snprintf(nids, sizeof(nids), "%.*s", (int)(path - order->source), order->source);
    while ((nid = strsep(&rest, ":,"))) {
        nid[strcspn(nid, "@")] = '\0';
        if (resolves(nid))
            continue;
        fprintf(stderr, "%s: Can't parse NID '%s'\n", program, order->source);
        return EINVAL;
    }
    path += 2;
    order->subdir = path + strcspn(path, "/");
    if (path == order->subdir || order->subdir - path >= (int)sizeof(order->fsname))
        return ENOENT;
    snprintf(order->fsname, sizeof(order->fsname), "%.*s", (int)(order->subdir - path), path);
    return 0;
}

/* 0, or an errno; the answer's text is of no use to the caller. */
static int ask_server(const struct order *order, const char *request, size_t size, int fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char space[CMSG_SPACE(sizeof(int))] = {0}, answer[256];
    struct iovec part = {(char *)(uintptr_t)request, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    int error = 0, peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s.sock", folder(),
                 order->fsname) >= (int)sizeof(address.sun_path))
        return ENAMETOOLONG;
    if (peer < 0 || connect(peer, (struct sockaddr *)&address, sizeof(address)))
        return errno == ECONNREFUSED ? EIO : errno; /* the server is down */
    if (fd >= 0) {
        message.msg_control = space;
        message.msg_controllen = sizeof(space);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &fd, sizeof(int));
    }
    if (sendmsg(peer, &message, MSG_NOSIGNAL) != (ssize_t)size)
        error = EIO;
    ssize_t got = error ? 0 : recv(peer, answer, sizeof(answer) - 1, MSG_WAITALL);
    answer[got > 0 ? got : 0] = '\0';
    if (strncmp(answer, "ok", 2) != 0 && sscanf(answer, "error %d", &error) != 1)
        error = EIO;
    close(peer);
    return error;
}

static int send_words(const struct order *order, int count, const char *const *words, int fd)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);

    for (int i = 0; i < count; i++) {
        words_put(out, words[i]);
        fputc(i < count - 1 ? ' ' : '\n', out);
    }
    fclose(out);
    int error = ask_server(order, line, size, fd);
    free(line);
    return error;
}

static int remount(const struct order *order)
{
    struct sim_fsinfo info;
    int fd = open(order->point, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || ioctl(fd, SIM_IOC_FSINFO, &info))
        return EINVAL; /* not a mount of ours */
    close(fd);
    if (mount(order->source, order->point, "fuse.lustre", order->flags, NULL))
        return errno;
    const char *words[] = {"remount", info.instance, order->options};
    return send_words(order, 3, words, -1);
}

/* Servers that do not answer are waited for as long as the real client does (A2.4). */
static int reach(const struct order *order)
{
    const char *words[] = {"reach"};
    int error;

    for (int second = 0; (error = send_words(order, 1, words, -1)) == EAGAIN; second++) {
        if (second == 120)
            return ETIMEDOUT;
        sleep(1);
    }
    return error;
}

static int make_mount(const struct order *order)
{
    char data[128];
    struct utsname host;
    const char *words[] = {"mount", host.nodename, order->options,
                           *order->subdir ? order->subdir : "/", order->point};

    if (uname(&host))
        return errno;
    int error = reach(order);
    if (error) /* nobody serves it: nothing is mounted */
        return error;
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENXIO ? ENODEV : errno;
    snprintf(data, sizeof(data),
             "fd=%d,rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other", fd);
    if (mount(order->source, order->point, "fuse.lustre", order->flags, data))
        return errno;
    error = send_words(order, 5, words, fd);
    if (error)
        umount2(order->point, MNT_DETACH);
    return error;
}

static int report(const struct order *order, int error)
{
    static const struct { int error; const char *hint; } hints[] = {
        {ENODEV, "Are the lustre modules loaded?\nCheck /etc/modprobe.conf and /proc/filesystems\n"},
        {ENOENT, "Is the MGS specification correct?\nIs the filesystem name correct?\n"},
        {EIO, "Is the MGS running?\n"},
        {EINVAL, "This may have multiple causes.\nAre the mount options correct?\n"
                 "Check the syslog for more info.\n"},
    };

    if (!error)
        return 0;
    fprintf(stderr, "%s: mount %s at %s failed: %s\n", program, order->source, order->point,
            strerror(error));
    for (size_t i = 0; i < sizeof(hints) / sizeof(*hints); i++)
        if (hints[i].error == error)
            fputs(hints[i].hint, stderr);
    return error;
}

static int usage(FILE *out, int status)
{
    fprintf(out, "usage: %s [-fnrvs] [-o OPTIONS] NID[:NID...]:/FSNAME[/SUBDIR] DIR\n", program);
    return status;
}

int main(int argc, char **argv)
{
    static struct order order;
    struct stat st;
    int option, error = 0;

    while ((option = getopt(argc, argv, "fhno:rsv")) != -1) {
        switch (option) {
        case 'f': order.fake = 1; break;
        case 'n': case 's': break;
        case 'o': error = error ? error : take_options(&order, optarg); break;
        case 'r': error = error ? error : take_options(&order, "ro"); break;
        case 'v': order.verbose = 1; break;
        case 'h': return usage(stdout, 0);
        default: return usage(stderr, EINVAL);
        }
    }
    if (optind + 2 != argc)
        return usage(stderr, EINVAL);
    order.source = argv[optind];
    char *point = realpath(argv[optind + 1], NULL);
    order.point = point ? point : argv[optind + 1];
    if (!point || stat(point, &st) || !S_ISDIR(st.st_mode)) {
        fprintf(stderr, "%s: %s inaccessible: %s\n", program, order.point,
                strerror(point ? ENOTDIR : errno));
        return point ? ENOTDIR : errno;
    }
    if (error)
        return report(&order, error);
    error = parse_source(&order);
    if (error == EINVAL)
        return error;
    if (order.verbose)
        printf("arg: source = %s, target = %s, options = %s\n", order.source, order.point,
               order.options);
    if (!error && !order.fake)
        error = order.flags & MS_REMOUNT ? remount(&order) : make_mount(&order);
    return report(&order, error);
}
