# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long things may take: an emulated machine is given more time than a real one."""

import time


class Patience(object):
    def __init__(self, factor):
        self.factor = factor

    def limit(self, seconds):
        """A deadline for something that must happen: never waited for in full."""
        return seconds * max(1.0, self.factor)

    def hold(self, seconds):
        """How long to watch that something does not happen: waited for in full."""
        return seconds * min(4.0, max(1.0, self.factor))

    def until(self, test, seconds, what):
        """The first true answer of test(); past the limit `what` (text or call) says the fault."""
        end = time.time() + self.limit(seconds)
        pause = 0.02
        while True:
            answer = test()
            if answer:
                return answer
            if time.time() > end:
                text = what() if callable(what) else what
                raise AssertionError('not within %.0f s: %s' % (self.limit(seconds), text))
            time.sleep(pause)
            pause = min(pause * 1.3, 0.25)
