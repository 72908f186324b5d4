# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""F22 - F26, F30: what the state bits say when an event comes, and events of HSM's own work."""

import os

from kit.cache import CLEAN, DIRTY, RELEASED
from kit.case import case, row, rows
from kit.memory import mapped

ROUNDS = 10
PAGE = 4096


def truncating(folder, path):
    folder.contents[path] = os.urandom(PAGE)
    with open(path, 'wb') as stream:
        stream.write(folder.contents[path])


def in_place(folder, path):
    head = os.urandom(10)
    with open(path, 'r+b') as stream:
        stream.write(head)
    folder.contents[path] = head + folder.contents[path][10:]


def by_mapping(folder, path):
    head = os.urandom(10)
    fd = os.open(path, os.O_RDWR)
    try:
        view = mapped(fd, PAGE)
    finally:
        os.close(fd)
    view.write(head)
    view.close()
    folder.contents[path] = head + folder.contents[path][10:]


def archived(folder, listeners):
    """A clean file, whose making is no news any more."""
    path = folder.clean('f')
    for listener in listeners.values():
        listener.names_beside_a_copytool()
    return path


def assert_event(listeners):
    assert {way: one.names() for way, one in listeners.items()} == {
        way: [b'f'] for way in listeners}


@row('F22-truncated', 'an archived file is rewritten with O_TRUNC, its state asked at the event',
     '0xb, always')
def test_dirty_at_the_event(cache, folder, listeners):
    path = archived(folder, listeners)
    for _number in range(ROUNDS):
        truncating(folder, path)
        assert_event(listeners)
        assert cache.state(path) == DIRTY
        cache.ask('archive', path)
        cache.wait_state(path, CLEAN)


# Lustre's close reaches the server after the event: a state asked in between still reads clean.
@rows(case('F23-in-place', 'an archived file is overwritten in place',
           '0x9 or 0xb at the event, and 0xb in the end', write=in_place),
      case('F23-mapped', 'the same by a mapping', 'the same', write=by_mapping))
def test_dirty_after_the_event(case, cache, folder, listeners):
    path = archived(folder, listeners)
    for _number in range(ROUNDS):
        case.data['write'](folder, path)
        assert_event(listeners)
        assert cache.state(path) in (CLEAN, DIRTY)
        cache.patience.until(lambda: cache.state(path) == DIRTY, 30, 'it never gets dirty')
        cache.ask('archive', path)
        cache.wait_state(path, CLEAN)


@rows(*[case('F24-' + word, 'archive at once at the event: ' + does,
             '0x9 or 0xb in the end; 0x9 only with these bytes on the filer (F25)', write=write)
        for word, does, write in (('truncated', 'rewritten', truncating),
                                  ('in-place', 'overwritten in place', in_place),
                                  ('mapped', 'overwritten by a mapping', by_mapping))])
def test_archive_at_the_event(case, cache, folder, filer, listeners):
    path = archived(folder, listeners)
    for _number in range(ROUNDS):
        case.data['write'](folder, path)
        assert_event(listeners)
        cache.ask('archive', path)
        state = cache.quiet(path)
        assert state in (CLEAN, DIRTY)
        if state == CLEAN:
            filer.wait_for(folder.contents[path])


@rows(*[case('F26-' + word, 'after the event: wait for 0xb, archive, after NOOP ask for 0x9, on '
             '0xb archive once more: ' + does, 'these bytes are on the filer', write=write)
        for word, does, write in (('truncated', 'rewritten', truncating),
                                  ('in-place', 'overwritten in place', in_place),
                                  ('mapped', 'overwritten by a mapping', by_mapping))])
def test_what_a_writeback_does(case, cache, folder, filer, listeners):
    path = archived(folder, listeners)
    case.data['write'](folder, path)
    assert_event(listeners)
    cache.patience.until(lambda: cache.state(path) == DIRTY, 30, 'it never gets dirty')
    for _number in range(2):
        cache.ask('archive', path)
        if cache.quiet(path) == CLEAN:
            break
    assert cache.state(path) == CLEAN
    filer.wait_for(folder.contents[path])


@row('F30-own-work', 'archive, release, restore asked for, restore by reading',
     'no event of that file')
def test_hsm_is_not_a_writer(cache, folder, listeners):
    path = archived(folder, listeners)
    for verb, state in (('archive', CLEAN), ('release', RELEASED), ('restore', CLEAN),
                        ('release', RELEASED)):
        cache.ask(verb, path)
        cache.wait_state(path, state)
    with open(path, 'rb') as stream:
        assert stream.read() == folder.contents[path]
    cache.wait_state(path, CLEAN)
    assert {way: one.names_beside_a_copytool() for way, one in listeners.items()} == {
        way: [] for way in listeners}
