# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list as the service writes it: bounded, and renewed when the file is damaged."""

import time

from . import database
from .store import PATH, SERVICE, Gap, signed

# A list that nobody takes anything off ends here; what is dropped leaves a gap.
MOST_FILES = 1000000
MOST_GAPS = 1000
MOST_SPANS = 1000
# What is older is the sweep's: gaps of a time that nobody asks for any more.
KEPT_SECONDS = 14 * 86400
# Gaps of one kind that lie closer together than this are one.
_NEAR_SECONDS = 1.0
_TRIM_EVERY = 2000

_INSERT = ('INSERT OR REPLACE INTO written (mount, path, device, inode, closed_at, pid, program, '
           'uid) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')


class Keeper(object):
    """Writes events, gaps and signs of life; raises Unavailable when it cannot now.

    renewed: counts the damaged files that were put aside: what stood in them is lost, so
    that no span may reach back to before.
    """

    def __init__(self, path=PATH, clock=time.time, most_files=MOST_FILES, say=lambda text: None):
        """say(text) is told when a damaged file is put aside."""
        self._path = path
        self._clock = clock
        self._most_files = most_files
        self._say = say
        self._database = None
        self._added = 0
        self.renewed = 0

    def write(self, events, gaps, spans):
        """Write all of it, or raise Unavailable and nothing is written.

        events: Written without id (None); gaps: Gap; spans: (mount, how, began, seen).
        """
        try:
            self._write(self._open(), events, gaps, spans)
        except database.Damaged as problem:
            self.close()
            aside = database.put_aside(self._path)
            self.renewed += 1
            self._say('the list of what this host wrote is damaged (%s). It was put aside as %s, '
                      'and a new one is begun; files written until now count as not seen.'
                      % (problem, aside))
            raise database.Unavailable(str(problem))

    def close(self):
        if self._database is not None:
            self._database.close()
            self._database = None

    def _open(self):
        if self._database is None:
            self._database = database.Database(self._path, create=True)
            with self._database.transaction():
                self._trim()
        return self._database

    def _write(self, opened, events, gaps, spans):
        with opened.transaction():
            for event in events:
                opened.execute(_INSERT, event._replace(inode=signed(event.inode))[1:])
            for gap in gaps:
                self._add_gap(gap)
            for mount, how, began, seen in spans:
                done = opened.execute('UPDATE spans SET seen = ? WHERE mount = ? AND began = ?',
                                      (seen, mount, began))
                if not done.rowcount:
                    opened.execute('INSERT INTO spans (mount, how, began, seen) '
                                   'VALUES (?, ?, ?, ?)', (mount, how, began, seen))
            self._added += len(events) + len(gaps)
            if self._added >= _TRIM_EVERY:
                self._trim()

    def _add_gap(self, gap):
        last = self._database.execute(
            'SELECT id, began, ended FROM gaps WHERE mount = ? AND reason = ? '
            'ORDER BY id DESC LIMIT 1', (gap.mount, gap.reason)).fetchone()
        if last and gap.began <= last[2] + _NEAR_SECONDS and gap.ended >= last[1] - _NEAR_SECONDS:
            self._database.execute('UPDATE gaps SET began = ?, ended = ? WHERE id = ?', (
                min(gap.began, last[1]), max(gap.ended, last[2]), last[0]))
        else:
            self._database.execute(
                'INSERT INTO gaps (mount, began, ended, reason) VALUES (?, ?, ?, ?)', gap)

    def _trim(self):
        """Keep every table within its bound; nothing goes without a gap that says so."""
        self._added = 0
        oldest = self._clock() - KEPT_SECONDS
        self._database.execute('DELETE FROM gaps WHERE ended < ?', (oldest,))
        self._database.execute('DELETE FROM spans WHERE seen < ?', (oldest,))
        self._trim_written()
        self._trim_gaps()
        # A span that goes leaves a hole, which is safe.
        self._database.execute(
            'DELETE FROM spans WHERE rowid NOT IN '
            '(SELECT rowid FROM spans ORDER BY seen DESC LIMIT %d)' % MOST_SPANS)

    def _trim_written(self):
        count = self._database.execute('SELECT COUNT(*) FROM written').fetchone()[0]
        if count <= self._most_files:
            return
        # A tenth at a time, so that this is not done for every event.
        limit = self._database.execute(
            'SELECT id FROM written ORDER BY id LIMIT 1 OFFSET ?',
            (count - self._most_files * 9 // 10 - 1,)).fetchone()[0]
        lost = self._database.execute(
            'SELECT mount, MIN(closed_at), MAX(closed_at) FROM written WHERE id <= ? '
            'GROUP BY mount', (limit,)).fetchall()
        self._database.execute('DELETE FROM written WHERE id <= ?', (limit,))
        for mount, began, ended in lost:
            self._add_gap(Gap(mount, began, ended, 'too many files on the list'))

    def _trim_gaps(self):
        count = self._database.execute('SELECT COUNT(*) FROM gaps').fetchone()[0]
        if count <= MOST_GAPS:
            return
        limit = self._database.execute('SELECT id FROM gaps ORDER BY id LIMIT 1 OFFSET ?',
                                       (count - MOST_GAPS // 2 - 1,)).fetchone()[0]
        began, ended = self._database.execute(
            'SELECT MIN(began), MAX(ended) FROM gaps WHERE id <= ?', (limit,)).fetchone()
        self._database.execute('DELETE FROM gaps WHERE id <= ?', (limit,))
        self._add_gap(Gap(SERVICE, began, ended, 'many gaps'))
