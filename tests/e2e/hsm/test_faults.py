# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cache, a filer or a server that misbehaves: each row with its end and its words."""

import errno
import functools
import os
import subprocess
import threading
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import run as running
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.tests.e2e.hsm.conftest import counts


@pytest.fixture(name='restored_clean')
def make_restored_clean(world):
    world.many(3)
    world.run('archive')
    return world


def test_no_copytool(world):
    # H22
    world.many(60)
    world.cache.control('copytool', 'stop')
    began = time.monotonic()
    summary = world.run('archive', stall_timeout=2)
    assert counts(summary) == {'timed_out stalled': 60}
    assert 'copytool' in summary['error']
    assert time.monotonic() - began < 60
    # What was asked for is done when it comes back, and nothing is asked for twice (H25).
    world.cache.control('copytool', 'start')
    assert set(counts(world.run('archive'))) <= {'done', 'already'}
    assert world.run('state')['states']['before']['clean']['files'] == 60


def test_a_disabled_coordinator(world):
    # H22, H83
    world.many(3)
    world.cache.control('coordinator', 'disable')
    assert counts(world.run('archive', stall_timeout=1)) == {'timed_out stalled': 3}


def test_a_stopped_coordinator(world):
    # H37
    world.many(3)
    world.cache.control('coordinator', 'shutdown')
    summary = world.run('archive')
    assert counts(summary) == {'failed coordinator_stopped': 3}
    assert 'coordinator' in summary['error']
    assert summary['hsm_requests'] == 1


@pytest.mark.parametrize('fault', ['filer-full', 'filer-readonly'])
def test_a_filer_that_takes_nothing(world, fault):
    # H86
    world.many(5)
    world.cache.control(fault, 'on')
    summary = world.run('archive')
    assert counts(summary) == {'failed not_saved': 5}
    assert 'filer' in summary['error']
    assert world.code == 1
    world.cache.control(fault, 'off')
    assert counts(world.run('archive')) == {'done': 5}


def test_an_archive_that_fails_once(world):
    # H21
    world.many(5)
    world.cache.control('fail-next', 'archive', 2)
    assert counts(world.run('archive')) == {'done': 5}


def test_a_missing_backend_file(restored_clean):
    # H88
    world = restored_clean
    world.run('evict')
    os.unlink(os.path.join(world.filer, 'many/0001'))
    summary = world.run('hydrate')
    assert counts(summary) == {'done': 2, 'failed not_on_filer': 1}
    assert summary['files'][0]['path'] == world.at('many/0001')


def test_a_restore_that_fails_once(restored_clean):
    # L15
    world = restored_clean
    world.run('evict')
    world.cache.control('fail-next', 'restore', 1)
    assert counts(world.run('hydrate')) == {'done': 3}


def test_a_full_ost(make_world):
    # H73: only `lfs df` shows it; without room nothing is asked for.
    world = make_world('--osts', '2', '--ost-size', '1000000')
    world.write('big', b'x' * 300000)
    world.run('archive')
    world.run('evict')
    world.cache.control('ost-full', 0, 'on')
    with pytest.raises(Refused, match='OST 0'):
        world.run('hydrate')
    world.cache.control('ost-full', 0, 'off')
    with pytest.raises(Refused, match='reserve'):
        world.run('hydrate', reserve='1G')
    assert counts(world.run('hydrate')) == {'done': 1}


def test_a_file_written_during_its_archive(world):
    # C3
    world.many(3)
    world.cache.control('on-archive', 'many/0001', 'write')
    assert counts(world.run('archive')) == {'done': 3}


def test_a_file_deleted_during_its_archive(world):
    # H26
    world.many(3)
    world.cache.control('on-archive', 'many/0001', 'unlink')
    assert counts(world.run('archive')) == {'done': 2, 'vanished': 1}
    assert world.code == 0


def test_immutable_files(world):
    # H27, H51
    world.many(4)
    world.run('archive', 'many/0000')
    for name in ('many/0000', 'many/0001'):
        subprocess.run(['chattr', '+i', world.at(name)], check=True)
    try:
        assert counts(world.run('archive')) == {'already': 1, 'skipped immutable': 1, 'done': 2}
        assert counts(world.run('evict')) == {
            'skipped immutable': 1, 'skipped not_archived': 1, 'done': 2}
    finally:
        for name in ('many/0000', 'many/0001'):
            subprocess.run(['chattr', '-i', world.at(name)], check=True)


def test_protected_files(world):
    # H45, H46, H62
    world.many(4)
    world.run('archive', 'many/0000', 'many/0001')
    world.lfs('hsm_set', '--norelease', world.at('many/0000'))
    world.lfs('hsm_set', '--noarchive', world.at('many/0002'))
    assert counts(world.run('archive')) == {
        'already': 2, 'skipped never_archive': 1, 'done': 1}
    summary = world.run('evict')
    assert counts(summary) == {
        'skipped never_release': 1, 'skipped not_archived': 1, 'done': 2}
    assert summary['flags'] == {'never_release': 1, 'never_archive': 1}


def test_a_writer_that_has_the_file_open(restored_clean):
    # H12, H49, H50
    world = restored_clean
    with open(world.at('many/0000'), 'rb'), open(world.at('many/0001'), 'ab') as writer:
        writer.write(b'more')
        writer.flush()
        summary = world.run('evict')
    assert set(counts(summary)) <= {'done', 'skipped busy_or_changed', 'skipped dirty'}
    assert counts(summary)['done'] == 2
    with open(world.at('many/0001'), 'rb') as file:
        assert file.read() == b'1more'


def test_hard_links(world):
    # H26: two names in two requests would be two archives of one file (H25).
    world.write('z')
    for number in range(60):
        os.link(world.at('z'), world.at('link%02d' % number))
    assert counts(world.run('archive')) == {'done': 1, 'already': 60}
    assert 'archive' in world.cache.control('log')
    assert world.state('z') == 9
    assert counts(world.run('evict')) == {'done': 1, 'already': 60}
    assert counts(world.run('refresh')) == {'done': 1, 'already': 60}


def test_a_stuck_restore(world):
    # H80-H82: nothing waits for a call that cannot die.
    world.many(20)
    world.run('archive')
    world.run('evict')
    world.cache.control('stuck-restore', 'many/0003')
    summary = world.run('hydrate', stall_timeout=2)
    assert counts(summary) == {'done': 19, 'timed_out stalled': 1}
    # It has an action now: no release is sent for it, and the others are done.
    summary = world.run('refresh', stall_timeout=2)
    assert counts(summary) == {'done': 19, 'timed_out stalled': 1}


def test_a_mount_that_never_answers(world, monkeypatch):
    # L11
    monkeypatch.setattr(running.roots, 'resolve', functools.partial(
        running.roots.resolve, idle=2))
    monkeypatch.setattr(running, 'Lfs', functools.partial(running.Lfs, call_timeout=2))
    world.many(3)
    world.cache.control('freeze-mount', world.path, 'on')
    with pytest.raises(Refused, match='no answer'):
        world.run('archive')


@pytest.mark.parametrize('verb', ['archive', 'refresh', 'state'])
def test_a_mount_that_stops_answering_during_the_run(world, monkeypatch, verb):
    # Safety rule 6: the run ends, and leaves behind what cannot be ended.
    monkeypatch.setattr(running, 'Lfs', functools.partial(running.Lfs, call_timeout=2))
    monkeypatch.setattr(running, 'Looker', functools.partial(running.Looker, deadline=2))
    monkeypatch.setattr(running, 'Scout', functools.partial(running.Scout, idle=2))
    world.many(500)
    if verb == 'refresh':
        world.run('archive')
    world.cache.control('copytool', 'latency', 100)
    frozen = []

    def freeze():
        if time.monotonic() > began + 0.1 and not frozen:
            frozen.append(world.cache.control('freeze-mount', world.path, 'on'))
    began = time.monotonic()
    world.run(verb, stop=freeze)
    assert time.monotonic() - began < 120
    assert world.code == 1 or verb == 'state'


@pytest.mark.parametrize('number', [errno.ESHUTDOWN, errno.EIO])
def test_an_evicted_client(world, number):
    # L10: neither vanished nor "not Lustre".
    world.many(3)
    world.cache.control('evict-client', world.path, number)
    with pytest.raises(Refused, match='evicted'):
        world.run('archive')


def test_a_client_that_is_evicted_during_the_run(world):
    # L10
    world.many(300)
    world.cache.control('copytool', 'latency', 50)
    threading.Timer(1, world.cache.control, ('evict-client', world.path, 108)).start()
    summary = world.run('archive')
    assert summary['reasons']['failed'].get('client_evicted')
    assert not summary['outcomes']['vanished']
    assert 'evicted' in summary['error']


def test_a_listing_that_breaks_off(world):
    # L4, safety rule 9
    world.many(30)
    world.write('other/x')
    world.cache.control('readdir-error', 'many')
    summary = world.run('archive')
    assert not summary['complete']
    assert world.code == 1
    assert 'many' in summary['error']
    world.run('state', expect_clean=True)
    assert world.code == 1


def test_a_batch_that_is_frozen(world):
    # L14
    world.many(50)
    world.cache.control('batch-freeze', 'on')
    world.cache.control('coordinator', 'disable')

    def protect():
        while world.cache.stats()['archive']['queued'] < 50:
            time.sleep(0.05)
        world.lfs('hsm_set', '--noarchive', world.at('many/0007'))
        world.cache.control('coordinator', 'enable')
    threading.Thread(target=protect, daemon=True).start()
    summary = world.run('archive', stall_timeout=3)
    assert counts(summary) == {'timed_out stalled': 49, 'skipped never_archive': 1}


def test_a_clean_file_that_cannot_be_released(restored_clean):
    # L20
    world = restored_clean
    world.cache.control('never-releasable', 'many/0001')
    summary = world.run('evict')
    assert counts(summary) == {'done': 2, 'skipped busy_or_changed': 1}
    assert world.code == 3


def test_a_release_that_loses_the_size(restored_clean):
    # L6
    world = restored_clean
    world.cache.control('size-bug', 'on')
    world.run('evict')
    world.run('hydrate')
    summary = world.run('evict')
    assert set(counts(summary)) <= {'failed size_changed', 'done'}
    assert summary['reasons']['failed']['size_changed']
    assert 'hydrate' in summary['error']
    assert set(counts(world.run('hydrate'))) == {'done'}
    assert set(counts(world.run('refresh'))) == {'done'}
    assert os.stat(world.at('many/0002')).st_size == 1


def test_many_refused_files_among_good_ones(restored_clean):
    # H32, H33
    world = restored_clean
    world.many(200, 'more')
    world.run('archive')
    for number in range(7, 200, 40):
        world.cache.control('never-releasable', 'more/%04d' % number)
    summary = world.run('evict')
    assert counts(summary) == {'done': 198, 'skipped busy_or_changed': 5}


def test_a_signal_ends_it_and_the_next_run_goes_on(world):
    world.many(200)
    world.cache.control('copytool', 'latency', 100)
    began = time.monotonic()
    summary = world.run('archive', stop=lambda: 'SIGTERM' if time.monotonic() > began + 1 else None)
    assert summary['interrupted'] == 'SIGTERM'
    assert world.code == 143
    assert summary['reasons']['pending']['interrupted']
    world.cache.control('copytool', 'latency', 0)
    assert set(counts(world.run('archive'))) <= {'done', 'already'}
    assert world.run('state')['states']['before']['clean']['files'] == 200


def test_the_timeout_of_a_run(world):
    world.many(100)
    world.cache.control('copytool', 'latency', 200)
    summary = world.run('archive', timeout=2)
    assert summary['reasons']['pending']['timeout']
    assert world.code == 1
