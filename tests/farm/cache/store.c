/* The bytes of files: one sparse file per inode in the store, opened when first needed,
 * and the space they take on the OSTs (H88, H89, C8). */
#include "cached.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void store_start(void)
{
    DIR *old = fdopendir(dup(cache.store));
    struct dirent *entry;

    /* names and states live in memory only: bytes of an earlier run belong to nobody */
    while (old && (entry = readdir(old)))
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
            unlinkat(cache.store, entry->d_name, 0);
    if (old)
        closedir(old);
}

struct name { char text[40]; };

static struct name name_of(const struct inode *inode)
{
    struct name name;

    snprintf(name.text, sizeof(name.text), "%llu", (unsigned long long)inode->ino);
    return name;
}

static struct name name_new(uint64_t number)
{
    struct name name;

    snprintf(name.text, sizeof(name.text), "%llu.new", (unsigned long long)number);
    return name;
}

int store_open(struct inode *inode)
{
    if (inode->fd < 0) {
        inode->fd = openat(cache.store, name_of(inode).text, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (inode->fd < 0)
            return -errno;
    }
    return inode->fd;
}

static void charge(struct inode *inode, uint64_t blocks)
{
    if (!(inode->hsm & SIM_RELEASED))
        cache.ost[inode->ost].used -= inode->blocks;
    inode->blocks = blocks;
    cache.ost[inode->ost].used += blocks;
}

static void measure(struct inode *inode)
{
    struct stat st;

    if (fstat(inode->fd, &st) == 0)
        charge(inode, st.st_blocks ? st.st_blocks : inode->size > 0); /* H9 */
}

static bool full(unsigned ost, uint64_t more)
{
    return cache.ost[ost].full || cache.ost[ost].used + more > cache.ost_blocks;
}

int store_choose(struct inode *inode)
{
    inode->ost = cache.next_ost++ % cache.osts;
    return full(inode->ost, 1) ? ENOSPC : 0;
}

bool store_has_room(const struct inode *inode, uint64_t bytes)
{
    return !full(inode->ost, (bytes + 511) / 512);
}

ssize_t store_write(struct inode *inode, const void *data, size_t size, off_t offset)
{
    if (full(inode->ost, (offset + size > inode->size) ? size / 512 : 0))
        return -ENOSPC;
    int fd = store_open(inode);
    ssize_t done = fd < 0 ? fd : pwrite(fd, data, size, offset);
    if (done < 0)
        return fd < 0 ? fd : -errno;
    if ((uint64_t)(offset + done) > inode->size)
        inode->size = offset + done;
    measure(inode);
    return done;
}

int store_truncate(struct inode *inode, off_t size)
{
    int fd = store_open(inode);

    if (fd < 0)
        return -fd;
    if (ftruncate(fd, size))
        return errno;
    inode->size = size;
    measure(inode);
    return 0;
}

int store_allocate(struct inode *inode, int mode, off_t offset, off_t size)
{
    struct stat st;
    int fd = store_open(inode);

    if (fd < 0)
        return -fd;
    if (!(mode & FALLOC_FL_PUNCH_HOLE) && full(inode->ost, size / 512))
        return ENOSPC;
    if (fallocate(fd, mode, offset, size) || fstat(fd, &st))
        return errno;
    inode->size = st.st_size;
    measure(inode);
    return 0;
}

static void forget(struct inode *inode)
{
    if (inode->fd >= 0)
        close(inode->fd);
    inode->fd = -1;
}

void store_drop(struct inode *inode)
{
    forget(inode);
    unlinkat(cache.store, name_of(inode).text, 0);
    if (!(inode->hsm & SIM_RELEASED))
        cache.ost[inode->ost].used -= inode->blocks;
    inode->blocks = inode->size > 0;
}

int store_begin(uint64_t number)
{
    return openat(cache.store, name_new(number).text, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
                  0600);
}

/* Takes the restored bytes over; the caller clears the released bit afterwards. */
int store_commit(struct inode *inode, int fd, uint64_t number, uint64_t size)
{
    if (renameat(cache.store, name_new(number).text, cache.store, name_of(inode).text))
        return errno;
    forget(inode);
    inode->fd = fd;
    inode->size = size;
    measure(inode);
    return 0;
}

void store_abandon(int fd, uint64_t number)
{
    close(fd);
    unlinkat(cache.store, name_new(number).text, 0);
}
