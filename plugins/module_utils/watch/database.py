# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SQLite file of `file-cache watch`: made, opened, and put aside when it is damaged.

It keeps a write-ahead log, so that the service can write while somebody reads the list.
A commit is not forced to the disk: a process that is killed loses nothing, and what a
crash of the host takes away is the end of the log, the last sign of life with it, so that
the time of it shows as not covered.
"""

import os
import sqlite3

SCHEMA = 1
FOLDER_MODE, FILE_MODE = 0o755, 0o600
PATIENCE = 10  # seconds for a lock that another process has
_CACHE_KIB = 4 * 1024
_PARTS = ('', '-wal', '-shm')

# Plain SQL only: what the oldest SQLite of the hosts knows (3.26).
_TABLES = (
    # A further event of a file takes its row away and makes a new one: an id is one event.
    """CREATE TABLE written (
        id INTEGER PRIMARY KEY AUTOINCREMENT, mount BLOB NOT NULL, path BLOB NOT NULL,
        device INTEGER NOT NULL, inode INTEGER NOT NULL, closed_at REAL NOT NULL,
        pid INTEGER NOT NULL, program BLOB NOT NULL, uid INTEGER NOT NULL,
        UNIQUE (mount, inode))""",
    """CREATE TABLE gaps (
        id INTEGER PRIMARY KEY, mount BLOB NOT NULL, began REAL NOT NULL,
        ended REAL NOT NULL, reason TEXT NOT NULL)""",
    """CREATE TABLE spans (
        mount BLOB NOT NULL, how TEXT NOT NULL, began REAL NOT NULL, seen REAL NOT NULL,
        UNIQUE (mount, began))""",
    'PRAGMA user_version = %d' % SCHEMA,
)


class Damaged(Exception):
    """The file is no list of ours, or no longer; the text says why."""


class Unavailable(Exception):
    """The file cannot be read or written for now: a full disk, a lock, no such file."""


class Database(object):
    """One connection. Everything that goes wrong is Damaged or Unavailable."""

    def __init__(self, path, create):
        """create: make the file where there is none, as the service does."""
        self._connection = None
        if create:
            _make(path)
        elif not os.path.exists(path):
            raise Unavailable('%s does not exist' % path)
        try:
            self._connection = _translated(
                sqlite3.connect, path, timeout=PATIENCE, isolation_level=None)
            self._prepare(path, create)
        except (Damaged, Unavailable):
            self.close()
            raise

    def _prepare(self, path, create):
        version = self.execute('PRAGMA user_version').fetchone()[0]
        if create:
            self.execute('PRAGMA journal_mode = WAL')
            problem = self.execute('PRAGMA quick_check(1)').fetchone()[0]
            if problem != 'ok':
                raise Damaged(problem)
        self.execute('PRAGMA synchronous = NORMAL')
        self.execute('PRAGMA cache_size = -%d' % _CACHE_KIB)
        if version == 0 and create:
            with self.transaction():
                for statement in _TABLES:
                    self.execute(statement)
        elif version == 0:
            raise Unavailable('%s holds no list yet' % path)
        elif version != SCHEMA:
            raise Damaged('its schema is %d, and this version knows %d' % (version, SCHEMA))

    def execute(self, statement, values=()):
        return _translated(self._connection.execute, statement, values)

    def rows(self, statement, values=()):
        return _translated(lambda: self._connection.execute(statement, values).fetchall())

    def transaction(self):
        """Return a context: all of it is written, or nothing."""
        return _Transaction(self)

    def close(self):
        if self._connection is not None:
            self._connection.close()


class _Transaction(object):
    def __init__(self, database):
        self._database = database

    def __enter__(self):
        self._database.execute('BEGIN IMMEDIATE')

    def __exit__(self, kind, _error, _trace):
        if kind is None:
            try:
                self._database.execute('COMMIT')
                return
            except (Damaged, Unavailable):
                self._roll_back()
                raise
        self._roll_back()

    def _roll_back(self):
        try:
            self._database.execute('ROLLBACK')
        except (Damaged, Unavailable):
            # SQLite has done it by itself, as it does when the disk is full.
            pass


def put_aside(path):
    """Move a damaged file away, over the last one that was; return its new name."""
    aside = path + '.damaged'
    for part in _PARTS:
        try:
            os.rename(path + part, aside + part)
        except FileNotFoundError:
            if os.path.lexists(aside + part):
                os.unlink(aside + part)
    return aside


def _make(path):
    try:
        os.makedirs(os.path.dirname(path), FOLDER_MODE, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE))
    except OSError as error:
        raise Unavailable('%s: %s' % (path, error.strerror))


def _translated(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except sqlite3.Error as error:
        # SQLITE_CORRUPT and SQLITE_NOTADB come as this class itself, all others as its children.
        if error.__class__ is sqlite3.DatabaseError:
            raise Damaged(str(error))
        raise Unavailable(str(error))
