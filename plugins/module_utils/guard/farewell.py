# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last two minutes of a host: stop its worker, save its finished files, unmount.

Stopping the worker ends renderers in the middle of a frame, and such a file then looks like
one that was closed (fanotify F2). So what is open for writing is noted first, and neither that
nor what is closed later is saved: Deadline has the task rendered again elsewhere.
"""

import time

from ..host import mountinfo
from ..host.units import said
from ..host.unmount import unmount
from ..host.writers import writers
from . import phases
from .timetable import share

# The sweep and the watch read the mount; unread events of the watch hold it busy (fanotify F20).
OURS = ('file-cache-sweep.timer', 'file-cache-sweep.service', 'file-cache-watch.service')

_LOOK_SECONDS = 0.5  # for one process that does not tell what it has open
_KILL_SECONDS = 3
_NAMED = 20
# Outcomes after which nothing of a file is at risk.
_AT_REST = ('already', 'done', 'vanished')


class Farewell(object):
    """Called with (mark, seconds, note) as service.Guard says."""

    def __init__(self, programs, services, mounts, save, say, clock=time.monotonic):
        """services: unit names; mounts: [(path, fsname)] of the config; save(mark, seconds):
        writes back and returns the summary of the engine."""
        self._programs = programs
        self._services = services
        self._mounts = mounts
        self._save = save
        self._say = say
        self._clock = clock

    def __call__(self, mark, seconds, note):
        began = self._clock()
        table = share(began, began + seconds)
        if mark.open is None:
            mark = mark._replace(open=self._look())
            note(mark)
        phases.run([
            phases.Phase('services', table.services, self._stop_services),
            phases.Phase('write-back', table.writeback, lambda left: self._write_back(mark, left)),
            phases.Phase('watch', table.watch, self._stop_ours),
            phases.Phase('unmount', table.unmount, self._unmount),
        ], self._say, self._clock)
        took = self._clock() - began
        self._say('all that could be done is done, %.1f s after it began and %.1f s before the end'
                  % (took, seconds - took))

    def _look(self):
        """Return what is open for writing: {(device, inode)}."""
        mounted = [mount for mount in (mountinfo.at(path) for path, _fsname in self._mounts)
                   if mount is not None]
        if not mounted:
            return set()
        found = writers(self._programs.children, mounts=mounted, seconds=_LOOK_SECONDS)
        for pid, comm in found.unknown:
            self._say('process %d (%s) does not tell what it has open' % (pid, comm))
        return {(held.device, held.inode) for held in found.found}

    def _stop_services(self, seconds):
        if not self._services:
            return 'there are none to stop'
        done = self._stop(self._services, max(1, seconds - _KILL_SECONDS))
        if not done.overdue:
            return _stopped(self._services, done)
        # What still runs writes on, and keeps the mount busy.
        killed = self._programs.call('systemctl', ('kill', '--signal=KILL'),
                                     [unit.encode('ascii') for unit in self._services],
                                     deadline=_KILL_SECONDS)
        return 'did not stop in time and were killed (%s)' % (
            'done' if killed.rc == 0 else said(killed))

    def _stop_ours(self, seconds):
        return _stopped(OURS, self._stop(OURS, max(1, seconds)))

    def _stop(self, units, seconds):
        return self._programs.call('systemctl', ('stop', '--quiet'),
                                   [unit.encode('ascii') for unit in units], deadline=seconds)

    def _write_back(self, mark, seconds):
        summary = self._save(mark, seconds)
        kept = [item for item in summary['files'] if item['outcome'] not in _AT_REST][:_NAMED]
        for item in kept:
            self._say('not saved: %s (%s)' % (item['path'], item['reason'] or item['outcome']))
        number = sum(count for outcome, count in summary['outcomes'].items()
                     if outcome not in _AT_REST)
        if number > len(kept):
            self._say('not saved: %d files more' % (number - len(kept)))
        text = '%d files (%d bytes) saved' % (summary['moved']['files'], summary['moved']['bytes'])
        if number:
            text += ', %d not: they stay in the cache, where they are safe, for the sweep' % number
        if summary['fallback']:
            text += ('. The list of what this host wrote is not complete (%s): what it lacks is '
                     'for the sweep too' % summary['fallback'])
        if summary['error']:
            text += '. %s' % summary['error']
        return text

    def _unmount(self, seconds):
        ends = self._clock() + seconds
        told = []
        for number, (path, fsname) in enumerate(self._mounts):
            left = (ends - self._clock()) / (len(self._mounts) - number)
            told.append(unmount(self._programs, path, fsname.encode('ascii'),
                                max(1, left)).message)
        return ' '.join(told) or 'nothing is to be unmounted'


def _stopped(units, done):
    if done.rc == 0:
        return 'stopped ' + ', '.join(units)
    return 'stopping %s: %s' % (', '.join(units), said(done))
