# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which workers still have tasks, and the wait for the last of them."""

import time

# States in which nothing runs on a worker, whatever it had before.
_GONE = ('offline',)
# Deadline lost sight of it: its tasks may go on, or be given away at the next house cleaning.
_LOST = ('stalled',)
# A worker may take a task in the moment in which it is disabled, so one quiet look is not enough.
QUIET_LOOKS = 2


def running(deadline, names):
    """The tasks that workers have now: worker, state, job_id, job, task, frames.

    Both sides are asked: what the worker says, and what the job says (they may differ for a
    moment at the start and end of a task).
    """
    wanted = {name.lower() for name in names}
    found = {}
    states = {}
    for worker in deadline.workers():
        name = worker['name'].lower()
        if name not in wanted:
            continue
        states[name] = worker['state']
        if worker['job_id'] and worker['state'].lower() not in _GONE:
            for task in worker['tasks'] or ['']:
                found[(name, worker['job_id'], task)] = dict(
                    worker=worker['name'], job_id=worker['job_id'], job=worker['job'],
                    task=task, frames='')
    for task in deadline.rendering():
        name = task['worker'].lower()
        if name in wanted and states.get(name, '').lower() not in _GONE:
            found.pop((name, task['job_id'], ''), None)
            found[(name, task['job_id'], task['task'])] = task
    return [dict(found[key], state=states.get(key[0], '')) for key in sorted(found)]


def lost(tasks):
    """Those of workers that Deadline lost sight of: waiting does not end them."""
    return [task for task in tasks if task['state'].lower() in _LOST]


def wait(deadline, names, timeout, delay, clock=time.monotonic, sleep=time.sleep):
    """Wait until the workers have no task; return the tasks that are left at the end.

    Ends early when only tasks of lost workers are left.
    """
    ends = clock() + timeout
    quiet = 0
    while True:
        left = running(deadline, names)
        quiet = quiet + 1 if len(lost(left)) == len(left) else 0
        if quiet >= QUIET_LOOKS or clock() >= ends:
            return left
        sleep(max(0, min(delay, ends - clock())))


def words(task):
    """A task in one phrase."""
    frames = ' (frames %s)' % task['frames'] if task['frames'] else ''
    where = 'task %s%s of ' % (task['task'], frames) if task['task'] else ''
    return '%s: %sjob "%s" (%s)%s' % (
        task['worker'], where, task['job'], task['job_id'],
        ', worker is stalled' if lost([task]) else '')
