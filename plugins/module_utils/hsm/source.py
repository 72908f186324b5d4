# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the files of a run come from: the walk or a list, and then what was kept on disk."""

from .spool import Spool


class Found(object):
    """What the scout finds; each file counts as matched when it is taken."""

    def __init__(self, scout, tally):
        self._scout = scout
        self._tally = tally

    @property
    def ended(self):
        return self._scout.ended

    def take(self, count):
        """Return up to `count` pairs of (entry, None); raise Refused for a bad list."""
        entries = self._scout.take(count)
        for entry in entries:
            self._tally.match(entry)
        return [(entry, None) for entry in entries]

    def drain(self):
        """Nothing more is wanted; what was not taken was never matched."""
        self._scout.stop()
        return iter(())


class Kept(object):
    """Files that were put aside, once all of them are there."""

    def __init__(self):
        self._spool = Spool()
        self._reading = False

    def __len__(self):
        return len(self._spool)

    def add(self, entry, flags):
        self._spool.add(entry, flags)

    @property
    def ended(self):
        return not self._spool

    def take(self, count):
        """Return up to `count` pairs of (entry, flags)."""
        if not self._reading:
            self._spool.rewind()
            self._reading = True
        return self._spool.take(count)

    def drain(self):
        """Give all the rest."""
        while not self.ended:
            for pair in self.take(1000):
                yield pair
        self._spool.close()
