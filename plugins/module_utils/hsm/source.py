# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the files of a run come from: the walk or a list, and then what was kept on disk."""

from .entry import path_of
from .spool import Spool


class Found(object):
    """What the scout finds; each file counts as matched when it is taken."""

    def __init__(self, scout, tally, known=(), missing_ok=False):
        """known: a container of paths that are no concern of this run;
        missing_ok: a listed name that does not exist is taken for one that vanished.
        """
        self._scout = scout
        self._tally = tally
        self._known = known
        self._missing_ok = missing_ok

    @property
    def ended(self):
        return self._scout.ended

    def take(self, count):
        """Return up to `count` pairs of (entry, None); raise Refused for a bad list."""
        entries = [entry for entry in self._scout.take(count)
                   if path_of(self._tally.roots, entry) not in self._known]
        if self._missing_ok:
            entries = [entry._replace(problem='vanished') if entry.problem == 'missing' else entry
                       for entry in entries]
        for entry in entries:
            self._tally.match(entry)
        return [(entry, None) for entry in entries]

    def drain(self):
        """Nothing more is wanted; what was not taken was never matched."""
        self._scout.stop()
        return iter(())


class Kept(Spool):
    """Files that were put aside on disk, to be worked on later."""

    @property
    def ended(self):
        return not len(self)

    def drain(self):
        """Give all the rest."""
        while not self.ended:
            yield from self.take(1000)
