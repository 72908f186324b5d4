# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probing and mounting a simulated cache on this machine, without systemd.

field-reports L10, L11, L16, L22; filecache-and-peers A2.4.
"""

import os
import pathlib
import socket
import subprocess
import sys
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import (
    mountinfo,
    mounting,
    probe,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.units import Units
from ansible_collections.renderfarm.file_cache.tests.e2e.host.conftest import NAME, PATIENCE
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm

OPTIONS = 'relatime,flock,_netdev,nofail,x-systemd.after=nss-lookup.target'


def look(host, **how):
    return probe.probe(host.programs, os.fsencode(str(host.point)),
                       **dict(dict(expect=NAME, seconds=PATIENCE), **how))


def mounted(host, dry_run=False, **changes):
    """Have the fstab line mounted; host.line is (source, options)."""
    source, options = host.line
    request = mounting.Request(
        os.fsencode(str(host.point)), source.encode(), NAME, options.split(','), 2, 0, PATIENCE,
        False, True)
    return mounting.mount(host.programs, request._replace(**changes), dry_run,
                          Units(host.programs, booted=False))


@pytest.fixture
def line(host):
    """Nothing is mounted, and the fstab has a line; line(source, options) changes it."""
    host.cache.unmount(str(host.point))

    def write(source=host.cache.source, options=OPTIONS):
        host.line = (source, options)
        host.machine.fstab.write_text('%s %s lustre %s 0 0\n' % (source, host.point, options))

    write()
    return write


def test_a_mount_that_is_well(host):
    found = look(host, write_test=True)
    assert found.diagnosis is None and found.warnings == []
    assert (found.fsname, found.entries, found.written) == (NAME, 1, True)
    assert found.instance == host.cache.instance(str(host.point)).rpartition('-')[2]
    assert os.listdir(str(host.point)) == ['f']


def test_another_cache_than_asked_for_is_named_with_what_was_asked(host):
    found = look(host, expect='abcd1234')
    assert found.diagnosis.cause == 'other_cache'
    assert '@tcp:/mntcache' in found.diagnosis.message and '"abcd1234"' in found.diagnosis.message


def test_nothing_mounted_and_what_is_no_lustre(host, tmp_path):
    point = os.fsencode(str(tmp_path / 'plain'))
    os.mkdir(point)
    assert probe.probe(host.programs, point).diagnosis.cause == 'not_mounted'
    subprocess.run(['mount', '-t', 'tmpfs', 'none', point], check=True)
    found = probe.probe(host.programs, point).diagnosis
    subprocess.run(['umount', point], check=True)
    assert found.cause == 'not_lustre' and str(tmp_path / 'plain') in found.message


@pytest.mark.parametrize('number', [108, 5])
def test_an_evicted_client_counts_as_not_mounted(host, number):
    """L10."""
    host.cache.control('evict-client', host.cache.instance(str(host.point)), str(number))
    found = look(host).diagnosis
    assert found.cause == 'cut_off' and 'may be lost' in found.message


def test_a_mount_that_never_answers_is_said_in_time(host):
    """L11."""
    instance = host.cache.instance(str(host.point))
    host.cache.control('freeze-mount', instance, 'on')
    began = time.monotonic()
    found = look(host, seconds=1).diagnosis
    assert time.monotonic() - began < PATIENCE
    host.cache.control('freeze-mount', instance, 'off')
    assert found.cause == 'no_answer'


def test_an_empty_mount_is_a_warning(host):
    (host.point / 'f').unlink()
    found = look(host)
    assert found.diagnosis is None and found.entries == 0
    assert 'shows nothing' in found.warnings[0]


def test_what_cannot_be_written_is_said(host):
    subprocess.run(['mount', '-o', 'remount,bind,ro', str(host.point)], check=True)
    found = look(host, write_test=True).diagnosis
    assert found.cause == 'write_error' and 'Read-only' in found.message


def test_without_lfs_the_client_is_missing(host):
    host.machine.remove('lfs')
    assert look(host).diagnosis.cause == 'client_missing'


def test_mounted_once_and_then_left(host, line):
    predicted = mounted(host, dry_run=True)
    assert predicted.changed and mountinfo.at(os.fsencode(str(host.point))) is None
    done = mounted(host)
    assert (done.changed, done.failure, done.drift, done.attempts) == (True, None, [], 1)
    assert done.probe.entries == 1 and done.before is None
    again = mounted(host)
    assert (again.changed, again.failure, again.attempts) == (False, None, 0)


def test_options_that_drifted_are_put_right_when_nobody_is_there(host, line):
    assert mounted(host).failure is None
    line(options=OPTIONS.replace('relatime', 'noatime'))
    assert mounted(host, dry_run=True).changed
    done = mounted(host, remount=False)
    assert (done.changed, done.drift) == (False, ['noatime'])
    assert 'not as asked (noatime)' in done.warnings[0]
    done = mounted(host)
    assert (done.changed, done.failure, done.drift) == (True, None, [])
    assert b'noatime' in mountinfo.at(os.fsencode(str(host.point))).options


def test_options_that_drifted_are_only_told_while_somebody_works(host, line):
    assert mounted(host).failure is None
    before = mountinfo.at(os.fsencode(str(host.point)))
    line(options='ro,' + OPTIONS)
    with open(str(host.point / 'f'), 'rb'):
        with running([sys.executable, '-c', 'import sys; sys.stdin.read()'],
                     stdin=subprocess.PIPE, cwd=str(host.point)) as worker:
            done = mounted(host)
    assert (done.changed, done.failure, done.drift) == (False, None, ['ro'])
    assert [user.pid for user in done.users] == [worker.pid]
    assert str(worker.pid) in done.warnings[0]
    assert mountinfo.at(os.fsencode(str(host.point))) == before


def test_an_evicted_client_is_mounted_again_when_nobody_is_there(host, line):
    """L10."""
    assert mounted(host).failure is None
    before = host.cache.instance(str(host.point))
    host.cache.control('evict-client', before, '108')
    done = mounted(host)
    assert (done.changed, done.failure) == (True, None)
    assert host.cache.instance(str(host.point)) != before
    assert (host.point / 'f').read_bytes() == b'on the filer'


def test_an_evicted_client_that_is_used_is_said(host, line):
    assert mounted(host).failure is None
    with running(['sleep', '600'], cwd=str(host.point)) as worker:
        host.cache.control('evict-client', host.cache.instance(str(host.point)), '108')
        done = mounted(host)
    assert done.diagnosis.cause == 'cut_off' and not done.changed
    assert '%d sleep' % worker.pid in done.failure


def test_another_cache_is_never_called_right(host, line, tmp_path):
    with farm.Cache(str(tmp_path / 'other'), 'other') as other:
        other.mount(str(host.point))
        done = mounted(host)
        assert done.diagnosis.cause == 'other_cache' and not done.changed
        assert '@tcp:/other' in done.failure and '"mntcache"' in done.failure


@pytest.mark.parametrize('source, cause, attempts', [
    ('10.0.0.1@tcp:/nosuch', 'wrong_name', 1),
    ('10.0.0.1@tcp:/mntcache/nosuch', 'wrong_name', 1),
    ('fc-0.fsx.local@tcp:/mntcache', 'name_unresolved', 3),
])
def test_what_cannot_heal_is_not_tried_again(host, line, source, cause, attempts):
    pathlib.Path(host.cache.sockets, 'hosts').write_text('cache.fsx.local\n')
    line(source=source)
    done = mounted(host)
    assert (done.diagnosis.cause, done.attempts) == (cause, attempts)
    assert done.diagnosis.remedy in done.failure and source in done.failure


def test_an_option_that_the_client_does_not_know(host, line):
    line(options=OPTIONS + ',bogus')
    assert mounted(host).diagnosis.cause == 'options'


def test_no_folder_to_mount_at(host, line, tmp_path):
    host.point = tmp_path / 'nowhere'
    line()
    assert mounted(host).diagnosis.cause == 'no_folder'


def test_without_the_helper_the_client_is_missing(host, line):
    host.machine.remove('mount.lustre')
    done = mounted(host)
    assert (done.diagnosis.cause, done.attempts) == ('client_missing', 1)


def test_a_first_mount_that_fails_is_tried_again(host, line):
    """RFDK retries for this: the first mounts sometimes get a reset."""
    real = pathlib.Path('/usr/sbin/mount.lustre').read_text()
    script = real.replace('#!/bin/sh\n', '#!/bin/sh\n%s' % (
        'if mkdir %s/tried; then echo "mount.lustre: mount failed: Connection reset by peer" >&2; '
        'exit 104; fi\n' % host.cache.folder))
    host.machine.program('/usr/sbin', 'mount.lustre', script)
    done = mounted(host)
    assert (done.failure, done.attempts, done.changed) == (None, 2, True)


def test_the_port_is_taken(host, line):
    host.machine.program('/usr/sbin', 'mount.lustre', '#!/bin/sh\n'
                         'echo "mount.lustre: mount failed: Input/output error" >&2\n'
                         'echo "Is the MGS running?" >&2\nexit 5\n')
    assert mounted(host, retries=0).diagnosis.cause == 'mgs_silent'
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(('127.0.0.1', 988))
        taker.listen(1)
        with running(['sleep', '600'], stdin=taker) as holder:
            done = mounted(host)
    assert (done.diagnosis.cause, done.attempts) == ('port_taken', 1)
    assert 'process %d (sleep), which listens on it' % holder.pid in done.failure


def test_a_mount_that_hangs_has_an_end(host, line):
    host.machine.program('/usr/sbin', 'mount.lustre', '#!/bin/sh\nexec sleep 600\n')
    began = time.monotonic()
    done = mounted(host, timeout=1, retries=1)
    assert time.monotonic() - began < PATIENCE
    assert (done.diagnosis.cause, done.attempts) == ('timed_out', 2)
