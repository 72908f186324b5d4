# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with an action under way: asked again and again until none is left.

The bytes moved come only from `hsm_action` (lustre-hsm H23), and NOOP is no proof of
anything but the end (H21): the state bits are read after it.
"""

from .answers import Stuck
from .report import Failure

SHORTEST = 0.05
LONGEST = 2.0
# Polling takes at most this part of the time.
_SHARE = 5


class Flight(object):
    """The files that wait at the coordinator.

    landed(works): their actions have ended; failed(work, answer): no answer about one;
    moving(): something moved.
    """

    def __init__(self, lfs, calls, clock, landed, failed, moving):
        self._lfs = lfs
        self._calls = calls
        self._clock = clock
        self._landed = landed
        self._failed = failed
        self._moving = moving
        self._works = {}
        self._asking = False
        self._pause = SHORTEST
        self._due = 0

    def __len__(self):
        return len(self._works)

    @property
    def moved(self):
        """Bytes that running copies have moved so far.

        lfs says 18446744073709551615 for a moment while a small file is copied (met on
        2.17.57, in one of some hundred answers): no file moves more than it holds.
        """
        return sum(min(work.moved, work.entry.size) for work in self._works)

    def add(self, work):
        if not self._works:
            self._moving()
        work.moved, work.running = 0, False
        self._works[work] = True
        self._pause = SHORTEST
        self._due = min(self._due, self._clock() + SHORTEST)

    def land(self):
        """Give up all of them; return them."""
        works, self._works = list(self._works), {}
        return works

    def turn(self):
        """Ask for the actions when it is time."""
        if not self._works or self._asking or self._clock() < self._due:
            return
        works, began = list(self._works), self._clock()
        self._asking = True

        def answered(actions):
            self._asking = False
            self._sort(works, actions)
            self._pause = max(self._pause, (_SHARE - 1) * (self._clock() - began))
            self._due = self._clock() + self._pause

        self._calls.submit(answered, self._lfs.actions, [work.entry for work in works])

    def _sort(self, works, actions):
        ended = []
        moving = False
        for work, action in zip(works, actions):
            if work not in self._works:
                continue
            if isinstance(action, (Failure, Stuck)):
                del self._works[work]
                self._failed(work, action)
            elif action.verb is None:
                del self._works[work]
                ended.append(work)
            elif (action.running, action.moved) != (work.running, work.moved):
                work.running, work.moved = action.running, action.moved
                moving = True
        if moving or ended:
            self._moving()
        self._pause = SHORTEST if ended else min(LONGEST, self._pause * 1.5)
        if ended:
            self._landed(ended)
