/* The farm's words on the control socket. INSTANCE is FSNAME-INSTANCE or a mount point,
 * PATH is below the cache's root.
 *
 *   copytool start [MB/s] | stop | kill     stop: running copies end; kill: they hang (H24)
 *   copytool rate MB/s | latency MS         rate 0: as fast as it goes
 *   copytool reader-latency MS              what a reader's own restore takes longer (P9)
 *   coordinator enable | disable | shutdown
 *   max-requests N        request-timeout S
 *   personality 2.12 | 2.17                 2.12: V1, V5, L3, L4, L6, L15
 *   filer                                   prints the backing folder
 *   filer-full on|off     filer-readonly on|off     ost-full N on|off
 *   fail-next archive|restore COUNT
 *   stuck-restore PATH [off]                its restores never end
 *   never-releasable PATH [off]             EPERM though 0x9, until archived anew (L20)
 *   enodata-once PATH                       next read that waits is told ENODATA (L15)
 *   readdir-error PATH [off]                EIO in the middle of its listing (L4)
 *   on-archive PATH write|unlink            what befalls it when its archive starts (C3)
 *   size-bug on|off                         a release after a restore loses the size (L6)
 *   batch-freeze on|off                     a file turned never_archive freezes its
 *                                           whole request (L14)
 *   enodata-crowd on|off                    one of many readers is told ENODATA (L15)
 *   find-faults on|off    old-texts on|off  lfs of old clients (L3, L4; V1)
 *   old-server on|off                       requests beside an action are dropped (V5)
 *   utf8-only on|off                        names that are not UTF-8 are not archived
 *   rename-exported on|off                  unknown of AFC: off
 *   times-follow-restore on|off             unknown of AFC: off (M8)
 *   evict-client INSTANCE ERRNO             108 or 5 for everything (L10); 0: recovers
 *   freeze-mount INSTANCE on|off            never answers (L11)
 *   silent on|off                           its network is gone: no mount answers, and new
 *                                           ones wait (A2.4)
 *   remount INSTANCE OPTIONS
 *   mounts                                  INSTANCE HOST MOUNTPOINT SUBDIR a line
 *   state PATH                              hex bits, action, running, size
 *   stats                                   VERB requested queued merged started done failed
 *   log                                     every action that ended: VERB INODE done|failed
 *   quit
 */
#include "cached.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

static const struct { const char *word; bool *value; } switches[] = {
    {"filer-full", &cache.filer_full},
    {"filer-readonly", &cache.filer_readonly},
    {"size-bug", &cache.size_bug},
    {"batch-freeze", &cache.batch_freeze},
    {"enodata-crowd", &cache.enodata_crowd},
    {"find-faults", &cache.find_faults},
    {"old-texts", &cache.old_texts},
    {"old-server", &cache.old_server},
    {"utf8-only", &cache.utf8_only},
    {"rename-exported", &cache.rename_exported},
    {"times-follow-restore", &cache.times_follow_restore},
};

static bool is(const char *word, const char *other)
{
    return strcmp(word, other) == 0;
}

static bool turned(const char *word, bool *value)
{
    *value = is(word, "on");
    return *value || is(word, "off");
}

static bool number(const char *word, double *value)
{
    char *end;

    *value = strtod(word, &end);
    return *word && !*end && *value >= 0;
}

void personality_set(bool old)
{
    cache.old_server = cache.old_texts = cache.find_faults = old;
    cache.size_bug = cache.enodata_crowd = old;
    snprintf(cache.version, sizeof(cache.version), "%s", old ? "2.12.8" : "2.17.57");
}

static int copytool(int count, char **words)
{
    double value;

    if (is(words[0], "start") && count <= 2) {
        if (count == 2 && !number(words[1], &value))
            return EINVAL;
        cache.rate = count == 2 ? value * 1e6 : 0;
        cache.copytool = true;
        schedule();
    } else if (is(words[0], "stop") && count == 1) {
        cache.copytool = false;
    } else if (is(words[0], "kill") && count == 1) {
        copytool_kill();
    } else if (count == 2 && number(words[1], &value) && is(words[0], "rate")) {
        cache.rate = value * 1e6;
    } else if (count == 2 && number(words[1], &value) && is(words[0], "latency")) {
        cache.latency = value / 1e3;
    } else if (count == 2 && number(words[1], &value) && is(words[0], "reader-latency")) {
        cache.reader_latency = value / 1e3;
    } else {
        return EINVAL;
    }
    pthread_cond_broadcast(&cache.changed);
    return 0;
}

static int coordinator(const char *word)
{
    static const char *const states[] = {"enable", "disable", "shutdown"};

    for (int i = ENABLED; i <= STOPPED; i++)
        if (is(word, states[i])) {
            coordinator_set(i);
            return 0;
        }
    return EINVAL;
}

/* Words about one file or folder. */
static int about_path(int count, char **words, FILE *out)
{
    struct inode *inode = walk_path(words[1]);
    bool on = count == 2;

    if (count > 3)
        return EINVAL;
    if (!inode)
        return ENOENT;
    if (is(words[0], "on-archive") && count == 3) {
        free(inode->on_archive);
        inode->on_archive = copy_string(words[2]);
        return is(words[2], "write") || is(words[2], "unlink") ? 0 : EINVAL;
    }
    if (!on && !is(words[2], "off"))
        return EINVAL;
    if (is(words[0], "stuck-restore"))
        inode->stuck = on;
    else if (is(words[0], "never-releasable"))
        inode->never_releasable = on;
    else if (is(words[0], "enodata-once"))
        inode->enodata_once = on;
    else if (is(words[0], "readdir-error"))
        inode->readdir_error = on;
    else if (is(words[0], "state"))
        fprintf(out, "0x%08x %d %d %llu\n", inode->hsm,
                inode->actions ? (int)inode->actions->verb : 0,
                inode->actions && inode->actions->status == STARTED,
                (unsigned long long)inode->size);
    else
        return EINVAL;
    pthread_cond_broadcast(&cache.changed);
    return 0;
}

static int about_mount(int count, char **words)
{
    struct mount *mount = count == 3 ? mount_find(words[1]) : NULL;
    double error;
    bool on;

    if (!mount)
        return count == 3 ? ENOENT : EINVAL;
    if (is(words[0], "evict-client") && number(words[2], &error))
        mount_evict(mount, (int)error);
    else if (is(words[0], "freeze-mount") && turned(words[2], &on))
        mount_freeze(mount, on);
    else if (is(words[0], "remount"))
        mount_options(mount, words[2]);
    else
        return EINVAL;
    usleep(20000); /* until the kernel asks about folders anew (attributes_last) */
    return 0;
}

static void tell_stats(FILE *out)
{
    static const char *const verbs[] = {"", "archive", "restore", "release", "remove", "cancel"};

    for (int verb = SIM_ARCHIVE; verb <= SIM_REMOVE; verb++) {
        const struct counts *at = &cache.counts[verb];
        fprintf(out, "%s %llu %llu %llu %llu %llu %llu\n", verbs[verb],
                (unsigned long long)at->requested, (unsigned long long)at->queued,
                (unsigned long long)at->merged, (unsigned long long)at->started,
                (unsigned long long)at->done, (unsigned long long)at->failed);
    }
}

static void tell_mounts(FILE *out)
{
    for (const struct mount *at = cache.mounts; at; at = at->next) {
        const char *parts[] = {at->instance, at->host, at->point, at->subdir};
        if (!mount_alive(at))
            continue;
        fprintf(out, "%s-", cache.fsname);
        for (int i = 0; i < 4; i++) {
            words_put(out, parts[i]);
            fputc(i < 3 ? ' ' : '\n', out);
        }
    }
}

static int tell(const char *word, FILE *out)
{
    if (is(word, "filer"))
        fprintf(out, "%s\n", cache.filer_path);
    else if (is(word, "stats"))
        tell_stats(out);
    else if (is(word, "log"))
        action_log(out);
    else if (is(word, "mounts"))
        tell_mounts(out);
    else if (is(word, "quit")) {
        unlink(cache.socket_path);
        _exit(0); /* sleeping callers are let go by the kernel now */
    } else
        return EINVAL;
    return 0;
}

int fault(int count, char **words, FILE *out)
{
    double value = 0;
    bool on;

    if (count == 1)
        return tell(words[0], out);
    for (size_t i = 0; i < sizeof(switches) / sizeof(*switches); i++)
        if (is(words[0], switches[i].word))
            return count == 2 && turned(words[1], switches[i].value) ? 0 : EINVAL;
    if (is(words[0], "copytool"))
        return copytool(count - 1, words + 1);
    if (is(words[0], "coordinator"))
        return count == 2 ? coordinator(words[1]) : EINVAL;
    if (is(words[0], "personality") && (is(words[1], "2.12") || is(words[1], "2.17"))) {
        personality_set(is(words[1], "2.12"));
    } else if (is(words[0], "max-requests") && number(words[1], &value)) {
        cache.max_requests = (unsigned)value;
        schedule();
    } else if (is(words[0], "request-timeout") && number(words[1], &value)) {
        cache.request_timeout = value;
    } else if (is(words[0], "ost-full") && count == 3 && number(words[1], &value) &&
               value < cache.osts && turned(words[2], &on)) {
        cache.ost[(unsigned)value].full = on;
    } else if (is(words[0], "fail-next") && count == 3 && number(words[2], &value)) {
        if (!is(words[1], "archive") && !is(words[1], "restore"))
            return EINVAL;
        *(is(words[1], "archive") ? &cache.fail_archives : &cache.fail_restores) =
            (unsigned)value;
    } else if (is(words[0], "silent") && count == 2 && turned(words[1], &cache.silent)) {
        for (struct mount *at = cache.mounts; at; at = at->next)
            mount_freeze(at, cache.silent);
    } else if (is(words[0], "evict-client") || is(words[0], "freeze-mount") ||
               is(words[0], "remount")) {
        return about_mount(count, words);
    } else {
        return about_path(count, words, out);
    }
    return 0;
}
