/* Questions to the caches themselves, by their sockets: no file system is touched, so they are
 * answered when every mount hangs. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lfs_socket.h"
#include "protocol.h"

/* NULL: a socket left behind by a cache that is gone, or a cache that does not know the words. */
static FILE *ask(const char *folder, const char *name, const char *words)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char line[16];
    int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", folder, name);

    if (sock < 0 || length >= (int)sizeof(address.sun_path) ||
        connect(sock, (struct sockaddr *)&address, sizeof(address)) ||
        dprintf(sock, "%s\n", words) < 0 || shutdown(sock, SHUT_WR)) {
        if (sock >= 0)
            close(sock);
        return NULL;
    }
    FILE *answer = fdopen(sock, "r");
    if (fgets(line, sizeof(line), answer) && strcmp(line, "ok\n") == 0)
        return answer;
    fclose(answer);
    return NULL;
}

void ask_caches(const char *words, void (*told)(FILE *answer, void *data), void *data)
{
    const char *folder = getenv("LUSTRE_SIM_DIR");
    struct dirent *entry;

    folder = folder ? folder : SIM_DIR;
    DIR *dir = opendir(folder);
    while (dir && (entry = readdir(dir))) {
        FILE *answer = fnmatch("*.sock", entry->d_name, 0) == 0 ? ask(folder, entry->d_name, words)
                                                                 : NULL;
        if (!answer)
            continue;
        told(answer, data);
        fclose(answer);
    }
    if (dir)
        closedir(dir);
}
