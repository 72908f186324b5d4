# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""F19, F21: files that a listener keeps open, and the limit of open files."""

import errno
import os
import resource

import pytest
from kit import fanotify
from kit.cache import CLEAN, DIRTY, RELEASED
from kit.case import case, row, rows
from kit.fanotify import FD_FS, FD_MOUNT, FID_FS
from kit.forked import forked
from kit.listener import Listener, path_of
from kit.writers import python as write

FILES = 200
BATCH = 16


@pytest.fixture
def hold(folder, listen):
    """Writes to a file, and holds the files of so many events of it: hold(path, number)."""
    fds = []

    def do(path, number):
        listener = listen(FD_FS)
        for _number in range(number):
            folder.append(path)
            fds.extend(listener.held())
        assert len(fds) == number
        return fds

    yield do
    for fd in fds:
        os.close(fd)


@rows(case('F19-one', 'archive, release, restore, write and archive again while an event is held',
           'as without: 0x9, 0xd, 0x9, 0xb, 0x9', number=1),
      case('F19-many', 'the same, 20 events of one file', 'the same', number=20))
def test_held_files_do_not_hinder(case, cache, folder, hold):
    path = folder.clean('f')
    hold(path, case.data['number'])
    for verb, state in (('archive', CLEAN), ('release', RELEASED), ('restore', CLEAN)):
        cache.ask(verb, path)
        cache.wait_state(path, state)
    folder.append(path)
    assert cache.state(path) == DIRTY
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)


@row('F19-names', 'rename and unlink while an event is held', 'work')
def test_held_files_can_be_renamed_and_unlinked(folder, hold):
    path = folder.new('f')
    fd, = hold(path, 1)
    os.rename(path, folder('g'))
    assert path_of(fd) == folder('g')
    os.unlink(folder('g'))
    assert os.listdir(folder.path) == []


@row('F19-reading', 'a released file is read by the held descriptor',
     'its bytes come back, 0x9, and no event says so (F30)')
def test_reading_by_a_held_file(cache, folder, hold, listeners):
    path = folder.clean('f')
    fd, = hold(path, 1)
    for verb, state in (('archive', CLEAN), ('release', RELEASED)):
        cache.ask(verb, path)
        cache.wait_state(path, state)
    for listener in listeners.values():
        listener.names_beside_a_copytool()
    assert os.pread(fd, 100, 0) == folder.contents[path][:100]
    cache.wait_state(path, CLEAN)
    assert {way: one.names_beside_a_copytool() for way, one in listeners.items()} == {
        way: [] for way in listeners}


def limited(way, point, folder, files, use):
    """With few open files: write many, then use(listener). Returns what that returns."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    listener = Listener(way, point, folder)
    for number in range(FILES):
        write(os.path.join(folder, b'%d' % number))
    return use(listener)


def keep(listener):
    """Read and close nothing; then close all and read on. Return how many came in each part."""
    fds, refused = [], False
    while True:
        try:
            events = fanotify.read(listener.queue)
        except OSError as error:
            refused = refused or error.errno == errno.EMFILE
            continue
        if not events:
            break
        fds += [event.fd for event in events]
    for fd in fds:
        os.close(fd)
    return refused, len(fds), len(listener.names())


def close_at_once(listener):
    """Read small batches, and close each before the next."""
    found = []
    while True:
        events = fanotify.read(listener.queue, BATCH * fanotify.EVENT_SIZE)
        if not events:
            return len(found)
        found += listener.resolve(events)


@rows(*[case('F21-kept.' + way, '200 events, 64 open files allowed, all kept (%s)' % way,
             'EMFILE, and what was not read then is lost for good', way=way)
        for way in (FD_FS, FD_MOUNT)])
def test_kept_files(case, cache, folder, listen):
    listen(case.data['way'])
    refused, kept, later = forked(limited, case.data['way'], cache.mount, folder.path, 64, keep)
    assert refused and later == 0
    assert 0 < kept < 64


@rows(*[case('F21-closed.' + way, '200 events, 64 open files allowed, 16 a read, closed at once '
             '(%s)' % way, '200 of 200', way=way, limit=64, use=close_at_once)
        for way in (FD_FS, FD_MOUNT)]
      + [case('F21-fid', '200 events, 32 open files allowed (fid-fs)', '200 of 200', way=FID_FS,
              limit=32, use=lambda listener: len(listener.names()))])
def test_closed_files(case, cache, folder, listen):
    listen(case.data['way'])
    assert forked(limited, case.data['way'], cache.mount, folder.path, case.data['limit'],
                  case.data['use']) == FILES
