# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""F50, F51: who has a file open for writing here, by /proc."""

import os
import signal

from kit.cache import ARTIST
from kit.case import case, row, rows
from kit.child import drop_to
from kit.forked import forked
from kit.memory import mapped
from kit.scripts import Held

PAGE = 4096
WRITABLE = os.O_WRONLY | os.O_RDWR


def numbers():
    return [int(name) for name in os.listdir('/proc') if name.isdigit()]


def descriptors(path):
    """The processes that have a file open for writing."""
    wanted = os.stat(path)
    return {pid for pid in numbers() if any(_writes(pid, fd, wanted) for fd in _fds(pid))}


def _fds(pid):
    try:
        return os.listdir('/proc/%d/fd' % pid)
    except OSError:
        return []  # gone, or somebody else's


def _writes(pid, fd, wanted):
    try:
        if not os.path.samestat(os.stat('/proc/%d/fd/%s' % (pid, fd)), wanted):
            return False
        with open('/proc/%d/fdinfo/%s' % (pid, fd)) as lines:
            flags = [line.split()[1] for line in lines if line.startswith('flags:')]
    except OSError:
        return False  # closed meanwhile
    return int(flags[0], 8) & WRITABLE != 0


def mappings(path):
    """The processes that have a file mapped, shared and writable."""
    wanted = os.stat(path)
    found = set()
    for pid in numbers():
        try:
            with open('/proc/%d/maps' % pid, 'rb') as lines:
                words = [line.split(None, 5)[:5] for line in lines]
        except OSError:
            continue
        for _range, rights, _offset, device, inode in words:
            major, minor = (int(part, 16) for part in device.split(b':'))
            if (int(inode), os.makedev(major, minor)) == (wanted.st_ino, wanted.st_dev):
                if rights[1:2] == b'w' and rights[3:4] == b's':
                    found.add(pid)
    return found


@rows(case('F50-appending', 'a process has the file open for appending', 'it is found',
           opens='exec 3>> f', found=True),
      case('F50-both', 'the same for reading and writing', 'it is found', opens='exec 3<> f',
           found=True),
      case('F50-reading', 'the same for reading', 'it is not found', opens='exec 3< f',
           found=False))
def test_open_files(case, folder):
    path = folder.new('f')
    with Held('sh', '-ec', case.data['opens'] + '; echo; read line', cwd=folder.path) as holder:
        assert descriptors(path) == ({holder.pid} if case.data['found'] else set())
    assert descriptors(path) == set()


@row('F50-namespace', 'the same by a bind mount in a namespace', 'it is found')
def test_open_file_of_another_namespace(folder, tmp_path):
    path = folder.new('f')
    line = 'mount --bind . "$1"; exec 3>> "$1/f"; echo; read line'
    with Held('unshare', '--mount', 'sh', '-ec', line, '-', str(tmp_path),
              cwd=folder.path) as holder:
        assert descriptors(path) == {holder.pid}


@row('F51-mapped', 'the descriptor is closed, the shared writable mapping lives',
     'maps shows it, fd does not')
def test_mapped_file(folder):
    path = folder.new('f', b'x' * PAGE)
    fd = os.open(path, os.O_RDWR)
    try:
        view = mapped(fd, PAGE)
    finally:
        os.close(fd)
    assert (descriptors(path), mappings(path)) == (set(), {os.getpid()})
    view.close()
    assert mappings(path) == set()


@row('F51-user', 'uid %d looks for what root has open' % ARTIST, 'nothing is found')
def test_look_of_a_user(folder):
    path = folder.new('f')

    def look():
        drop_to(ARTIST)
        return descriptors(path)

    with Held('sh', '-ec', 'exec 3>> f; echo; read line', cwd=folder.path) as holder:
        assert descriptors(path) == {holder.pid}
        assert forked(look) == set()


@row('F50-killed', 'the holder is killed', 'nothing is found any more')
def test_killed_holder(folder):
    path = folder.new('f')
    with Held('sh', '-ec', 'exec 3>> f; echo; read line', cwd=folder.path) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.process.wait(60)
        assert descriptors(path) == set()
