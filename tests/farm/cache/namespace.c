/* Inodes and names, in memory. Inode numbers are never used twice, so that a number that
 * a client still knows can be answered with "stale" after the inode is gone. */
#include "cached.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct inode **inodes;      /* by number */
static uint64_t last_ino, room;
static struct link **buckets;
static size_t bucket_count, links;

struct inode *inode_new(uint32_t mode, uint32_t uid, uint32_t gid)
{
    struct inode *inode = get(sizeof(*inode));

    inode->ino = ++last_ino;
    inode->mode = mode;
    inode->uid = uid;
    inode->gid = gid;
    inode->atime = inode->mtime = inode->ctime = today();
    inode->fd = -1;
    inode->waiting_end = &inode->waiting;
    if (last_ino >= room) {
        room = room ? room * 2 : 4096;
        inodes = realloc(inodes, room * sizeof(*inodes));
        if (!inodes)
            abort();
    }
    inodes[last_ino] = inode;
    cache.inodes++;
    return inode;
}

struct inode *inode_get(uint64_t ino)
{
    return ino && ino <= last_ino ? inodes[ino] : NULL;
}

uint64_t inode_last(void)
{
    return last_ino;
}

void inode_settle(struct inode *inode)
{
    if (inode->nlink || inode->opens || inode->actions || inode->waiting || inode->removed)
        return;
    if (S_ISREG(inode->mode))
        store_drop(inode);
    if (inode->fd >= 0)
        close(inode->fd);
    for (struct xattr *next, *at = inode->xattrs; at; at = next) {
        next = at->next;
        free(at->name);
        free(at->value);
        free(at);
    }
    inodes[inode->ino] = NULL;
    cache.inodes--;
    free(inode->target);
    free(inode->origin);
    free(inode->backend);
    free(inode->on_archive);
    free(inode);
}

static size_t bucket(const struct inode *dir, const char *name)
{
    uint64_t hash = dir->ino * 0x9e3779b97f4a7c15ULL;

    while (*name)
        hash = (hash ^ (unsigned char)*name++) * 0x100000001b3ULL;
    return (hash ^ hash >> 29) & (bucket_count - 1);
}

void namespace_start(void)
{
    bucket_count = 1 << 14;
    buckets = get(bucket_count * sizeof(*buckets));
    cache.root = inode_new(S_IFDIR | 0755, 0, 0);
    cache.root->nlink = 1;
}

static void grow(void)
{
    struct link **old = buckets;
    size_t count = bucket_count;

    bucket_count *= 2;
    buckets = get(bucket_count * sizeof(*buckets));
    for (size_t i = 0; i < count; i++)
        for (struct link *next, *at = old[i]; at; at = next) {
            size_t slot = bucket(at->parent, at->name);
            next = at->chain;
            at->chain = buckets[slot];
            buckets[slot] = at;
        }
    free(old);
}

struct link *name_find(struct inode *dir, const char *name)
{
    struct link *at = buckets[bucket(dir, name)];

    while (at && (at->parent != dir || strcmp(at->name, name) != 0))
        at = at->chain;
    return at;
}

struct link *name_live(struct inode *dir, const char *name)
{
    struct link *link = name_find(dir, name);

    return link && link->inode ? link : NULL;
}

static struct link *hash_in(struct inode *dir, const char *name)
{
    struct link *link = get(sizeof(*link));

    if (++links > bucket_count)
        grow();
    size_t slot = bucket(dir, name);
    link->parent = dir;
    link->name = copy_string(name);
    link->chain = buckets[slot];
    buckets[slot] = link;
    return link;
}

static void hash_out(struct link *link)
{
    struct link **at = &buckets[bucket(link->parent, link->name)];

    while (*at != link)
        at = &(*at)->chain;
    *at = link->chain;
    links--;
    free(link->name);
    free(link);
}

struct link *name_add(struct inode *dir, const char *name, struct inode *inode)
{
    struct link *link = name_find(dir, name);

    if (!link)
        link = hash_in(dir, name);
    else
        dir->removed--;
    link->inode = inode;
    link->removed_at = 0;
    link->cookie = ++dir->last_cookie;
    link->after = NULL;
    link->before = dir->last;
    *(dir->last ? &dir->last->after : &dir->first) = link;
    dir->last = link;
    dir->changes++;
    dir->entries++;
    dir->subdirs += S_ISDIR(inode->mode);
    struct link **last = &inode->links; /* fid2path names the oldest link first (M4) */
    while (*last)
        last = &(*last)->other;
    *last = link;
    link->other = NULL;
    inode->nlink++;
    return link;
}

/* Takes the name off; the caller settles the inode. */
void name_remove(struct link *link)
{
    struct inode *dir = link->parent, *inode = link->inode;
    struct link **at = &inode->links;

    while (*at != link)
        at = &(*at)->other;
    *at = link->other;
    inode->nlink--;
    *(link->before ? &link->before->after : &dir->first) = link->after;
    *(link->after ? &link->after->before : &dir->last) = link->before;
    dir->changes++;
    dir->entries--;
    dir->subdirs -= S_ISDIR(inode->mode);
    hash_out(link);
}

void name_mark_removed(struct inode *dir, const char *name)
{
    struct link *link = hash_in(dir, name);

    link->removed_at = today();
    dir->removed++;
}

char *link_path(const struct link *link)
{
    const struct inode *dir = link->parent;

    if (dir == cache.root)
        return copy_string(link->name);
    if (!dir->links)
        return NULL;
    char *parent = link_path(dir->links);
    char *path = parent ? text("%s/%s", parent, link->name) : NULL;
    free(parent);
    return path;
}

char *inode_path(const struct inode *inode)
{
    if (inode == cache.root)
        return copy_string("");
    return inode->links ? link_path(inode->links) : NULL;
}
