# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names kept on disk, each once: an unlinked SQLite file, so that memory stays bounded."""

import os
import shutil
import sqlite3
import tempfile

_CACHE_KIB = 16 * 1024


def open_database():
    """Return a connection to an empty database whose file has no name any more.

    Nothing here outlives the process, so no journal and no sync. Plain SQL only: the
    oldest SQLite of the hosts (Amazon Linux 2) is 3.7.
    """
    # The file is made in a folder of our own, so that nobody can put another one there.
    folder = tempfile.mkdtemp(prefix='file-cache-')
    try:
        database = sqlite3.connect(os.path.join(folder, 'table'), isolation_level=None)
        for pragma in ('journal_mode = OFF', 'synchronous = OFF', 'locking_mode = EXCLUSIVE',
                       'temp_store = MEMORY', 'cache_size = -%d' % _CACHE_KIB):
            database.execute('PRAGMA ' + pragma)
        # The first transaction creates the file and takes its lock for good.
        database.execute('BEGIN EXCLUSIVE')
    finally:
        shutil.rmtree(folder)
    return database


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
