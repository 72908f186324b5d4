# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names kept on disk, each once: an unlinked SQLite file, so that memory stays bounded."""

import os
import shutil
import sqlite3
import tempfile

from .errors import Refused
from .manifest import Record

_CACHE_KIB = 16 * 1024


def open_database(path=None):
    """Return a connection to an empty database, or to the one that has this path.

    Nothing here outlives the run, so no journal and no sync. Plain SQL only: the oldest
    SQLite of the hosts (Amazon Linux 2) is 3.7. An empty one has no name on disk any more.
    """
    if path is not None:
        return _Database(path)
    # The file is made in a folder of our own, so that nobody can put another one there.
    try:
        folder = tempfile.mkdtemp(prefix='file-cache-')
    except OSError as error:
        raise _no_room(error.strerror)
    try:
        return _Database(os.path.join(folder, 'table'))
    finally:
        shutil.rmtree(folder)


class _Database(object):
    """A connection that says in our words when it cannot go on."""

    def __init__(self, path):
        try:
            self._connection = sqlite3.connect(path, isolation_level=None)
        except sqlite3.Error as error:
            raise _no_room(error)
        for pragma in ('journal_mode = OFF', 'synchronous = OFF', 'locking_mode = EXCLUSIVE',
                       'temp_store = MEMORY', 'cache_size = -%d' % _CACHE_KIB):
            self.execute('PRAGMA ' + pragma)
        # One transaction for everything; beginning it creates and locks the file.
        self.execute('BEGIN EXCLUSIVE')

    def execute(self, statement, values=()):
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise _no_room(error)

    def close(self):
        self._connection.close()


def _no_room(reason):
    return Refused('Names cannot be kept on disk for this run, below %s: %s. Make room there, or '
                   'set TMPDIR to another folder.'
                   % (tempfile.tempdir or 'the folder for temporary files', reason))


class NameTable(object):
    """A set of byte strings that remembers their order."""

    def __init__(self):
        self._database = open_database()
        self._database.execute('CREATE TABLE names (name BLOB UNIQUE NOT NULL)')
        self._count = 0

    def add(self, name):
        """Put a name in; return whether it is new."""
        cursor = self._database.execute('INSERT OR IGNORE INTO names VALUES (?)', (name,))
        self._count += cursor.rowcount
        return cursor.rowcount == 1

    def __contains__(self, name):
        return self._database.execute(
            'SELECT 1 FROM names WHERE name = ?', (name,)).fetchone() is not None

    def __len__(self):
        return self._count

    def __iter__(self):
        """Give the names in the order in which they came."""
        for row in self._database.execute('SELECT name FROM names ORDER BY rowid'):
            yield row[0]

    def close(self):
        self._database.close()


class RecordTable(object):
    """The records of a manifest by name; remembers which of them were met."""

    def __init__(self, path=None):
        """path: a file to keep it in, for another process to open() it; None: no name."""
        self._database = open_database(path)
        self._database.execute('CREATE TABLE records (rel BLOB UNIQUE NOT NULL, '
                               'facts BLOB NOT NULL, met INTEGER NOT NULL)')
        self.count = 0
        self.met = 0

    @classmethod
    def open(cls, path):
        """Return the table that another process has kept in this file."""
        table = cls.__new__(cls)
        table._database = open_database(path)
        table.count, table.met = table._database.execute(
            'SELECT COUNT(*), COALESCE(SUM(met), 0) FROM records').fetchone()
        return table

    def keep(self):
        """Save the table in its file and let go of it."""
        self._database.execute('COMMIT')
        self._database.close()

    def add(self, record, met=False):
        """Put a record in; return whether its name is new."""
        # As text: a size and times in nanoseconds need not fit SQLite's 64 bits.
        facts = b'%d %d %d' % (record.size, record.mtime_ns, record.ctime_ns)
        cursor = self._database.execute(
            'INSERT OR IGNORE INTO records VALUES (?, ?, ?)', (record.rel, facts, int(met)))
        if cursor.rowcount == 1:
            self.count += 1
            self.met += met
        return cursor.rowcount == 1

    def find(self, rel):
        """Return the record of a name or None."""
        row = self._database.execute(
            'SELECT facts FROM records WHERE rel = ?', (rel,)).fetchone()
        return None if row is None else _record(rel, row[0])

    def meet(self, rel):
        """Mark a name as met; return whether it is there and was not met before."""
        cursor = self._database.execute(
            'UPDATE records SET met = 1 WHERE rel = ? AND met = 0', (rel,))
        self.met += cursor.rowcount
        return cursor.rowcount == 1

    def unmet(self):
        """Give the records that were never met, in the order in which they came."""
        for rel, facts in self._database.execute(
                'SELECT rel, facts FROM records WHERE met = 0 ORDER BY rowid'):
            yield _record(rel, facts)

    def close(self):
        self._database.close()


def _record(rel, facts):
    size, mtime_ns, ctime_ns = facts.split()
    return Record(int(size), int(mtime_ns), int(ctime_ns), rel)
