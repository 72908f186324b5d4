# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One running child as its parent sees it: a process, its pipes, and its patience."""

import collections
import fcntl
import os
import signal

from .forked import FAILED, PLACE

# rc: exit status, -N when signal N ended it, None when it never started or did not end;
# out, err: bytes, as far as their limits go; place_errors: {index of name: errno};
# failure: None, or why the child could not do its work (text);
# timed_out: its deadline passed; stuck: and then it could not be killed;
# flooded: it was ended because it printed more than its limit.
Result = collections.namedtuple(
    'Result', 'rc out err place_errors failure timed_out stuck flooded seconds')

# How long a killed child may take to die before it is given up.
GRACE_SECONDS = 1.0

_CHUNK = 65536
_MOST_STATUS = 1 << 20
# Between the end of a child's output and its end as a process lies next to nothing.
_REAP_SECONDS = 0.001
# A child that ended while a descendant of it holds its pipes is found this late.
_LONGEST_WAIT = 1.0


class Pipes(object):
    """Three pipes to a child: its output, its errors, its reports (forked.py)."""

    def __init__(self):
        self.read, self.write = [], []
        try:
            for _number in range(3):
                for ends, end in zip((self.read, self.write), os.pipe()):
                    ends.append(_above_standard(end))
            for end in self.read:
                os.set_blocking(end, False)
        except OSError:
            self.close(self.read)
            self.close(self.write)
            raise

    @staticmethod
    def close(ends):
        for end in ends:
            os.close(end)


def _above_standard(end):
    """Return a descriptor above 2: a caller may have closed those below."""
    if end > 2:
        return end
    try:
        return fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3)
    finally:
        os.close(end)


class Running(object):
    """A child from its fork to its result."""

    def __init__(self, pid, job, ends, now):
        self.pid = pid
        self.job = job
        self.killed_at = None
        self._out, self._err, self._status = ends
        self._parts = {end: [] for end in ends}
        self._sizes = dict.fromkeys(ends, 0)
        self._open = list(ends)
        self._code = None
        self._reaped = False
        self._started = self._heard = now
        self._silent_since = None
        self._timed_out = False
        self._flooded = False

    @property
    def ends(self):
        """The read ends that are open."""
        return list(self._open)

    @property
    def wanted(self):
        """The read ends to look at now."""
        return [end for end in self._open if end != self._out or not self.job.paused]

    @property
    def held(self):
        """Whether output of the child waits only for its job to be resumed."""
        paused = self.job.paused and not self.job.stopped
        return paused and self._out in self._open and self.killed_at is None

    def read(self, end, now):
        """Take what one read end offers; return whether there was anything."""
        try:
            data = os.read(end, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            os.close(end)
            self._open.remove(end)
            if not self._open:
                self._silent_since = now
            return False
        if end == self._out and self.job.data is not None:
            self._heard = now
            self.job.data(data)
        else:
            self._keep(end, data)
        return True

    def read_all(self, now):
        """Take a piece of each wanted read end; return whether there was anything."""
        return any(self.read(end, now) for end in self.wanted)

    def reap(self):
        """Whether the process is over."""
        if not self._reaped:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                # Somebody else waited for it: it is over, and how is not known.
                pid, status = self.pid, None
            if pid:
                self._reaped = True
                self._code = status
        return self._reaped

    def overdue(self, now):
        """Whether the child is to be ended."""
        if self.job.paused:
            self._heard = now
        if self.killed_at is not None or self.job.stopped or self._flooded:
            return True
        self._timed_out = self.job.deadline is not None and now >= self._heard + self.job.deadline
        return self._timed_out

    def given_up(self, now):
        """Whether a killed child has had its time to die."""
        return self.killed_at is not None and now >= self.killed_at + GRACE_SECONDS

    def patience(self, now):
        """Return for how many seconds nothing but its pipes needs to be looked at."""
        if self._reaped and not self.held:
            return 0
        if self.killed_at is not None:
            return max(_REAP_SECONDS, (now - self.killed_at) / 8)
        if self._silent_since is not None:
            return max(_REAP_SECONDS, min((now - self._silent_since) / 8, _LONGEST_WAIT))
        if self.job.stopped or self._flooded:
            return 0
        if self.job.deadline is None or self.job.paused:
            return _LONGEST_WAIT
        return max(0, min(self._heard + self.job.deadline - now, _LONGEST_WAIT))

    def kill(self, now):
        """Kill the child, and what it started."""
        self.killed_at = now
        if self._reaped:
            # Its number may belong to somebody else by now.
            return
        for kill in (os.killpg, os.kill):
            try:
                kill(self.pid, signal.SIGKILL)
            except OSError:
                # It has ended, or has not got its own group yet.
                continue

    def close(self):
        for end in self._open:
            os.close(end)
        self._open = []

    def result(self, now):
        place_errors, failure = _reports(b''.join(self._parts[self._status]))
        return Result(
            _exit_status(self._code), b''.join(self._parts[self._out]),
            b''.join(self._parts[self._err]), place_errors, failure,
            self._timed_out, not self._reaped, self._flooded, now - self._started)

    def _keep(self, end, data):
        limit = {self._out: self.job.most_out, self._err: self.job.most_err}.get(
            end, _MOST_STATUS)
        kept = data[:limit - self._sizes[end]]
        self._parts[end].append(kept)
        self._sizes[end] += len(kept)
        if end == self._out and len(kept) < len(data):
            self._flooded = True


def _exit_status(code):
    if code is None:
        return None
    return -os.WTERMSIG(code) if os.WIFSIGNALED(code) else os.WEXITSTATUS(code)


def _reports(status):
    """Return ({index: errno}, failure or None) of what a child reported."""
    reports, failed, reason = (b'\n' + status).partition(b'\n' + FAILED)
    errors = {}
    for line in reports.split(b'\n'):
        if line.startswith(PLACE):
            index, number = line[len(PLACE):].split()
            errors[int(index)] = int(number)
    return errors, reason.decode('utf-8', 'backslashreplace') if failed else None
