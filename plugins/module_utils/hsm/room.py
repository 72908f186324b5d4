# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Space for what a hydrate brings: asked before, and watched while it runs."""

from . import space
from .errors import Refused

EVERY_SECONDS = 5.0


class Room(object):
    """What `lfs df` says of the cache.

    osts: list of report.Ost as last read; short: whether restores are to wait.
    """

    def __init__(self, lfs, calls, clock, reserve):
        self._lfs = lfs
        self._calls = calls
        self._clock = clock
        self._reserve = reserve
        self._asking = False
        self._due = 0
        self.osts = []

    @property
    def short(self):
        return space.is_short(self.osts, self._reserve)

    def check(self, wanted, largest):
        """Raise Refused when a plan does not fit; nothing was requested then."""
        why = space.refusal(self.osts, wanted, largest, self._reserve)
        if why is not None:
            raise Refused(why)

    def is_full(self, size):
        """Whether the space explains that a file of this size did not come (lustre-hsm H88)."""
        return bool(self.osts) and (bool(space.full(self.osts)) or not space.fits(self.osts, size))

    def turn(self):
        """Read it again when it is time."""
        if not self._asking and self._clock() >= self._due:
            self._asking = True
            self._calls.submit(self.take, self._lfs.df, 0)

    def take(self, answer):
        """Take in an answer of `lfs df`; without one, what was known before stays."""
        self._asking = False
        self._due = self._clock() + EVERY_SECONDS
        if isinstance(answer, list):
            self.osts = answer
