# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What this host wrote: the list that `file-cache watch` keeps, as others read it.

A list that is missing or damaged reads as one that covers nothing: `fallback` says 'down'.
"""

import time
from collections import namedtuple

from . import coverage
from .database import Damaged, Database, Unavailable

PATH = '/var/lib/file-cache/written.sqlite'

# id: one event; a later one of the same file has another. path, mount, program: bytes;
# closed_at: when the event was read, never before the close; uid: -1 when not known.
Written = namedtuple('Written', 'id mount path device inode closed_at pid program uid')
# mount b'' stands for all mounts.
Gap = namedtuple('Gap', 'mount began ended reason')
# mounts: {point: how it is watched, UNMOUNTED, or None when it is not}
Health = namedtuple('Health', 'alive mounts')

# Time that nothing covers: the service did not run, or it ran and could not mark the mount.
DOWN, UNMARKED = 'down', 'unmarked'
# How a point is covered on which nothing is mounted.
UNMOUNTED = 'unmounted'
# The service itself, where a mount could stand; and a gap of all mounts.
SERVICE = b''

# The service gives a sign of life every second.
FRESH_SECONDS = 10
_PAGE = 500
_DELETE = 200
_SIGN = 1 << 63


class Store(object):
    """The list, for whoever reads it and takes off what is saved.

    problem: None, or why there is nothing to read (text).
    """

    def __init__(self, path=PATH, clock=time.time):
        self._clock = clock
        self._database = None
        self.problem = None
        try:
            self._database = Database(path, create=False)
        except (Damaged, Unavailable) as problem:
            self.problem = str(problem)

    def written(self, since=None, below=()):
        """Give what is on the list now, oldest event first, in pages: nothing stays locked.

        since: only events read at or after this time; below: only these folders or files.
        """
        last = 0
        newest = self._rows('SELECT COALESCE(MAX(id), 0) FROM written')
        places, values = _below(below)
        while newest:
            page = self._rows(
                'SELECT * FROM written WHERE id > ? AND id <= ? AND closed_at >= ?' + places
                + ' ORDER BY id LIMIT %d' % _PAGE,
                [last, newest[0][0], since or 0] + values)
            for row in page:
                yield _written(row)
            if len(page) < _PAGE:
                return
            last = page[-1][0]

    def saved(self, entries):
        """Take these off; one that was written again meanwhile stays. Return whether it worked."""
        ids = [entry.id for entry in entries]
        if self._database is None:
            return not ids
        try:
            with self._database.transaction():
                for start in range(0, len(ids), _DELETE):
                    some = ids[start:start + _DELETE]
                    self._database.execute('DELETE FROM written WHERE id IN (%s)'
                                           % ', '.join('?' * len(some)), some)
            return True
        except (Damaged, Unavailable) as problem:
            self.problem = str(problem)
            return False

    def gaps(self, mounts, since=None, until=None):
        """Return the times from since until which the list may lack files of these mounts.

        since: None for as far back as is known; until: None for now, allowing for the last
        seconds, in which the service may not have said that it lives.
        """
        if until is None:
            until = self._clock() - FRESH_SECONDS
        service = self._service_spans()
        found = []
        for mount in mounts:
            spans = self._spans(mount)
            known = min([began for began, _seen in spans + service] or [0])
            for began, ended in coverage.holes(spans, known if since is None else since, until):
                up = coverage.within(service, began, ended)
                found.append(Gap(mount, began, ended, UNMARKED if up else DOWN))
        return found + [
            Gap(*row) for row in self._rows('SELECT mount, began, ended, reason FROM gaps '
                                            'WHERE ended >= ? ORDER BY id', [since or 0])
            if row[0] in mounts or row[0] == SERVICE]

    def settled(self, mounts, until):
        """Whether every event of these mounts up to then is on the list, or was missed."""
        return all(any(seen >= until for _began, seen in self._spans(mount)) for mount in mounts)

    def fallback(self, mounts, since=None, until=None):
        """Return why the list does not suffice for these mounts: 'down', 'unmarked', 'gap'.

        None: everything that was written from since until is on it.
        """
        reasons = {gap.reason for gap in self.gaps(mounts, since, until)}
        for reason in (DOWN, UNMARKED):
            if reason in reasons:
                return reason
        return 'gap' if reasons else None

    def health(self):
        """Return whether the service lives, and how each mount that it knows is watched."""
        fresh = self._clock() - FRESH_SECONDS
        mounts = {}
        for mount, how, seen in self._rows('SELECT mount, how, seen FROM spans ORDER BY began'):
            mounts[mount] = how if seen >= fresh else None
        return Health(mounts.pop(SERVICE, None) is not None, mounts)

    def close(self):
        if self._database is not None:
            self._database.close()

    def _spans(self, mount):
        return self._rows('SELECT began, seen FROM spans WHERE mount = ? ORDER BY began', [mount])

    def _service_spans(self):
        """Return the times in which the service ran, until now if it lives."""
        spans = self._spans(SERVICE)
        now = self._clock()
        if spans and spans[-1][1] >= now - FRESH_SECONDS:
            spans[-1] = (spans[-1][0], now)
        return spans

    def _rows(self, statement, values=()):
        if self._database is None:
            return []
        try:
            return self._database.rows(statement, values)
        except (Damaged, Unavailable) as problem:
            # From now on nothing is known, so nothing is taken for covered.
            self.problem = str(problem)
            self._database.close()
            self._database = None
            return []


def _below(folders):
    """Return (a condition on paths, its values): '0' is the byte after '/'."""
    if not folders:
        return '', []
    terms, values = [], []
    for folder in folders:
        folder = folder.rstrip(b'/')
        terms.append('path = ? OR (path > ? AND path < ?)')
        values += [folder, folder + b'/', folder + b'0']
    return ' AND (%s)' % ' OR '.join(terms), values


def _written(row):
    row = Written(*row)
    return row._replace(inode=row.inode % (2 * _SIGN))


def signed(inode):
    """Return the number that SQLite keeps for an inode: Lustre's use all 64 bits."""
    return inode - 2 * _SIGN if inode >= _SIGN else inode
