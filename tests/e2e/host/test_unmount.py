# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unmounts of a simulated cache on this machine: safe, and always with an end.

field-reports L2, L11, L26; lustre-hsm M1, M3.
"""

import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import (
    instances,
    mountinfo,
    unmount,
)
from ansible_collections.renderfarm.file_cache.tests.e2e.host.conftest import PATIENCE

HOLDER = '''
import os, sys
path, how = sys.argv[1:]
if how == 'cwd':
    os.chdir(os.path.dirname(path))
else:
    kept = open(path, how)
print('ready', flush=True)
sys.stdin.read()
'''


def gone(host, point, **how):
    return unmount.unmount(host.programs, os.fsencode(str(point)), b'mntcache',
                           seconds=PATIENCE, **how)


@pytest.fixture
def hold(host):
    """Return a function that has a process hold something open on the mount; gives the process."""
    running = []

    def start(path, how, *enter):
        holder = subprocess.Popen(list(enter) + [sys.executable, '-c', HOLDER, str(path), how],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        running.append(holder)
        assert holder.stdout.readline() == b'ready\n'
        return holder

    yield start
    for holder in running:
        holder.kill()
        holder.communicate()


def test_it_is_gone_and_that_is_proven(host):
    assert [name.rpartition(b'-')[0] for name in instances.alive(host.programs)] == [b'mntcache']
    done = gone(host, host.point)
    assert (done.state, done.changed, done.proven, done.users) == ('gone', True, True, [])
    assert mountinfo.at(os.fsencode(str(host.point))) is None
    assert instances.alive(host.programs) == set()
    again = gone(host, host.point)
    assert (again.state, again.changed, again.proven) == ('gone', False, True)


@pytest.mark.parametrize('how, what', [
    ('cwd', 'working directory'), ('rb', 'open file'), ('wb', 'file open for writing')])
def test_a_user_is_named_and_the_mount_stays(host, hold, how, what):
    """L2, M3: never lazily."""
    holder = hold(host.point / 'f', how)
    done = gone(host, host.point)
    assert (done.state, done.changed) == ('busy', False)
    assert [(user.pid, user.what, user.own_namespace) for user in done.users] == [
        (holder.pid, what, True)]
    assert '%d python' % holder.pid in done.message and what in done.message
    assert mountinfo.at(os.fsencode(str(host.point))) is not None
    holder.communicate()
    assert gone(host, host.point).state == 'gone'


def test_a_mount_that_lives_on_in_another_namespace_is_not_gone(host, hold):
    """L26: umount ends with 0, and a container still writes."""
    holder = hold(host.point / 'f', 'wb', 'unshare', '-m', '--propagation', 'private')
    done = gone(host, host.point)
    assert (done.state, done.changed, done.proven) == ('alive', True, True)
    assert len(done.instances) == 1 and done.instances[0].startswith(b'mntcache-')
    assert [(user.pid, user.own_namespace) for user in done.users] == [(holder.pid, False)]
    assert '1 client instance' in done.message and str(holder.pid) in done.message
    again = gone(host, host.point)
    assert (again.state, again.changed, len(again.instances)) == ('alive', False, 1)
    holder.communicate()
    assert gone(host, host.point).state == 'gone'


def test_a_mount_that_was_detached_lazily_is_not_gone(host, hold):
    """L2: what stopping an .automount unit does."""
    holder = hold(host.point / 'f', 'wb')
    subprocess.run(['umount', '-l', str(host.point)], check=True)
    done = gone(host, host.point)
    assert (done.state, done.changed) == ('alive', False)
    assert [(user.pid, user.what) for user in done.users] == [
        (holder.pid, 'file on a mount that was detached')]
    holder.communicate()
    assert gone(host, host.point).state == 'gone'


def test_another_mount_of_the_same_cache_is_no_leftover(host, tmp_path):
    second = host.cache.mount(str(tmp_path / 'second'))
    assert gone(host, host.point).state == 'gone'
    assert list(instances.alive(host.programs)) == [
        instances.of_mount(host.programs.children, os.fsencode(second))]


def test_another_cache_is_left_alone(host):
    done = unmount.unmount(host.programs, os.fsencode(str(host.point)), b'other')
    assert (done.state, done.changed) == ('other', False)
    assert '10.0.0.1@tcp:/mntcache' in done.message and '"other"' in done.message


def test_what_is_no_cache_is_left_alone(host, tmp_path):
    subprocess.run(['mount', '-t', 'tmpfs', 'none', str(tmp_path)], check=True)
    done = unmount.unmount(host.programs, bytes(tmp_path))
    subprocess.run(['umount', str(tmp_path)], check=True)
    assert (done.state, done.changed) == ('other', False)


def test_a_mount_below_it_is_named(host):
    (host.point / 'folder').mkdir()
    subprocess.run(['mount', '-t', 'tmpfs', 'none', str(host.point / 'folder')], check=True)
    try:
        done = gone(host, host.point)
    finally:
        subprocess.run(['umount', str(host.point / 'folder')], check=True)
    assert done.state == 'busy' and '%s/folder is mounted below' % host.point in done.message


def test_two_mounts_over_one_folder_both_go(host):
    host.cache.mount(str(host.point))
    assert gone(host, host.point).state == 'gone'
    assert instances.alive(host.programs) == set()


def test_without_the_client_tools_nothing_is_called_proven(host):
    host.machine.remove('lctl')
    done = gone(host, host.point)
    assert (done.state, done.proven) == ('gone', False)
    assert 'no client tool' in done.message


def sleeper(host):
    """Start a process that sleeps inside the frozen mount, and cannot be killed (H80)."""
    asleep = subprocess.Popen(['stat', str(host.point / 'f')], stderr=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL)
    await_text(asleep.pid, 'wchan', lambda text: text == 'request_wait_answer')
    asleep.send_signal(signal.SIGKILL)
    await_text(asleep.pid, 'stat', lambda text: text.rpartition(')')[2].split()[0] == 'D')
    return asleep


def await_text(pid, name, is_it):
    ends = time.monotonic() + PATIENCE
    while not is_it(pathlib.Path('/proc/%d/%s' % (pid, name)).read_text()):
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_a_mount_that_never_answers_is_left_behind_in_time(host):
    """L11: it ends within its deadline, and names who sleeps."""
    instance = host.cache.instance(str(host.point))
    host.cache.control('freeze-mount', instance, 'on')
    asleep = sleeper(host)
    began = time.monotonic()
    done = gone(host, host.point)
    host.cache.control('freeze-mount', instance, 'off')
    asleep.wait()
    assert time.monotonic() - began < PATIENCE + 60
    assert (done.state, done.changed) == ('busy', False)
    assert '%d stat (sleeps in the kernel)' % asleep.pid in done.message


def test_an_umount_that_sleeps_in_the_kernel_is_left_behind(host):
    """L11: umount(2) itself may never return; a program stands in that does the same."""
    instance = host.cache.instance(str(host.point))
    host.machine.program('/usr/bin', 'umount', '#!/bin/sh\nread word < %s/f\n' % host.point)
    host.cache.control('freeze-mount', instance, 'on')
    began = time.monotonic()
    done = unmount.unmount(host.programs, os.fsencode(str(host.point)), seconds=1)
    assert time.monotonic() - began < PATIENCE
    assert (done.state, done.changed) == ('stuck', False)
    assert pathlib.Path('/proc/%d' % done.pid).exists()
    assert 'process %d sleeps in the kernel' % done.pid in done.message
    host.cache.control('freeze-mount', instance, 'off')
