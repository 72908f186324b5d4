# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""F10, F11, F15, F17, F18, F29: which file an event is of, and whose."""

import ctypes
import errno
import os

import pytest
from kit import fanotify
from kit.case import case, row, rows
from kit.child import Child
from kit.fanotify import FD_FS, FID_FS
from kit.forked import forked
from kit.listener import DELETED, GONE, path_of
from kit.writers import python as write
from kit.writers import replace

NEW_PID_NAMESPACE = 0x20000000


@rows(*[case('F10-' + word, 'a name with ' + word, 'the path is exact', name=name)
        for word, name in (
            ('newline', b'new\nline'), ('bytes', b'\xff\xfe'), ('255', b'x' * 255),
            ('blanks', b'  two  '), ('quotes', b'it\'s "so"'), ('deleted', b'real (deleted)'))])
def test_odd_names(case, folder, listeners):
    write(folder(case.data['name']))
    assert {way: one.names() for way, one in listeners.items()} == {
        way: [case.data['name']] for way in listeners}


def deep(path, length):
    """Make folders in folders until a file in the last has a path of this length; return both."""
    fd = os.open(path, os.O_RDONLY)
    while len(path) < length:
        name = b'd' * min(250, max(1, length - len(path) - 3))
        os.mkdir(name, dir_fd=fd)
        below = os.open(name, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd, path = below, path + b'/' + name
    os.close(os.open('f', os.O_CREAT | os.O_WRONLY, dir_fd=fd))
    return fd, path + b'/f'


@row('F10-long', 'a path of 3,900 bytes', 'the path is exact')
def test_long_path(folder, listeners):
    fd, path = deep(folder.path, 3900)
    os.close(fd)
    assert {way: one.names() for way, one in listeners.items()} == {
        way: [path[len(folder.path) + 1:]] for way in listeners}


@row('F10-too-long', 'a path over 4,096 bytes', 'ENAMETOOLONG, so which file it is stays unknown')
def test_path_that_is_too_long(folder, listen):
    listener = listen(FD_FS)
    try:
        fd, _path = deep(folder.path, 4300)
    except OSError as error:
        pytest.skip('no file with such a path can be made on this mount: %s' % error.strerror)
    os.close(fd)
    with pytest.raises(OSError) as failure:
        listener.seen()
    assert failure.value.errno == errno.ENAMETOOLONG


MOVES = (
    ('same-folder', 'renamed', 'f', 'g', ('f', 'g')),
    ('other-folder', 'moved to another folder', 'a/f', 'b/f', ('a/f', 'b/f')),
    ('over', 'renamed over an existing file', 'f', 'old', ('f', 'old')),
    ('folder', 'in a folder that is renamed', 'a/f', 'c/f', ('a', 'c')),
)


def places(folder):
    os.mkdir(folder('a'))
    os.mkdir(folder('b'))
    folder.new('old')


@rows(*[case('F11-before.' + word, does + ' before the event is read', 'the new path', old=old,
             new=new, move=move) for word, does, old, new, move in MOVES])
def test_renamed_before_the_read(case, folder, listen):
    places(folder)
    listener = listen(FD_FS)
    write(folder(case.data['old']))
    os.rename(*map(folder, case.data['move']))
    assert listener.names() == [os.fsencode(case.data['new'])]


@rows(*[case('F11-after.' + word, does + ' while the event is held', 'the new path', old=old,
             new=new, move=move) for word, does, old, new, move in MOVES])
def test_renamed_after_the_read(case, folder, listen):
    places(folder)
    listener = listen(FD_FS)
    write(folder(case.data['old']))
    fd, = listener.held()
    os.rename(*map(folder, case.data['move']))
    assert path_of(fd, close=True) == folder(case.data['new'])


@rows(case('F11-unlinked', 'unlinked while the event is held', 'PATH (deleted), no link, readable',
           lose=os.unlink),
      case('F11-replaced', 'replaced while the event is held', 'the same', lose=replace))
def test_lost_after_the_read(case, folder, listen):
    listener = listen(FD_FS)
    path = folder.new('f')
    fd, = listener.held()
    case.data['lose'](path)
    assert os.fstat(fd).st_nlink == 0
    assert os.pread(fd, 100, 0) == folder.contents[path][:100]
    assert path_of(fd, close=True) == path + DELETED


@row('F29-handle', 'the handle in an event (fid-fs)',
     'is the one of the file, its folder is there too, and the name is that of the close')
def test_handles(folder, listen):
    listener = listen(FID_FS)
    path = folder.new('f')
    os.rename(path, folder('g'))
    event, = fanotify.read(listener.queue)
    assert (event.file, event.folder, event.name) == (
        fanotify.handle_of(folder('g')), fanotify.handle_of(folder.path), b'f')


@row('F15-gone', 'the writer has ended before the event is read', 'its pid all the same')
def test_pid_of_a_process_that_is_gone(cache, folder, listeners):
    child = Child(write, folder('f'))
    child.wait(cache.patience.limit(60))
    assert not os.path.exists('/proc/%d' % child.pid)
    for listener in listeners.values():
        assert [one.pid for one in listener.seen()] == [child.pid]


@row('F15-namespace', 'a listener in another pid namespace', 'pid 0')
def test_pid_for_another_namespace(folder, listen):
    listener = listen(FD_FS)

    def in_a_namespace():
        if ctypes.CDLL(None).unshare(NEW_PID_NAMESPACE):
            return 'refused'
        return forked(lambda: [one.pid for one in listener.seen()])

    write(folder('f'))
    answer = forked(in_a_namespace)
    if answer == 'refused':
        pytest.skip('no pid namespace can be made here')
    assert answer == [0]


def there(cache, second, path):
    """The same file by the other client."""
    return second + path[len(cache.mount.rstrip(b'/')):]


@row('F17-held', 'another client renames the file while its event is held',
     'the old path; the file has the new one')
def test_renamed_elsewhere_after_the_read(cache, folder, listen, second):
    listener = listen(FD_FS)
    path = folder.new('f')
    fd, = listener.held()
    os.rename(there(cache, second, path), there(cache, second, folder('g')))
    assert path_of(fd) == path
    assert os.path.samestat(os.fstat(fd), os.stat(folder('g')))
    os.close(fd)


# Which of the two depends on what this client has looked up since; so a path proves nothing.
@row('F17-before', 'another client renames the file before its event is read',
     'the old path or the new one; the inode is the same')
def test_renamed_elsewhere_before_the_read(cache, folder, listen, second):
    listener = listen(FD_FS)
    path = folder.new('f')
    os.rename(there(cache, second, path), there(cache, second, folder('g')))
    fd, = listener.held()
    assert os.path.samestat(os.fstat(fd), os.stat(folder('g')))
    assert path_of(fd, close=True) in (path, folder('g'))


@rows(case('F17-unlinked', 'another client unlinks the file while its event is held',
           'the path looks whole; no link is left', lose=os.unlink),
      case('F17-replaced', 'another client replaces it', 'the same, and another inode is there',
           lose=replace))
def test_lost_elsewhere(case, cache, folder, listen, second):
    listener = listen(FD_FS)
    path = folder.new('f')
    fd, = listener.held()
    case.data['lose'](there(cache, second, path))
    assert path_of(fd) == path
    assert os.fstat(fd).st_nlink == 0
    assert not os.path.exists(path) or not os.path.samestat(os.fstat(fd), os.stat(path))
    os.close(fd)


@row('F18-hard-link', 'written, a hard link made, the first name removed',
     'the path that is gone (deleted), or the event is lost; never the living name')
def test_first_name_removed(folder, listen):
    listener = listen(FD_FS)
    path = folder.new('f')
    os.link(path, folder('g'))
    os.unlink(path)
    try:
        fd, = listener.held()
    except OSError as error:
        assert error.errno in GONE
        return
    assert os.fstat(fd).st_nlink == 1
    assert path_of(fd, close=True) == path + DELETED
