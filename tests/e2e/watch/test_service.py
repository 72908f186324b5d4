# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service and what befalls it: a kill, an unmount, a dead mount, a full disk."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.store import PATH
from ansible_collections.renderfarm.file_cache.tests.e2e.watch.host import PATIENCE, wait_for

MB = 1 << 20


def write(folder, *names):
    for name in names:
        (folder / name).write_bytes(b'pixels')


def test_ready_means_that_what_comes_is_seen(host):
    mount = host.add_mount()
    host.start()
    write(mount, 'frame')
    assert list(host.names()) == [b'frame']
    assert host.ask('health') == (True, {os.fsencode(str(mount)): 'fd-fs'})


def test_the_list_is_roots_alone(watching):
    write(watching.mount, 'frame')
    watching.listed()
    assert {os.stat(PATH + part).st_mode & 0o777 for part in ('', '-wal', '-shm')} == {0o600}
    assert os.stat(os.path.dirname(PATH)).st_mode & 0o777 == 0o755


def test_a_killed_service_loses_no_list_and_its_absence_is_known(watching):
    before = time.time()
    write(watching.mount, 'one')
    watching.listed()
    watching.kill()
    write(watching.mount, 'two')
    time.sleep(0.1)
    watching.start()
    after = time.time()
    write(watching.mount, 'three')
    assert sorted(watching.names()) == [b'one', b'three']
    assert watching.fallback(before) == 'down'
    assert watching.fallback(after) is None


def test_it_takes_its_readers_along(watching):
    readers = watching.readers()
    assert readers
    watching.kill()
    wait_for(lambda: not any(Path('/proc/%d' % pid).exists() for pid in readers))


def test_a_reader_that_is_killed_is_a_hole_and_another_begins(watching):
    since = time.time()
    reader, = watching.readers()
    os.kill(reader, 9)
    wait_for(lambda: watching.readers() not in ([], [reader]))
    watching.wait_for_marks(2)
    after = time.time()
    write(watching.mount, 'frame')
    assert list(watching.names()) == [b'frame']
    assert watching.fallback(since) == 'unmarked'
    assert watching.fallback(after) is None


def test_a_stop_puts_down_what_is_in_the_queue(watching):
    since = time.time()
    with watching.held_up():
        write(watching.mount, *map(str, range(500)))
        watching.service.terminate()
        time.sleep(0.5)
    assert watching.service.wait(PATIENCE) == 0
    until = time.time() - 1
    assert len(watching.ask('written')) == 500
    assert watching.ask('fallback', watching.points(), since, until) is None
    watching.told('STOPPING=1')


def test_it_does_not_hold_an_unmount_up(watching):
    """fanotify F20: no event stays unread, no file stays open."""
    write(watching.mount, *map(str, range(200)))
    watching.listed()
    subprocess.run(['umount', watching.mounts[0]], check=True)


def test_a_mount_that_comes_back_has_a_new_mark(watching):
    """fanotify F20"""
    write(watching.mount, 'one')
    watching.listed()
    for name in ('two', 'three', 'four'):
        marks = watching.journal.count('is watched')
        subprocess.run(['umount', watching.mounts[0]], check=True)
        watching.cache.mount(watching.mounts[0])
        watching.wait_for_marks(marks + 1)
        after = time.time()
        write(watching.mount, name)
        assert name.encode() in watching.names()
        assert watching.fallback(after) is None


def test_a_mount_that_comes_later(host):
    """Nothing can be written where nothing is mounted: that time is covered, too."""
    point = str(host.folder / 'farm' / 'mnt' / 'later')
    host.mounts.append(point)
    host.start()
    began = time.time()
    assert host.listed() == []
    assert host.fallback(began) is None
    host.cache.mount(point)
    host.wait_for_marks(1)
    write(host.mount, 'frame')
    assert list(host.names()) == [b'frame']


class TestADeadMount:
    @pytest.fixture
    def dead(self, host):
        """Two mounts, the first of which gives no answer any more."""
        host.add_mount()
        host.add_mount()
        host.start()
        instance = host.cache.instance(host.mounts[0])
        with host.held_up():
            write(host.mount, 'unread')
            host.cache.control('freeze-mount', instance, 'on')
        yield host
        host.cache.control('freeze-mount', instance, 'off')

    def test_the_other_mount_goes_on(self, dead):
        other = Path(dead.mounts[1])
        write(other, 'frame')
        until = time.time()
        wait_for(lambda: dead.ask('settled', dead.points()[1:], until))
        assert [entry.path for entry in dead.ask('written')] == [
            os.fsencode(str(other / 'frame'))]
        time.sleep(2)
        assert not dead.ask('settled', dead.points()[:1], until)

    def test_the_service_ends_all_the_same(self, dead):
        began = time.monotonic()
        assert dead.stop() == 0
        assert time.monotonic() - began < PATIENCE
        assert 'gave no answer at the end' in dead.journal


class TestAFullDisk:
    @pytest.fixture
    def small(self, host):
        """The list is on a disk of 2 MB."""
        state = os.path.dirname(PATH)
        os.makedirs(state, exist_ok=True)
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', state], check=True)
        host.add_mount()
        host.start()
        yield host
        if host.service.poll() is None:
            host.kill()
        subprocess.run(['umount', state], check=True)

    def fill(self):
        try:
            with open(os.path.dirname(PATH) + '/ballast', 'wb', buffering=0) as stream:
                while True:
                    stream.write(b'x' * 4096)
        except OSError:
            return stream.name

    def test_nothing_is_lost_when_there_is_room_again(self, small):
        since = time.time()
        ballast = self.fill()
        write(small.mount, *map(str, range(300)))
        wait_for(lambda: 'cannot be written' in small.journal)
        assert small.service.poll() is None
        os.unlink(ballast)
        wait_for(lambda: 'can be written again' in small.journal)
        assert len(small.listed()) == 300
        assert small.fallback(since) is None

    def test_a_kill_meanwhile_is_a_hole(self, small):
        since = time.time()
        ballast = self.fill()
        write(small.mount, *map(str, range(300)))
        wait_for(lambda: 'cannot be written' in small.journal)
        small.kill()
        os.unlink(ballast)
        small.start()
        assert small.fallback(since) == 'down'


def test_a_damaged_list_is_put_aside(watching):
    write(watching.mount, 'one')
    watching.listed()
    since = time.time()
    with open(PATH, 'r+b') as stream:
        stream.write(b'\xa5' * 4096)
    watching.kill()
    for part in ('-wal', '-shm'):
        os.unlink(PATH + part)
    watching.start()
    wait_for(lambda: 'put aside' in watching.journal)
    write(watching.mount, 'two')
    assert list(watching.names()) == [b'two']
    assert watching.fallback(since) == 'down'
    assert os.path.exists(PATH + '.damaged')


def test_without_mounts_it_says_so(host):
    host.start(ready=False)
    assert host.service.wait(PATIENCE) == 2
    assert 'names no mount' in host.journal
