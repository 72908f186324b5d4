# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls side by side: at most so many at a time, the rest in a queue."""

import collections


class Calls(object):
    """Starts calls of the form call(*arguments, done); done gets the answer."""

    def __init__(self, most):
        self._most = most
        self._waiting = collections.deque()
        self.running = 0

    @property
    def free(self):
        """How many calls could start at once."""
        return max(0, self._most - self.running - len(self._waiting))

    def submit(self, done, call, *arguments):
        """Call when there is room; then done(answer)."""
        self._waiting.append((done, call, arguments))
        self._go_on()

    def clear(self):
        """Forget what has not started."""
        self._waiting.clear()

    def _go_on(self):
        while self._waiting and self.running < self._most:
            done, call, arguments = self._waiting.popleft()
            self.running += 1
            call(*arguments, done=self._ended(done))

    def _ended(self, done):
        def ended(answer):
            self.running -= 1
            done(answer)
            self._go_on()
        return ended
