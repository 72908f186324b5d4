# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of this host's list that one writeback is about, kept on disk by folder.

The list itself changes all the time: what is here is a copy, and only what was proven is
taken off the list again, by the number of the event that put it there.
"""

from collections import namedtuple

from ..hsm.entry import below
from ..hsm.table import open_database

# id: of the event, as Store.saved() wants it.
Row = namedtuple('Row', 'id')


class Rows(object):
    """Rows below one root; each has the name that its file has now, once that was found.

    newest: epoch of the last event among them, 0 when there is none.
    """

    def __init__(self, written):
        """written: an iterable of watch.store.Written."""
        self._database = open_database()
        # An inode of Lustre may not fit SQLite's signed 64 bits.
        self._database.execute('CREATE TABLE rows (id INTEGER PRIMARY KEY, folder BLOB NOT NULL, '
                               'name BLOB NOT NULL, inode TEXT NOT NULL, now BLOB)')
        self._database.execute('CREATE INDEX by_now ON rows (now)')
        self.newest = 0
        for one in written:
            self.newest = max(self.newest, one.closed_at)
            folder, _slash, name = one.path.rpartition(b'/')
            self._database.execute('INSERT INTO rows VALUES (?, ?, ?, ?, NULL)',
                                   (one.id, folder or b'/', name, '%d' % one.inode))

    def __len__(self):
        return self._database.execute('SELECT COUNT(*) FROM rows').fetchone()[0]

    def by_folder(self):
        """Yield (id, folder, name, inode), the rows of one folder side by side."""
        for number, folder, name, inode in self._database.execute(
                'SELECT id, folder, name, inode FROM rows ORDER BY folder, name'):
            yield number, folder, name, int(inode)

    def paths(self):
        """Yield the path at which each file was written."""
        for _id, folder, name, _inode in self.by_folder():
            yield below(folder, name)

    def path_of(self, row):
        """Return the path at which the file of a row was written."""
        return below(*self._database.execute(
            'SELECT folder, name FROM rows WHERE id = ?', (row.id,)).fetchone())

    def place(self, row, path):
        """The file of a row has this path now; b'': it has none any more."""
        self._database.execute('UPDATE rows SET now = ? WHERE id = ?', (path, row.id))

    def placed(self):
        """Yield the paths of all files that were found, each once."""
        for row in self._database.execute(
                "SELECT DISTINCT now FROM rows WHERE now > x'' ORDER BY now"):
            yield row[0]

    def elsewhere(self):
        """Yield the paths of those of which nothing was found out."""
        for row in self._database.execute('SELECT folder, name FROM rows WHERE now IS NULL'):
            yield below(*row)

    def at(self, path):
        """Return the rows whose file has this path now."""
        return [Row(*row) for row in self._database.execute(
            'SELECT id FROM rows WHERE now = ?', (path,))]

    def close(self):
        self._database.close()
