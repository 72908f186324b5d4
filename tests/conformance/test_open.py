# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H12, H49, H50, C7: files that a process has open."""

import mmap
import os
import time

import pytest
from kit.cache import CLEAN, DIRTY, RELEASED
from kit.case import case, row, rows


@pytest.fixture
def held():
    """Opens files in this process; all are closed at the end."""
    fds = []

    def hold(path, flags):
        fds.append(os.open(path, flags))
        return fds[-1]

    yield hold
    for fd in fds:
        try:
            os.close(fd)
        except OSError:
            pass  # the test closed it


def elsewhere(cache, second, path):
    """The same file by the other mount."""
    return second + path[len(cache.mount.rstrip(b'/')):]


@rows(case('H12-open', 'a clean file is written and stays open', '0x9 until close, then 0xb',
           sync=False),
      case('H12-fsync', 'a clean file is written, fsynced, and stays open',
           '0x9 until close, then 0xb', sync=True))
def test_dirty_at_close(case, cache, folder, held):
    path = folder.clean('f')
    fd = held(path, os.O_WRONLY | os.O_APPEND)
    os.write(fd, b'more')
    if case.data['sync']:
        os.fsync(fd)
    end = time.time() + cache.patience.hold(2)
    while time.time() < end:
        assert cache.state(path) == CLEAN
        time.sleep(0.3)
    os.close(fd)
    assert cache.state(path) == DIRTY


@row('H12-other-client', 'the same, watched by another client', '0x9 until close, 0xb at once')
def test_dirty_at_close_seen_elsewhere(cache, folder, second, held):
    path = folder.clean('f')
    there = elsewhere(cache, second, path)
    fd = held(path, os.O_WRONLY | os.O_APPEND)
    os.write(fd, b'more')
    assert cache.state(there) == CLEAN
    os.close(fd)
    assert cache.state(there) == DIRTY


@row('H12-duplicated', 'the writer closes one of two duplicated descriptors, then the other',
     '0xb after the last close')
def test_dirty_after_the_last_close(cache, folder, held):
    path = folder.clean('f')
    one = held(path, os.O_WRONLY | os.O_APPEND)
    two = os.dup(one)
    os.write(one, b'more')
    os.close(one)
    os.close(two)
    assert cache.state(path) == DIRTY


@rows(*[case('H49-' + word, 'release of a clean file that is open for %s, unwritten' % word,
             'released, rc 0', flags=flags)
        for word, flags in (('reading', os.O_RDONLY), ('writing', os.O_WRONLY),
                            ('both', os.O_RDWR))])
def test_release_of_an_open_file(case, cache, folder, held):
    path = folder.clean('f')
    held(path, case.data['flags'])
    cache.ask('release', path)
    assert cache.state(path) == RELEASED


@row('H49-next-read', 'a process reads on after the release', 'restored, 0x9')
def test_next_read(cache, folder, held):
    path = folder.clean('f')
    fd = held(path, os.O_RDONLY)
    first = os.read(fd, 100)
    cache.ask('release', path)
    assert first + os.read(fd, 100) == folder.contents[path][:200]
    cache.wait_state(path, CLEAN)


@row('H49-next-write', 'a process writes on after the release', 'restored, 0xb after close')
def test_next_write(cache, folder, held):
    path = folder.clean('f')
    fd = held(path, os.O_WRONLY)
    cache.ask('release', path)
    os.write(fd, b'new head')
    os.close(fd)
    assert cache.quiet(path) == DIRTY
    with open(path, 'rb') as stream:
        assert stream.read() == b'new head' + folder.contents[path][8:]


@row('H49-mapped', 'release of a file that is mapped for reading', 'released, rc 0')
def test_release_of_a_mapped_file(cache, folder, held):
    path = folder.clean('f')
    with mmap.mmap(held(path, os.O_RDONLY), 0, mmap.MAP_PRIVATE, mmap.PROT_READ) as view:
        assert view[:10] == folder.contents[path][:10]
        cache.ask('release', path)
        assert cache.state(path) == RELEASED


@row('H49-other-client', 'release of a file that is open on another client', 'released, rc 0')
def test_release_of_a_file_open_elsewhere(cache, folder, second, held):
    path = folder.clean('f')
    fd = held(elsewhere(cache, second, path), os.O_RDONLY)
    cache.ask('release', path)
    assert cache.state(path) == RELEASED
    assert os.read(fd, 50) == folder.contents[path][:50]


@row('H50-written', 'release of a file that is written and still open',
     'EPERM, though it reads 0x9')
def test_release_of_a_written_file(cache, folder, held):
    path = folder.clean('f')
    os.write(held(path, os.O_WRONLY | os.O_APPEND), b'more')
    assert cache.state(path) == CLEAN
    cache.refused('release', path)


@row('H50-dirty-after', 'the state after that refusal, before and after close', '0xb')
def test_state_after_the_refusal(cache, folder, held):
    path = folder.clean('f')
    fd = held(path, os.O_WRONLY | os.O_APPEND)
    os.write(fd, b'more')
    cache.refused('release', path)
    assert cache.state(path) == DIRTY
    os.close(fd)
    assert cache.state(path) == DIRTY
    cache.refused('release', path)


@row('H50-written-elsewhere', 'release of a file that another client has written and holds open',
     'EPERM')
def test_release_of_a_file_written_elsewhere(cache, folder, second, held):
    path = folder.clean('f')
    os.write(held(elsewhere(cache, second, path), os.O_WRONLY | os.O_APPEND), b'more')
    cache.refused('release', path)


@row('H50-mapped-write', 'release of a file that is written by a shared mapping', 'EPERM')
def test_release_of_a_file_written_by_mmap(cache, folder, held):
    path = folder.clean('f')
    fd = held(path, os.O_RDWR)
    try:
        view = mmap.mmap(fd, 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
    except OSError as error:
        if error.errno != 19:
            raise
        pytest.skip('mmap fails with ENODEV: this mount has no shared mappings')
    view[0:4] = b'MMAP'
    os.close(fd)
    cache.refused('release', path)
    view.close()
    assert cache.state(path) == DIRTY


@row('H50-rounds', '20 rounds of write, close, release at once', 'always EPERM, nothing is lost')
def test_no_round_loses_anything(cache, folder):
    path = folder.clean('f')
    for number in range(20):
        folder.append(path, b'round %d' % number)
        cache.refused('release', path)
    with open(path, 'rb') as stream:
        assert stream.read() == folder.contents[path]


# What a copy makes of bytes that are written and not flushed depends on the copytool and its
# mount: it fails (C7, and the simulated cache), or it takes them (POSIX copytool of 2.17.57 on
# one host with the writer). What never depends on it: the close makes the file dirty.
@row('C7-new', 'archive of a new file that another client has written and not closed',
     '0x1 and at close 0x3, or 0x9 and at close 0xb')
def test_archive_of_unflushed_bytes(cache, folder, second, held):
    path = folder.new('f', b'')
    fd = held(elsewhere(cache, second, path), os.O_WRONLY)
    os.write(fd, b'not flushed')
    cache.ask('archive', path)
    while_open = cache.quiet(path)
    os.close(fd)
    assert (while_open, cache.state(path)) in ((0x1, 0x3), (CLEAN, DIRTY))
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)


@row('C7-again', 'archive of a dirty file that another client has written and not closed',
     '0xb or 0x9, and 0xb at close')
def test_archive_of_a_dirty_file_that_is_written(cache, folder, second, held):
    path = folder.dirty('f')
    fd = held(elsewhere(cache, second, path), os.O_WRONLY | os.O_APPEND)
    os.write(fd, b'not flushed')
    cache.ask('archive', path)
    assert cache.quiet(path) in (DIRTY, CLEAN)
    os.close(fd)
    assert cache.state(path) == DIRTY
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)
