/* cached: the simulated cache server. Options and start; see cached.h for the parts. */
#include "cached.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct cache cache = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .changed = PTHREAD_COND_INITIALIZER,
    .max_requests = 3,          /* C1 */
    .request_timeout = 3600,
    .latency = 0.01,
    .copytool = true,
    .osts = 2,
    .ost_blocks = (4ULL << 30) / 512,
};

static const char usage[] =
    "usage: cached --name FSNAME --filer DIR --store DIR [--socket-dir DIR]\n"
    "              [--personality 2.12|2.17] [--osts N] [--ost-size BYTES]\n"
    "              [--rename-exported] [--times-follow-restore] [--die-with-parent]\n"
    "Serves mounts of one simulated cache until it is told to quit. Prints \"ready\".\n";

void lock(void)
{
    pthread_mutex_lock(&cache.lock);
}

void unlock(void)
{
    pthread_mutex_unlock(&cache.lock);
}

double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int64_t today(void)
{
    return time(NULL);
}

void *get(size_t size)
{
    void *space = calloc(1, size);

    if (!space)
        abort();
    return space;
}

char *copy_string(const char *original)
{
    char *copy = strdup(original);

    if (!copy)
        abort();
    return copy;
}

char *text(const char *format, ...)
{
    va_list arguments;
    char *made;

    va_start(arguments, format);
    if (vasprintf(&made, format, arguments) < 0)
        abort();
    va_end(arguments);
    return made;
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "cached: %s: %s\n", what, why);
    exit(2);
}

static int open_folder(const char *path)
{
    int fd = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (!path)
        fail("--name, --filer and --store are needed", "see cached --help");
    if (fd < 0)
        fail(path, strerror(errno));
    return fd;
}

/* The cache's top folder looks like the filer's. */
static void adopt_root(void)
{
    struct stat st;

    if (fstat(cache.filer, &st))
        return;
    cache.root->mode = S_IFDIR | (st.st_mode & 07777);
    cache.root->uid = st.st_uid;
    cache.root->gid = st.st_gid;
}

static uint64_t size_of(const char *word)
{
    char *end;
    unsigned long long size = strtoull(word, &end, 10);

    if (*end || !size)
        fail(word, "is not a number of bytes");
    return size;
}

static void read_options(int argc, char **argv)
{
    static const struct option options[] = {
        {"name", required_argument, NULL, 'n'}, {"filer", required_argument, NULL, 'f'},
        {"store", required_argument, NULL, 's'}, {"socket-dir", required_argument, NULL, 'd'},
        {"personality", required_argument, NULL, 'p'}, {"osts", required_argument, NULL, 'o'},
        {"ost-size", required_argument, NULL, 'z'}, {"rename-exported", no_argument, NULL, 'r'},
        {"times-follow-restore", no_argument, NULL, 't'},
        {"die-with-parent", no_argument, NULL, 'D'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *folder = getenv("LUSTRE_SIM_DIR");
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'n': snprintf(cache.fsname, sizeof(cache.fsname), "%s", optarg); break;
        case 'f': cache.filer_path = optarg; break;
        case 's': cache.store_path = optarg; break;
        case 'd': folder = optarg; break;
        case 'p': personality_set(strcmp(optarg, "2.12") == 0); break;
        case 'o': cache.osts = (unsigned)size_of(optarg); break;
        case 'z': cache.ost_blocks = size_of(optarg) / 512; break;
        case 'r': cache.rename_exported = true; break;
        case 't': cache.times_follow_restore = true; break;
        case 'D': prctl(PR_SET_PDEATHSIG, SIGKILL); break;
        case 'h': fputs(usage, stdout); exit(0);
        default: fputs(usage, stderr); exit(2);
        }
    }
    if (optind < argc || !*cache.fsname || cache.osts > MAX_OSTS) {
        fputs(usage, stderr);
        exit(2);
    }
    cache.socket_path = text("%s/%s.sock", folder ? folder : SIM_DIR, cache.fsname);
}

int main(int argc, char **argv)
{
    struct rlimit files;

    umask(0);
    signal(SIGPIPE, SIG_IGN);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    personality_set(false);
    read_options(argc, argv);
    cache.filer = open_folder(cache.filer_path);
    cache.store = open_folder(cache.store_path);
    store_start();
    namespace_start();
    adopt_root();
    coordinator_start();
    control_serve();
    return 0;
}
