# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes files off the list of this host: only those that are proven to be saved, or gone."""

from ..hsm.entry import Root, covers
from ..hsm.table import NameTable
from .archiving import is_saved
from .paths import PathList

_BATCH = 200


class Off(object):
    """Called with what became of each file (tally.Settled); whatever it proves is taken off.

    lost: PathList of the files that are gone and were asked for; dealt_with: the paths that no
    further run of this call has to count. A list that cannot be changed (a full disk) keeps
    what is saved, and that is found out the next time.
    """

    def __init__(self, store, rows, places):
        """store: watch.store.Store; rows: Rows; places: the folders that are asked for."""
        self._store = store
        self._rows = rows
        self._places = [Root(place, None) for place in places]
        self._waiting = []
        self._saved = NameTable()
        self.dealt_with = NameTable()
        self.lost = PathList()

    def __call__(self, settled):
        self.dealt_with.add(settled.path)
        if is_saved(settled) or settled.outcome == 'vanished':
            self._take(self._rows.at(settled.path))

    def named(self, settled):
        """What became of a file that was named, before it is known which row it is."""
        if settled.outcome != 'failed':
            self.dealt_with.add(settled.path)
        if is_saved(settled):
            self._saved.add(settled.path)

    def was_named(self, path):
        """Whether the file of some rows was dealt with already, as one that was named."""
        if path not in self.dealt_with:
            return False
        if path in self._saved:
            self._take(self._rows.at(path))
        return True

    def is_wanted(self, path):
        """Whether a path lies in one of the places that are asked for."""
        return any(covers(place, path) for place in self._places)

    def gone(self, row):
        """The file of a row is not there any more."""
        path = self._rows.path_of(row)
        self._rows.place(row, b'')
        self._take([row])
        if self.is_wanted(path):
            self.lost.add(path)

    def close(self):
        self._store.saved(self._waiting)
        self.lost.close()
        self._saved.close()
        self.dealt_with.close()

    def _take(self, rows):
        self._waiting.extend(rows)
        if len(self._waiting) >= _BATCH:
            self._store.saved(self._waiting)
            self._waiting = []
