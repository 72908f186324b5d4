# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs write on a watched mount, and every file is on the list."""

import os
import subprocess
import time

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running

ARTIST = 64123


def sh(folder, line, **kwargs):
    subprocess.run(['sh', '-ec', line], cwd=str(folder), check=True, **kwargs)


def inodes(folder):
    """Return {inode: path} of the files below a folder."""
    return {path.stat().st_ino: os.fsencode(str(path))
            for path in folder.rglob('*') if path.is_file()}


@pytest.mark.parametrize('line', [
    'dd if=/dev/zero of=a bs=4096 count=8 status=none',
    'cp /etc/passwd a',
    'echo x > a; echo y >> a',
    'echo x > a; : > a',
    'echo x > a.tmp; mv a.tmp a',
    'echo old > a; echo x > b; mv b a',
    'mkdir d e; echo x > d/a; mv d/a e/a',
    'mkdir d; echo x > d/a; mv d e',
    'echo x > a; ln a b',
    'tar cf - -C /etc passwd group | tar xf -',
    'touch a',
    'for i in $(seq 300); do echo $i > $i; done',
])
def test_programs(watched, line):
    """fanotify F1, F2: what has no name any more may be listed, and writeback drops it."""
    sh(watched.mount, line)
    expected = inodes(watched.mount)
    listed = {entry.inode: entry.path for entry in watched.listed()}
    assert expected and set(expected) <= set(listed)
    assert watched.fallback(time.time() - 0.1) is None


def test_reading_is_not_writing(watched):
    """fanotify F2"""
    sh(watched.mount, 'echo x > a')
    watched.ask('saved', watched.listed())
    sh(watched.mount, 'cat a > /dev/null; ls -l > /dev/null; mkdir d; chmod 600 a; ln a b; '
                       'ln -s a c; mv a d')
    assert watched.listed() == []


@pytest.mark.parametrize('name', [
    b'new\nline', b'\xff\xfe bytes', b' (deleted)', b'a (deleted)', b'-rf', b"it's \"quoted\"",
    b'tab\there', 'größe.exr'.encode(), b'x' * 255, b'\\back\\012slash'])
def test_odd_names(watched, name):
    """fanotify F10"""
    path = os.path.join(os.fsencode(str(watched.mount)), name)
    with open(path, 'wb') as stream:
        stream.write(b'x')
    entry, = watched.listed()
    info = os.stat(path)
    assert (entry.path, entry.device, entry.inode) == (path, info.st_dev, info.st_ino)
    assert entry.mount == os.fsencode(watched.mounts[0])
    assert abs(entry.closed_at - info.st_mtime) < 10


def test_who_wrote_it(watched):
    """fanotify F6, F15"""
    watched.mount.chmod(0o777)
    script = 'exec 3> frame; echo x >&3; exec 3>&-; read line'
    with running(['sh', '-c', script], cwd=str(watched.mount), user=ARTIST,
                 stdin=subprocess.PIPE) as writer:
        entry, = watched.listed()
        assert (entry.pid, entry.program, entry.uid) == (writer.pid, b'sh', ARTIST)


def test_a_killed_writer(watched):
    """fanotify F5: on the list, though it is not complete."""
    with running(['sh', '-c', 'exec 3> frame; echo x >&3; echo; exec sleep 600'],
                 cwd=str(watched.mount), stdout=subprocess.PIPE) as writer:
        writer.stdout.read(1)
        assert watched.listed() == []
    assert list(watched.names()) == [b'frame']


def test_two_mounts_do_not_mix(host):
    """fanotify F9"""
    one, two = host.add_mount(), host.add_mount()
    host.start()
    sh(one, 'echo x > a')
    sh(two, 'echo x > b')
    assert {(entry.mount, entry.path) for entry in host.listed()} == {
        (os.fsencode(str(one)), os.fsencode(str(one / 'a'))),
        (os.fsencode(str(two)), os.fsencode(str(two / 'b')))}


class TestThroughAnotherMount:
    """fanotify F7, F16: containers and bind mounts show other paths of the same files."""

    BIND = 'mount --bind "$1/sub" "$2"; echo x > "$2/frame"; '

    @pytest.fixture
    def place(self, watched, tmp_path):
        (watched.mount / 'sub').mkdir()
        (tmp_path / 'data').mkdir()
        return tmp_path / 'data'

    def listed_as(self, watched):
        return list(watched.names())

    def test_a_bind_mount_of_a_folder(self, watched, place):
        try:
            subprocess.run(['sh', '-ec', self.BIND, '-', watched.mount, place], check=True)
            assert self.listed_as(watched) == [b'sub/frame']
        finally:
            subprocess.run(['umount', place], check=True)

    def test_a_namespace_that_lives(self, watched, place):
        container = subprocess.Popen(
            ['unshare', '-m', 'sh', '-ec', self.BIND + 'echo; read line', '-',
             watched.mount, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            container.stdout.read(1)
            assert self.listed_as(watched) == [b'sub/frame']
        finally:
            container.communicate(b'\n')

    def test_a_writer_that_has_ended_in_a_namespace_that_lives(self, watched, place):
        with watched.held_up():
            container = subprocess.Popen(
                ['unshare', '-m', 'sh', '-ec',
                 'mount --bind "$1/sub" "$2"; sh -c "echo x > $2/frame"; echo; read line', '-',
                 watched.mount, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            container.stdout.read(1)
        try:
            assert self.listed_as(watched) == [b'sub/frame']
        finally:
            container.communicate(b'\n')

    def test_a_root_of_its_own_at_the_same_path(self, watched, place):
        """A path that looks like ours, and means a folder below."""
        (watched.mount / 'frame').write_bytes(b'another file of that name')
        watched.ask('saved', watched.listed())
        script = 'mount --bind "$1/sub" "$1"; echo x > "$1/frame"; echo; read line'
        container = subprocess.Popen(
            ['unshare', '-m', 'sh', '-ec', script, '-', watched.mount],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            container.stdout.read(1)
            assert self.listed_as(watched) == [b'sub/frame']
        finally:
            container.communicate(b'\n')


class TestBeforeItIsRead:
    """What happens to a file between its close and the reading of the event."""

    def test_a_renamed_file_has_its_new_name(self, watched):
        """fanotify F11"""
        with watched.held_up():
            sh(watched.mount, 'echo x > a.tmp; mv a.tmp a')
        assert list(watched.names()) == [b'a']

    def test_thousands_of_events_wait(self, watched):
        """fanotify F21, F34"""
        since = time.time()
        with watched.held_up():
            sh(watched.mount, 'i=0; while [ $i -lt 2000 ]; do : > $i; i=$((i+1)); done')
        assert len(watched.listed()) == 2000
        assert watched.fallback(since) is None
