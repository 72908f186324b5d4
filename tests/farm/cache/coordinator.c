/* The coordinator: actions wait in order, restores before the rest (C2), and start while
 * fewer than max_requests run. */
#include "cached.h"

#include <errno.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <unistd.h>

static struct { struct action *first, *last; } queues[2]; /* restores, the rest */

#define LOG_SIZE 65536
static struct { uint64_t ino; enum sim_verb verb; int error; } ended[LOG_SIZE];
static uint64_t ended_count, last_request;

static bool deliverable(const struct action *action)
{
    if (action->archive_id > 1)
        return false; /* no copytool serves it (H27) */
    return !(action->inode->attributes & (FS_IMMUTABLE_FL | FS_APPEND_FL)); /* H51 */
}

static void start(struct action *action)
{
    action->status = STARTED;
    action->updated = now();
    cache.running++;
    cache.counts[action->verb].started++;
    copytool_run(action);
}

/* field-reports L14: a file that turned never_archive takes its whole request with it;
 * all of it reads as running and is never sent. */
static bool freeze_batch(uint64_t request)
{
    bool unfit = false;

    for (struct action *at = queues[1].first; at; at = at->after)
        unfit |= at->request == request && at->verb == SIM_ARCHIVE &&
                 at->inode->hsm & SIM_NOARCHIVE;
    for (struct action *at = queues[1].first; at && unfit; at = at->after)
        if (at->request == request && at->status == WAITING) {
            at->status = STARTED;
            at->orphan = true;
            at->updated = now();
            cache.running++;
        }
    return unfit;
}

void schedule(void)
{
    if (cache.coordinator != ENABLED || !cache.copytool)
        return; /* H22 */
    unsigned held = 0;
    for (int q = 0; q < 2; q++)
        for (struct action *at = queues[q].first; at; at = at->after) {
            if (at->status != WAITING)
                continue;
            if (cache.running + held >= cache.max_requests)
                return;
            if (!deliverable(at))
                held++; /* keeps its slot (H27) */
            else if (!cache.batch_freeze || !freeze_batch(at->request))
                start(at);
        }
}

struct action *action_find(const struct inode *inode, enum sim_verb verb)
{
    struct action *at = inode->actions;

    while (at && at->verb != verb)
        at = at->beside;
    return at;
}

bool restoring(const struct inode *inode)
{
    return action_find(inode, SIM_RESTORE) || inode->hung;
}

uint64_t request_new(void)
{
    return ++last_request;
}

void action_queue(struct inode *inode, enum sim_verb verb, uint32_t archive_id, uint64_t request)
{
    struct action *same = action_find(inode, verb);

    /* Old servers forget what is asked beside an action (V5); newer ones merge restores
     * and doubles within a request, and run a second archive beside the first (H25). */
    if ((cache.old_server && inode->actions) || (same && same->request == request) ||
        (same && verb != SIM_ARCHIVE)) {
        cache.counts[verb].merged++;
        return;
    }
    struct action *action = get(sizeof(*action));
    action->inode = inode;
    action->verb = verb;
    action->archive_id = archive_id ? archive_id : 1;
    action->request = request;
    action->duplicate = same != NULL;
    struct action **end = &inode->actions;
    while (*end)
        end = &(*end)->beside;
    *end = action;
    int q = verb != SIM_RESTORE;
    action->before = queues[q].last;
    *(queues[q].last ? &queues[q].last->after : &queues[q].first) = action;
    queues[q].last = action;
    cache.counts[verb].queued++;
    schedule();
}

void action_end(struct action *action, int error)
{
    struct inode *inode = action->inode;
    struct action **at = &inode->actions;
    int q = action->verb != SIM_RESTORE;
    bool restore = action->verb == SIM_RESTORE;

    while (*at != action)
        at = &(*at)->beside;
    *at = action->beside;
    *(action->before ? &action->before->after : &queues[q].first) = action->after;
    *(action->after ? &action->after->before : &queues[q].last) = action->before;
    if (action->status == STARTED)
        cache.running--;
    *(error ? &cache.counts[action->verb].failed : &cache.counts[action->verb].done) += 1;
    ended[ended_count % LOG_SIZE].ino = inode->ino;
    ended[ended_count % LOG_SIZE].verb = action->verb;
    ended[ended_count++ % LOG_SIZE].error = error;
    free(action);
    pthread_cond_broadcast(&cache.changed);
    if (restore && !inode->hung)
        calls_wake(inode, error ? ENODATA : 0);
    else
        inode_settle(inode);
    schedule();
}

void action_log(FILE *out)
{
    static const char *const verbs[] = {"", "archive", "restore", "release", "remove", "cancel"};
    uint64_t i = ended_count > LOG_SIZE ? ended_count - LOG_SIZE : 0;

    for (; i < ended_count; i++)
        fprintf(out, "%s %llu %s\n", verbs[ended[i % LOG_SIZE].verb],
                (unsigned long long)ended[i % LOG_SIZE].ino,
                ended[i % LOG_SIZE].error ? "failed" : "done");
}

void actions_cancel(struct inode *inode)
{
    struct action *next;

    for (struct action *at = inode->actions; at; at = next) {
        next = at->beside;
        if (at->status == STARTED && !at->orphan) {
            at->cancelled = true; /* the copy sees it and ends (H84, H85) */
            continue;
        }
        if (at->orphan && at->verb == SIM_RESTORE)
            inode->hung = true; /* nobody is ever told (H84) */
        action_end(at, ECANCELED);
    }
    pthread_cond_broadcast(&cache.changed);
}

/* A reader needs the bytes: the same as hsm_restore, unless that cannot work now. */
bool request_restore(struct inode *inode)
{
    if (cache.coordinator == STOPPED || inode->hsm & SIM_LOST)
        return false; /* H37, H47 */
    if (!action_find(inode, SIM_RESTORE)) {
        cache.counts[SIM_RESTORE].requested++;
        action_queue(inode, SIM_RESTORE, 0, 0);
    }
    return true;
}

/* Its copies stay as they are, running for the coordinator and never ending (H24). */
void copytool_kill(void)
{
    cache.copytool = false;
    cache.epoch++;
    for (int q = 0; q < 2; q++)
        for (struct action *at = queues[q].first; at; at = at->after)
            at->orphan |= at->status == STARTED;
    pthread_cond_broadcast(&cache.changed);
}

void coordinator_set(enum coordinator state)
{
    struct inode *inode;

    cache.coordinator = state;
    if (state == STOPPED) { /* H37: the copytools have to be started again afterwards */
        copytool_kill();
        for (int q = 0; q < 2; q++)
            for (struct action *at = queues[q].first; at; at = at->after)
                if (at->status == STARTED) {
                    at->status = WAITING;
                    at->orphan = false;
                    cache.running--;
                }
        for (uint64_t ino = 1; ino <= inode_last(); ino++) {
            inode = inode_get(ino);
            if (inode && (inode->waiting || inode->hung)) {
                inode->hung = false;
                calls_wake(inode, ENODATA);
            }
        }
    }
    schedule();
}

/* active_request_timeout (H24): what shows no progress any more is given up. */
static void *watch(void *unused)
{
    (void)unused;
    for (;;) {
        usleep(100000);
        lock();
        for (int q = 0; q < 2; q++) {
            struct action *at = queues[q].first;
            while (at && (at->status != STARTED || now() - at->updated < cache.request_timeout))
                at = at->after;
            if (at && !at->orphan)
                at->cancelled = true;
            else if (at)
                action_end(at, ETIMEDOUT);
        }
        pthread_cond_broadcast(&cache.changed);
        unlock();
    }
    return NULL;
}

void coordinator_start(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, watch, NULL))
        abort();
}
