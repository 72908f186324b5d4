/* A host that believes it runs another kernel: uname(2) as the C library gives it, with the release
 * that a file names. A container gets it by /etc/ld.so.preload, so that uname, Python, dpkg, dnf,
 * modinfo and systemd agree, and a reboot into a new kernel is a line in that file.
 *
 * Built without a C library of its own: it is loaded into whatever distribution the container holds.
 */
#include <fcntl.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#define RELEASE_FILE "/etc/farm-kernel"

static long call(long number, long first, long second, long third)
{
#if defined(__x86_64__)
    long result;
    __asm__ volatile("syscall" : "=a"(result)
                     : "a"(number), "D"(first), "S"(second), "d"(third)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number, x0 __asm__("x0") = first, x1 __asm__("x1") = second,
                  x2 __asm__("x2") = third;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
#else
#error "pretend_kernel knows x86_64 and aarch64"
#endif
}

static int open_release(void)
{
#if defined(__x86_64__)
    return (int)call(SYS_open, (long)RELEASE_FILE, O_RDONLY | O_CLOEXEC, 0);
#else
    return (int)call(SYS_openat, AT_FDCWD, (long)RELEASE_FILE, O_RDONLY | O_CLOEXEC);
#endif
}

int uname(struct utsname *host)
{
    char text[sizeof(host->release)];
    long result = call(SYS_uname, (long)host, 0, 0), length, at;
    int file = result == 0 ? open_release() : -1;

    if (file < 0)
        return result == 0 ? 0 : -1;
    length = call(SYS_read, file, (long)text, sizeof(text) - 1);
    call(SYS_close, file, 0, 0);
    for (at = 0; at < length && text[at] > ' '; at++)
        host->release[at] = text[at];
    if (at > 0)
        host->release[at] = '\0';
    return 0;
}
