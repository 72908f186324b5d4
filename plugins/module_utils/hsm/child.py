# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Child processes, and the one loop that waits for them.

Whatever touches the mount happens in a child with a deadline (safety rule 6). At the
deadline the child is killed; one that sleeps in the kernel and cannot die (lustre-hsm H80)
is abandoned: nothing ever waits for it again. There are no threads: the owner calls wait(),
and gets results by callbacks from inside it.
"""

import math
import os
import select
import signal
import time

from . import forked
from .escape import escape
from .running import GRACE_SECONDS, Pipes, Result, Running

MOST_OUT = 64 << 20
MOST_ERR = 1 << 20


class Job(object):
    """What a child is to do; done(result) is called once, when it is over."""

    def __init__(self, what, deadline, done, data=None, most_out=MOST_OUT, most_err=MOST_ERR):
        """what: for people; deadline: seconds, or None. With data(bytes) the output is given
        away as it comes, and the deadline counts from the last of it."""
        self.what = what
        self.deadline = deadline
        self.done = done
        self.data = data
        self.most_out = most_out
        self.most_err = most_err
        self.paused = False
        self.stopped = False

    def pause(self):
        """Take no more data for now: the child waits, and its deadline with it."""
        self.paused = True

    def resume(self):
        self.paused = False

    def stop(self):
        """End the child; its result comes as always."""
        self.stopped = True


class ExecJob(Job):
    """A program, given names of places (place.py) between `before` and `after`.

    environment: all that it finds there; without it the fixed one of forked.py.
    """

    def __init__(self, program, before, places, after, environment=None, **kwargs):
        super(ExecJob, self).__init__(escape(b' '.join([program] + before)), **kwargs)
        self._program = program
        self._before = before
        self._places = places
        self._after = after
        self._environment = environment

    def inside(self, out, status):
        return forked.become(self._program, self._before, self._places, self._after, out, status,
                             self._environment)


class CallJob(Job):
    """function(descriptor, *args) in a child; what it writes to the descriptor is its output."""

    def __init__(self, function, args, deadline, done, data=None):
        super(CallJob, self).__init__(function.__name__, deadline, done, data)
        self._function = function
        self._args = args

    def inside(self, out, _status):
        self._function(out, *self._args)
        return 0


class Children(object):
    """The children of a run.

    abandoned: list of (pid, what) of those that could not be killed.
    """

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._children = []
        self._unborn = []
        self._lost = []
        self.abandoned = []
        if signal.getsignal(signal.SIGCHLD) == signal.SIG_IGN:
            # Inherited from a caller; it would take the exit status of our children away.
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)

    @property
    def running(self):
        return len(self._children) + len(self._unborn)

    def start(self, job):
        """Fork a child for a job."""
        try:
            self._children.append(self._fork(job))
        except OSError as error:
            self._unborn.append((job, Result(
                None, b'', b'', {}, 'No process can be started: %s.' % error.strerror,
                False, False, False, 0.0)))

    def wait(self, timeout):
        """Handle what happens within `timeout` seconds, at least until something does.

        Returns whether anything did.
        """
        if self._unborn:
            unborn, self._unborn = self._unborn, []
            for job, result in unborn:
                job.done(result)
            return True
        self._lost = [child for child in self._lost if not child.reap()]
        happened = self._transfer(timeout)
        for child in list(self._children):
            happened = self._look_after(child) or happened
        return happened

    def close(self):
        """End every child that can be ended, abandon the rest; nothing is called back."""
        for child in self._children:
            child.kill(self._clock())
        ends = self._clock() + GRACE_SECONDS
        left = self._children
        while left and self._clock() < ends:
            time.sleep(0.001)
            left = [child for child in left if not child.reap()]
        for child in self._children:
            child.close()
        for child in left:
            self._abandon(child)
        self._children, self._unborn = [], []

    def _abandon(self, child):
        """Wait for a child no longer; it is only taken off the table should it end after all."""
        self._lost.append(child)
        self.abandoned.append((child.pid, child.job.what))

    def _fork(self, job):
        pipes = Pipes()
        try:
            parent = os.getpid()
            others = pipes.read + [end for child in self._children for end in child.ends]
            # No handler of ours may run in the child before it has forgotten them.
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, forked.handled_signals())
            try:
                pid = os.fork()
                if pid == 0:
                    forked.run(job, parent, pipes.write, others)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        except OSError:
            pipes.close(pipes.read)
            raise
        finally:
            pipes.close(pipes.write)
        return Running(pid, job, pipes.read, self._clock())

    def _transfer(self, timeout):
        poll = select.poll()
        owners = {}
        now = self._clock()
        for child in self._children:
            timeout = min(timeout, child.patience(now))
            for end in child.wanted:
                owners[end] = child
                poll.register(end, select.POLLIN)
        happened = False
        for end, _event in poll.poll(max(0, math.ceil(timeout * 1000))):
            # A callback before this one may have paused the job.
            if end in owners[end].wanted:
                happened = owners[end].read(end, self._clock()) or happened
        return happened

    def _look_after(self, child):
        """Do what is due for a child after its pipes were looked at; whether anything was."""
        now = self._clock()
        if child.reap():
            # The pipes may hold more than one piece. A descendant may keep them open without
            # end, so the end of the process is what counts.
            if child.read_all(now):
                return True
            if child.held:
                return False
        elif not child.overdue(now):
            return False
        elif not child.given_up(now):
            if child.killed_at is None:
                child.kill(now)
            return False
        else:
            self._abandon(child)
        self._children.remove(child)
        child.close()
        child.job.done(child.result(now))
        return True
