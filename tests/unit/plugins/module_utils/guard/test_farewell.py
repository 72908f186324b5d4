# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of the last two minutes: what is asked of systemd, and what is said."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard import farewell
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.farewell import (
    OURS,
    Farewell,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.marker import Mark
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.notice import Notice
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.mountinfo import Mount
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.programs import Done
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.unmount import Unmounted
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.writers import (
    Held,
    Holders,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import refused

FINE = Done(0, b'', b'', False, False, None)
OVERDUE = Done(None, b'', b'', False, True, None)
MARK = Mark(Notice('terminate', None), 1000.0, None, False)
UNITS = ('deadline10launcher.service', 'render.service')


class Host:
    """A host whose calls of programs, mounts and saves are written down."""

    children = None

    def __init__(self, monkeypatch):
        self.time = 0.0
        self.events = []
        self.said = []
        self.marks = []
        self.slow = {}
        self.answers = {}
        self.summary = dict(refused('writeback', None), fallback=None)
        monkeypatch.setattr(farewell.mountinfo, 'at', self._mounted)
        monkeypatch.setattr(farewell, 'writers', self._writers)
        monkeypatch.setattr(farewell, 'unmount', self._unmount)

    @staticmethod
    def _mounted(point):
        return Mount(point, b'/', b'10.0.0.1@tcp:/abcd', b'lustre', b'rw', (0, 5), 30)

    def _writers(self, children, mounts, seconds):
        self.events.append('look')
        return Holders([Held(5, 77, 4711, 'render', True, False)], [(12, 'asleep')], True)

    def _unmount(self, programs, point, fsname, seconds):
        self.events.append(('unmount', point, fsname, round(seconds)))
        self.time += self.slow.get('unmount', 0)
        return Unmounted('gone', True, True, [], [], None, '%s is gone.' % point.decode())

    def call(self, program, words, names, deadline):
        self.events.append((words[0],) + tuple(name.decode() for name in names))
        self.time += min(deadline, self.slow.get(words[0], 0))
        answer = self.answers.get(words[0], FINE)
        if isinstance(answer, Exception):
            raise answer
        return OVERDUE if self.slow.get(words[0], 0) > deadline else answer

    def save(self, mark, seconds):
        self.events.append(('save', sorted(mark.open), mark.seen, round(seconds)))
        return self.summary

    def leave(self, seconds, services=UNITS, mounts=((b'/mnt/a', 'abcd'), (b'/mnt/b', ''))):
        Farewell(self, services, mounts, self.save, self.said.append,
                 clock=lambda: self.time)(MARK, seconds, self.marks.append)
        return self.events


@pytest.fixture
def host(monkeypatch):
    return Host(monkeypatch)


def test_the_steps_and_their_order(host):
    """fanotify F2, F20: what was open is noted before its writer dies; the watch ends before
    the unmount."""
    assert host.leave(120) == [
        'look', ('stop',) + UNITS, ('save', [(5, 77)], 1000.0, 85), ('stop',) + OURS,
        ('unmount', b'/mnt/a', b'abcd', 55), ('unmount', b'/mnt/b', b'', 110)]
    assert host.marks == [MARK._replace(open={(5, 77)})]
    assert host.said[0] == 'process 12 (asleep) does not tell what it has open'


def test_what_was_noted_before_is_not_looked_for_again(host):
    Farewell(host, UNITS, [(b'/mnt/a', '')], host.save, host.said.append, clock=lambda: host.time)(
        MARK._replace(open={(1, 2)}), 120, host.marks.append)
    assert 'look' not in host.events and host.marks == []
    assert ('save', [(1, 2)], 1000.0, 85) in host.events


def test_a_service_that_does_not_stop_is_killed_in_its_share(host):
    host.slow['stop'] = 1000
    assert host.leave(120, mounts=[(b'/mnt/a', '')])[1:3] == [('stop',) + UNITS, ('kill',) + UNITS]
    assert host.time <= 110
    assert 'services: did not stop in time and were killed (done) (35.5 s of 38.5 s)' in host.said


def test_no_step_hinders_the_next(host):
    host.answers['stop'] = Refused('There is no systemctl on this host.')
    host.summary = None
    host.leave(120)
    assert [event[0] for event in host.events[-2:]] == ['unmount', 'unmount']
    assert [line.split(':')[1] for line in host.said if ': failed: ' in line] == [' failed'] * 3


@pytest.mark.parametrize('slow', [{}, {'stop': 1000}, {'kill': 1000, 'stop': 1000},
                                  {'unmount': 3}])
@pytest.mark.parametrize('seconds', [120, 60, 30])
def test_all_fits_into_the_time_there_is(host, slow, seconds):
    host.slow.update(slow)
    host.leave(seconds)
    assert host.time <= seconds


def test_what_was_not_saved_is_named(host):
    host.summary.update({
        'matched': {'files': 44, 'bytes': 1}, 'moved': {'files': 2, 'bytes': 2048},
        'outcomes': dict(host.summary['outcomes'], done=2, vanished=1, skipped=41),
        'files': [{'path': '/mnt/a/%d' % number, 'outcome': 'skipped', 'reason': 'unfinished',
                   'state': 'dirty'} for number in range(30)]})
    host.leave(120)
    named = [line for line in host.said if line.startswith('not saved: ')]
    assert named[0] == 'not saved: /mnt/a/0 (unfinished)' and len(named) == 21
    assert named[-1] == 'not saved: 21 files more'
    assert ('write-back: 2 files (2048 bytes) saved, 41 not: they stay in the cache, where they '
            'are safe, for the sweep (0.0 s of 85.0 s)') in host.said


def test_a_list_that_is_not_complete_is_said(host):
    host.summary['fallback'] = 'down'
    host.leave(120)
    assert [line for line in host.said if line.startswith('write-back: 0 files (0 bytes) saved. '
                                                          'The list of what this host wrote is')]


def test_a_host_with_nothing_to_stop_and_nothing_mounted(host, monkeypatch):
    host.leave(120, services=(), mounts=())
    assert 'services: there are none to stop (0.0 s of 38.5 s)' in host.said
    assert 'unmount: nothing is to be unmounted (0.0 s of 110.0 s)' in host.said
