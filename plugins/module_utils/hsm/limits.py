# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a run ends before its work: the time is up, nothing moves, or too much fails."""


class Limits(object):
    """The three limits of a run, each None or 0 for none.

    closed: the roots (by index) in which too much failed.
    """

    def __init__(self, options, roots, clock):
        self._roots = roots
        self._clock = clock
        self._ends = clock() + options.timeout if options.timeout else None
        self._stall = options.stall_timeout
        self._errors = options.error_limit
        self._moved = clock()
        self._acted = {}
        self._failed = {}
        self.closed = set()

    def moving(self):
        """Something moved at the coordinator, or began to wait there."""
        self._moved = self._clock()

    @property
    def is_late(self):
        return self._ends is not None and self._clock() >= self._ends

    @property
    def is_stalled(self):
        """Whether what waits has not moved for the stall timeout."""
        return bool(self._stall) and self._clock() - self._moved >= self._stall

    @property
    def is_closed(self):
        """Whether too much failed in every root."""
        return len(self.closed) == len(self._roots)

    def note(self, root, outcome, reason):
        """Count what became of a file that something was to be done with.

        Counted per root and reason, so that one read-only export does not stop the others:
        a root is closed after so many failures of one kind, when they are over half. A call
        without an answer is one for each of its files: a dead mount is soon known.
        """
        if outcome not in ('done', 'failed') and reason != 'stuck':
            return
        self._acted[root] = self._acted.get(root, 0) + 1
        if outcome != 'done':
            failed = self._failed[root, reason] = self._failed.get((root, reason), 0) + 1
            if self._errors and failed >= self._errors and failed * 2 > self._acted[root]:
                self.closed.add(root)
