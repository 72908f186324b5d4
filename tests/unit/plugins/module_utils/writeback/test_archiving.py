# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs of one call: what is said of files to which nothing could be done."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.config import NOTHING
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import (
    Interrupted,
    NoAnswer,
    NotOnLustre,
    Refused,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.options import DEFAULTS
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback import archiving

ROOT = b'/mnt/cache/shots'
RULES = NOTHING.settings['unfinished']


@pytest.fixture
def work(monkeypatch):
    monkeypatch.setattr(archiving.state, 'gate', lambda: None)
    monkeypatch.setattr(archiving, 'mount_point', lambda _root: b'/mnt/cache')
    return archiving.Archiving('writeback', RULES, 0, dict(DEFAULTS))


@pytest.mark.parametrize('problem, outcome, reason, interrupted, status', [
    (Interrupted('timeout'), 'pending', 'timeout', None, None),
    (Interrupted('SIGTERM'), 'pending', 'interrupted', 'SIGTERM', None),
    (NoAnswer('Silence.', 'stuck'), 'timed_out', 'stuck', None, None),
    (NoAnswer('Evicted.', 'client_evicted'), 'failed', 'client_evicted', None, None),
])
def test_files_of_a_root_that_cannot_be_worked_on(work, problem, outcome, reason, interrupted,
                                                  status):
    work.cannot(ROOT, [ROOT + b'/a', ROOT + b'/b'], problem)
    summary = work.summary()
    assert summary['outcomes'][outcome] == summary['matched']['files'] == 2
    assert summary['reasons'][outcome] == {reason: 2}
    assert (summary['interrupted'], work.merged.status) == (interrupted, status)
    assert summary['roots'] == [ROOT.decode()]


def test_a_root_that_was_refused_counts_nothing(work):
    work.cannot(ROOT, [ROOT + b'/a'], Refused('There is no room for a table.'))
    summary = work.summary()
    assert summary['matched']['files'] == 0 and 'no room' in summary['error']
    assert work.merged.status == 2


def test_a_root_on_the_workers_own_disk_says_what_that_means(work, monkeypatch):
    """field-reports D2."""
    def nowhere(_options, _stop):
        raise NotOnLustre('"/mnt/cache/shots" does not lie on Lustre.')
    monkeypatch.setattr(archiving, 'device_of', nowhere)
    monkeypatch.setattr(archiving.socket, 'gethostname', lambda: 'cloud-17')
    assert work.device(ROOT, [ROOT + b'/a']) is None
    summary = work.summary()
    assert 'cloud-17' in summary['error'] and "worker's own disk" in summary['error']
    assert work.merged.status == 2


def test_what_is_counted_is_not_cut_at_the_root(work):
    work.count(b'/', [b'/a', b'/b/c'], 'vanished', None)
    assert [one['path'] for one in work.summary()['files']] == ['/a', '/b/c']


def test_its_time_is_up(monkeypatch):
    monkeypatch.setattr(archiving.state, 'gate', lambda: None)
    now = [0.0]
    monkeypatch.setattr(archiving.time, 'monotonic', lambda: now[0])
    told = []
    work = archiving.Archiving('writeback', RULES, 10, dict(DEFAULTS),
                               stop=lambda: told[0] if told else None)
    assert work.told_to_end() is None
    now[0] = 10.0
    assert work.told_to_end() == 'timeout'
    told.append('SIGTERM')
    assert work.told_to_end() == 'SIGTERM'
