# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An errand: a child that looks at the mount or the filer, seen from its parent.

It reports by frames (wire.py). It may get stuck on a dead mount, and is then left behind.
"""

import os

from .child import CallJob
from .entry import below
from .errors import Interrupted, Missing, Refused
from .escape import escape
from .wire import (
    END,
    EVICTED,
    MISSING,
    PROBLEM,
    REFUSED,
    SEEN,
    BrokenFrame,
    Frames,
    unpack_problem,
    unpack_seen,
)

PROBLEMS_KEPT = 100
IDLE_SECONDS = 60
_POLL_SECONDS = 0.2


class Errand(object):
    """One child at work.

    seen, taken, size: names looked at, files among them that count, their bytes;
    problems: list of (path, errno), the first PROBLEMS_KEPT of problem_count;
    finished: whether the child is gone (and only then complete and error mean something);
    stuck: it got no answer and was left behind; evicted: the mount is dead.
    """

    def __init__(self, children, roots, function, arguments, idle=IDLE_SECONDS):
        """function(write descriptor, *arguments) is what the child does."""
        self._children = children
        self._roots = roots
        self._frames = Frames()
        self._reached_end = False
        self._failure = None
        self.refusal = None
        self._refusal = Refused
        self.seen = self.taken = self.size = 0
        self.problems = []
        self.problem_count = 0
        self.finished = False
        self.evicted = False
        self.stuck = False
        self._job = CallJob(function, arguments, deadline=idle, data=self._data, done=self._done)
        children.start(self._job)

    def finish(self, progress=None, stop=None):
        """Wait for the end; raise Refused when the errand was refused or was told to stop."""
        while not self.finished:
            self._children.wait(_POLL_SECONDS)
            if progress is not None:
                progress(self)
            reason = stop() if stop is not None else None
            if reason is not None:
                self.stop()
                raise Interrupted(reason)
        if self.refusal is not None:
            raise self._refusal(self.refusal)

    def stop(self):
        """End the child now."""
        self._job.stop()

    @property
    def complete(self):
        """Whether the child came to its end and could look at everything."""
        return self._reached_end and not self.problem_count

    @property
    def error(self):
        """Why it is not complete, for people; None when it is."""
        if self.complete or not self.finished:
            return None
        return ' '.join(self._reasons() + ['So the listing is incomplete and proves nothing.'])

    def _reasons(self):
        reasons = []
        if self.problem_count:
            path, number = self.problems[0]
            reasons.append('%d %s could not be looked at, the first one %s: %s.' % (
                self.problem_count, 'name' if self.problem_count == 1 else 'names',
                escape(path), os.strerror(number)))
        if self.evicted:
            reasons.append('The servers no longer answer this host (this client was evicted, or '
                           'its mount is dead): files written here in the last minutes may be '
                           'lost. Unmount it, mount it again, and look at them.')
        if self.stuck:
            reasons.append('The mount gave no answer, so the work was left behind after %d names.'
                           % self.seen)
        elif self._failure:
            reasons.append(self._failure)
        elif not self._reached_end and not self.evicted:
            reasons.append('The child process ended before its work was done.')
        return reasons

    def _data(self, data):
        try:
            for kind, payload in self._frames.feed(data):
                self._take_in(kind, payload)
        except BrokenFrame as broken:
            self._failure = 'The child process answered nonsense: %s.' % broken
            self._job.stop()

    def _take_in(self, kind, payload):
        if kind == PROBLEM:
            self._note(*unpack_problem(payload, len(self._roots)))
        elif kind in (SEEN, END):
            self.seen, self.taken, self.size = unpack_seen(payload)
            self._reached_end = kind == END
        elif kind == EVICTED:
            self.evicted = True
        elif kind in (REFUSED, MISSING):
            self._refusal = Missing if kind == MISSING else Refused
            self.refusal = payload.decode('utf-8', 'surrogateescape')
        else:
            raise BrokenFrame('an unknown frame %r' % kind)

    def _note(self, root, rel, number):
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_KEPT:
            path = self._roots[root].path
            self.problems.append((below(path, rel) if rel else path, number))

    def _done(self, result):
        self.finished = True
        self.stuck = result.stuck or result.timed_out
        self._failure = self._failure or result.failure
