# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""F7 - F9, F16, F20: other mounts of the file system, and mounts that go away."""

import os

import pytest
from kit.case import case, row, rows
from kit.fanotify import FD_FS, FD_MOUNT, FID_FS
from kit.lfs import run
from kit.listener import path_of
from kit.scripts import Held

FD_WAYS = (FD_FS, FD_MOUNT)
EACH_WAY = (FID_FS,) + FD_WAYS


@pytest.fixture
def place(tmp_path):
    """A folder outside of the mount, to mount something on."""
    made = tmp_path / 'place'
    made.mkdir()
    yield os.fsencode(str(made))
    while os.path.ismount(str(made)):
        run(('umount', '-l', str(made)), 60)


def umount(cache, point, *words):
    """Return the exit status; 32 is: target is busy."""
    return run(('umount',) + words + (point,), cache.patience.limit(60)).rc


def below(mount, cache, path):
    """The same file by another mount of the cache."""
    return mount + path[len(cache.mount.rstrip(b'/')):]


def held(folder, line, place=b'', unshare=('unshare', '--mount')):
    """A script that has written `f` in the folder, by a mount of its own; $1 is a place for it."""
    return Held(*(unshare + ('sh', '-ec', line + '; echo; read line', '-', place)),
                cwd=folder.path)


# What a container runtime does, and what people do.
APART = (
    ('bind', 'a bind mount of a folder', ('env',),
     'mount --bind . "$1"; echo x > "$1/f"'),
    ('namespace', 'a mount namespace', ('unshare', '--mount'), 'echo x > f'),
    ('shared', 'a mount namespace that shares its mounts',
     ('unshare', '--mount', '--propagation', 'shared'), 'echo x > f'),
    ('user-namespace', 'a user namespace', ('unshare', '--map-root-user', '--mount'),
     'echo x > f'),
    ('bind-inside', 'a bind mount in a mount namespace', ('unshare', '--mount'),
     'mount --bind . "$1"; echo x > "$1/f"'),
    ('chroot', 'a bind mount in a root directory of its own', ('unshare', '--mount'),
     'mount --bind / "$1"; mount --bind . "$1/mnt"; chroot "$1" sh -ec "echo x > /mnt/f"'),
)


@rows(*[case('F7-' + word, 'written through ' + does,
             'a mark on the mount is blind, one on the file system is not', unshare=unshare,
             line=line) for word, does, unshare, line in APART])
def test_another_mount_of_the_file_system(case, cache, folder, listeners, place):
    able = run(case.data['unshare'] + ('true',), cache.patience.limit(30))
    if able.rc:
        pytest.skip('%s is not allowed here: %s' % (
            ' '.join(case.data['unshare']), able.err.decode('utf-8', 'replace').strip()))
    with held(folder, case.data['line'], place, case.data['unshare']):
        inode = os.stat(folder('f')).st_ino
        shown = {way: inode in listener.inodes() for way, listener in listeners.items()}
    assert shown == {way: way != FD_MOUNT for way in listeners}


INSIDE = 'echo; read line; echo x > "$2/f"; echo; read line'


@rows(case('F8-namespace', 'a mark on /proc/PID/root/MOUNT of a process in another namespace',
           'what is written there is seen', bind=False),
      case('F8-bind', 'the same of a bind mount that is only there', 'the same', bind=True))
def test_mark_from_outside_the_namespace(case, cache, folder, listen, place):
    bind, where = ('mount --bind "$2" "$1"; set - "$1" "$1"; ', place) if case.data['bind'] else (
        '', cache.mount)
    inside = Held('unshare', '--mount', 'sh', '-ec', bind + INSIDE, '-', place, folder.path)
    with inside:
        listener = listen(FD_MOUNT, b'/proc/%d/root%s' % (inside.pid, where))
        inside.go_on()
        assert os.stat(folder('f')).st_ino in listener.inodes()


@row('F8-later', 'a bind mount that is made in there after the mark', 'is not seen')
def test_mount_that_is_made_after_the_mark(cache, folder, listen, place):
    line = 'echo; read line; mount --bind "$2" "$1"; echo x > "$1/f"; echo; read line'
    inside = Held('unshare', '--mount', 'sh', '-ec', line, '-', place, folder.path)
    with inside:
        listener = listen(FD_MOUNT, b'/proc/%d/root%s' % (inside.pid, cache.mount))
        inside.go_on()
        assert os.stat(folder('f')).st_ino not in listener.inodes()


@row('F9-second-mount', 'written through another client mount on this host',
     'no event: that is another file system for the kernel')
def test_another_client_mount(cache, folder, listeners, second):
    with open(below(second, cache, folder('f')), 'wb') as stream:
        stream.write(b'x')
    assert {way: one.inodes() for way, one in listeners.items()} == {way: [] for way in listeners}
    assert os.path.exists(folder('f'))


@row('F16-alive', 'written through a bind mount in a namespace that lives',
     "the path is the writer's; the inode is the file's")
def test_path_of_another_namespace(folder, listen, place):
    listener = listen(FD_FS)
    with held(folder, 'mount --bind . "$1"; echo x > "$1/f"', place):
        fd, = listener.held()
        assert os.fstat(fd).st_ino == os.stat(folder('f')).st_ino
        assert path_of(fd, close=True) == place + b'/f'


@row('F16-ended', 'the same, and the namespace has ended', 'the path is cut: /f')
def test_path_of_a_namespace_that_has_ended(folder, listen, place):
    listener = listen(FD_FS)
    with held(folder, 'mount --bind . "$1"; echo x > "$1/f"', place):
        pass
    fd, = listener.held()
    assert os.fstat(fd).st_ino == os.stat(folder('f')).st_ino
    assert path_of(fd, close=True) == b'/f'


@rows(*[case('F20-marked.' + way, 'umount of a mount that is only marked: ' + way, 'rc 0',
             way=way) for way in EACH_WAY])
def test_mark_does_not_hold_a_mount(case, cache, listen, third):
    listen(case.data['way'], third)
    assert umount(cache, third) == 0


def write_on(cache, mount, folder):
    with open(below(mount, cache, folder('f')), 'wb') as stream:
        stream.write(b'x')


@rows(*[case('F20-unread.' + way, 'umount with one unread event: ' + way,
             'rc 32 until it is read' if way in FD_WAYS else 'rc 0', way=way)
        for way in EACH_WAY])
def test_unread_event(case, cache, folder, listen, third):
    listener = listen(case.data['way'], third)
    write_on(cache, third, folder)
    if case.data['way'] in FD_WAYS:
        assert umount(cache, third) == 32
        listener.inodes()
    assert umount(cache, third) == 0


@rows(*[case('F20-held.' + way, 'umount while the file of one event is held: ' + way,
             'rc 32 until it is closed', way=way) for way in FD_WAYS])
def test_held_event(case, cache, folder, listen, third):
    listener = listen(case.data['way'], third)
    write_on(cache, third, folder)
    fd, = listener.held()
    assert umount(cache, third) == 32
    os.close(fd)
    assert umount(cache, third) == 0


@row('F20-bind', "umount of the writer's own bind mount with one unread event",
     'rc 32 until it is read')
def test_unread_event_of_a_bind_mount(cache, folder, listen, place):
    listener = listen(FD_FS)
    assert run(('mount', '--bind', folder.path, place), cache.patience.limit(30)).rc == 0
    try:
        with open(place + b'/f', 'wb') as stream:
            stream.write(b'x')
        busy = umount(cache, place)
        listener.inodes()
    finally:
        assert umount(cache, place) == 0
    assert busy == 32


@row('F20-lazy', 'umount -l with one unread event', 'rc 0')
def test_lazy_unmount_with_an_unread_event(cache, folder, listen, third):
    listen(FD_MOUNT, third)
    write_on(cache, third, folder)
    assert umount(cache, third, '-l') == 0


@rows(*[case('F20-again.' + way, 'umount and mount: ' + way,
             'the mark is gone without a word, nothing is seen any more', way=way)
        for way in EACH_WAY])
def test_mark_does_not_outlive_its_mount(case, cache, folder, listen, third, mount_at):
    listener = listen(case.data['way'], third)
    assert umount(cache, third) == 0
    mount_at(third)
    write_on(cache, third, folder)
    assert listener.inodes() == []
