# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the state bits of files, and looks at those whose size matters."""

import collections

from .answers import Stuck
from .report import Failure

# One start of `lfs` costs as much as the states of some twenty files (lustre-hsm P1, P3).
BATCH = 2000


class Examiner(object):
    """A queue of files whose state is to be read.

    needs_look(work): whether a look is to follow; found(work, look): the state is read, look
    may be None; failed(work, answer): there was no answer about it.
    """

    def __init__(self, lfs, looker, calls, needs_look, found, failed):
        self._lfs = lfs
        self._looker = looker
        self._calls = calls
        self._needs_look = needs_look
        self._found = found
        self._failed = failed
        self._waiting = collections.deque()
        self._running = 0

    def __len__(self):
        return len(self._waiting)

    def add(self, works):
        self._waiting.extend(works)

    def turn(self):
        """Start what can be started: full batches side by side, a small one alone."""
        while self._waiting and self._calls.free:
            if len(self._waiting) < BATCH and self._running:
                return
            count = min(BATCH, len(self._waiting))
            self._read([self._waiting.popleft() for _number in range(count)])

    def _read(self, works):
        self._running += 1

        def answered(states):
            self._running -= 1
            self._sort(works, states)

        self._calls.submit(answered, self._lfs.states, [work.entry for work in works])

    def _sort(self, works, states):
        looked_at = []
        for work, state in zip(works, states):
            if isinstance(state, (Failure, Stuck)):
                self._failed(work, state)
                continue
            work.see(state.flags)
            if self._needs_look(work):
                looked_at.append(work)
            else:
                self._found(work, None)
        if looked_at:
            self._look(looked_at)

    def _look(self, works):
        def answered(looks):
            for work, look in zip(works, looks):
                self._found(work, look)

        self._calls.submit(answered, self._looker.look, [work.entry for work in works], None)
