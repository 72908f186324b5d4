# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses a mount, and what is open for writing on it (field-reports L11, L26, fanotify F50)."""

import os
import subprocess
import sys

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import (
    mountinfo,
    processes,
    writers,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import mountpoint
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children

# Says so when it holds what its words tell it to, and ends when it is told.
HOLDER = '''
import ctypes, mmap, os, sys
folder, name, how = sys.argv[1:]
path = os.path.join(folder, name)
if how == 'cwd':
    os.chdir(folder)
elif how == 'read':
    kept = open(path, 'rb')
elif how == 'write':
    kept = open(path, 'r+b')
else:
    # mmap.mmap would keep a descriptor of its own.
    rights = mmap.PROT_READ | (mmap.PROT_WRITE if how == 'map' else 0)
    with open(path, 'r+b') as file:
        kept = ctypes.CDLL(None).mmap(None, ctypes.c_size_t(5), rights, mmap.MAP_SHARED,
                                      file.fileno(), ctypes.c_size_t(0))
    assert kept != -1
print('ready', flush=True)
sys.stdin.read()
'''


@pytest.fixture
def children():
    made = Children()
    yield made
    made.close()


@pytest.fixture
def hold(tmp_path):
    """Return a function that has a process hold a file of tmp_path; gives its pid."""
    (tmp_path / 'f').write_bytes(b'12345')
    running = []

    def start(how):
        holder = subprocess.Popen([sys.executable, '-c', HOLDER, str(tmp_path), 'f', how],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        running.append(holder)
        assert holder.stdout.readline() == b'ready\n'
        return holder.pid

    yield start
    for holder in running:
        holder.communicate()


@pytest.fixture
def mount(tmp_path):
    """The mount that tmp_path lies on."""
    return mountinfo.at(mountpoint.mount_point(os.path.realpath(bytes(tmp_path))))


@pytest.mark.parametrize('how, what', [
    ('cwd', 'working directory'), ('read', 'open file'), ('write', 'file open for writing')])
def test_who_uses_a_mount(hold, mount, monkeypatch, tmp_path, how, what):
    # The holder's program and root lie on the machine's root: so a link counts only below here.
    here = mount._replace(point=os.path.realpath(bytes(tmp_path)))
    pid = hold(how)
    monkeypatch.setattr(processes, 'pids', lambda: [pid])
    assert processes.using(here) == [processes.Process(
        pid, os.path.basename(sys.executable)[:15], os.getuid(), what, True)]


def test_who_does_not_use_it_is_not_named(hold, mount, monkeypatch):
    pid = hold('write')
    monkeypatch.setattr(processes, 'pids', lambda: [pid])
    elsewhere = mount._replace(point=b'/mnt/none', number=10 ** 9)
    assert processes.using(elsewhere) == []


def test_a_process_that_is_gone_is_nobody(mount, monkeypatch):
    monkeypatch.setattr(processes, 'pids', lambda: [2 ** 30])
    assert processes.using(mount) == []
    assert processes.comm(2 ** 30) == '' and list(processes.descriptors(2 ** 30)) == []


def test_a_name_below_is_covered_and_a_longer_name_is_not():
    assert processes._covers(b'/mnt/a', b'/mnt/a') and processes._covers(b'/mnt/a', b'/mnt/a/b')
    assert processes._covers(b'/', b'/usr/bin/x')
    assert not processes._covers(b'/mnt/a', b'/mnt/ab')


@pytest.mark.parametrize('how, writes, mapped', [
    ('write', True, False), ('map', True, True), ('view', False, True)])
def test_what_is_held(children, hold, mount, tmp_path, how, writes, mapped):
    """F50: a descriptor; F51: a mapping that has outlived it."""
    pid = hold(how)
    facts = os.stat(str(tmp_path / 'f'))
    found = writers.holders(children, [mount])
    assert (found.unknown, found.complete) == ([], True)
    assert writers.Held(facts.st_dev, facts.st_ino, pid, os.path.basename(sys.executable)[:15],
                        writes, mapped) in found.found
    still_written = [held.inode for held in writers.writers(children, [mount]).found]
    assert (facts.st_ino in still_written) is writes


def test_what_is_only_read_is_not_held_for_writing(children, hold, mount, tmp_path):
    hold('read')
    inode = os.stat(str(tmp_path / 'f')).st_ino
    assert inode not in [held.inode for held in writers.holders(children, [mount]).found]


def test_an_old_kernel_that_shows_no_inode_is_asked_by_stat(children, hold, mount, tmp_path,
                                                            monkeypatch):
    pid = hold('write')
    shown = processes.descriptors
    monkeypatch.setattr(processes, 'descriptors', lambda number: (
        one._replace(inode=None) for one in shown(number)))
    found = writers.writers(children, [mount]).found
    assert (pid, os.stat(str(tmp_path / 'f')).st_ino) in [(one.pid, one.inode) for one in found]


def test_a_process_that_sleeps_in_the_kernel_is_named_and_the_rest_is_seen(
        children, hold, mount, tmp_path, monkeypatch):
    """lustre-hsm H80: reading maps of a process in a page fault may never return."""
    pid = hold('write')
    asleep = os.getppid()
    monkeypatch.setattr(processes, 'pids', lambda: sorted([asleep, pid]))
    mapped = writers._mapped

    def wait_for_it(number, devices):
        if number == asleep:
            os.read(os.pipe()[0], 1)
        return mapped(number, devices)

    monkeypatch.setattr(writers, '_mapped', wait_for_it)
    found = writers.writers(children, [mount], seconds=0.1)
    assert found.unknown == [(asleep, processes.comm(asleep))]
    assert found.complete is True
    assert [one.inode for one in found.found] == [os.stat(str(tmp_path / 'f')).st_ino]


def test_too_many_that_sleep_and_it_says_so(children, mount, monkeypatch):
    monkeypatch.setattr(processes, 'pids', lambda: list(range(10 ** 6, 10 ** 6 + 50)))
    monkeypatch.setattr(writers, '_mapped', lambda _pid, _devices: os.read(os.pipe()[0], 1))
    found = writers.writers(children, [mount], seconds=0.1)
    assert len(found.unknown) == writers.MOST_UNKNOWN and found.complete is False
