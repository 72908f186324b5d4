# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The farm's database: JSON documents in collections, shared by the processes of all machines.

One SQLite file with its plain rollback journal: POSIX locks and nothing in shared memory, so
containers that see the folder by a bind mount share it too.
"""

import contextlib
import json
import os
import sqlite3
import threading

from . import disk

PATIENCE = 60  # seconds for the lock: this is a farm on one slow machine


class Database:
    """Collections of documents. Every document that is read is a copy (deadline 211)."""

    def __init__(self, folder):
        self._lock = threading.RLock()
        self._depth = 0
        path = folder + "/database/deadline10.sqlite"
        self._connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None,
                                           check_same_thread=False)
        self._connection.execute("PRAGMA synchronous = OFF")

    @classmethod
    def create(cls, folder):
        """Make the file; anybody may write it, since workers run as several users."""
        disk.make_folder(folder + "/database", 0o777)
        database = cls(folder)
        database._connection.execute(
            "CREATE TABLE documents (collection TEXT, key TEXT, body TEXT,"
            " PRIMARY KEY (collection, key)) WITHOUT ROWID")
        os.chmod(folder + "/database/deadline10.sqlite", 0o666)
        return database

    def close(self):
        self._connection.close()

    @contextlib.contextmanager
    def transaction(self):
        """Nobody else reads or writes within; nested ones belong to the outermost."""
        with self._lock:
            if not self._depth:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self
            except BaseException:
                self._depth -= 1
                if not self._depth:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if not self._depth:
                self._connection.execute("COMMIT")

    def get(self, collection, key, default=None):
        """The document, or `default`."""
        with self._lock:
            row = self._connection.execute(
                "SELECT body FROM documents WHERE collection = ? AND key = ?",
                (collection, key)).fetchone()
        return json.loads(row[0]) if row else default

    def put(self, collection, key, body):
        """Write a whole document."""
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)",
                                     (collection, key, json.dumps(body)))

    @contextlib.contextmanager
    def change(self, collection, key, default=None):
        """A document that nobody else changes meanwhile; written back at the end."""
        with self.transaction():
            body = self.get(collection, key, default)
            yield body
            self.put(collection, key, body)

    def delete(self, collection, key):
        """Take a document away; true when there was one."""
        with self._lock:
            return self._connection.execute(
                "DELETE FROM documents WHERE collection = ? AND key = ?",
                (collection, key)).rowcount > 0

    def all(self, collection, prefix=""):
        """[(key, document)] in the order of their keys; only keys that begin with `prefix`."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT key, body FROM documents WHERE collection = ? AND key >= ?"
                " AND substr(key, 1, ?) = ? ORDER BY key",
                (collection, prefix, len(prefix), prefix)).fetchall()
        return [(key, json.loads(body)) for key, body in rows]

    def bodies(self, collection, prefix=""):
        """The documents alone."""
        return [body for _, body in self.all(collection, prefix)]

    def next(self, name):
        """1, 2, 3...: never the same number twice."""
        with self.transaction():
            number = self.get("counters", name, 0) + 1
            self.put("counters", name, number)
        return number
