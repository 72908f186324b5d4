# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""F12 - F14: events that get lost between the close and the read."""

import errno
import os

import pytest
from kit import fanotify
from kit.cache import ARTIST
from kit.case import case, row, rows
from kit.child import drop_to
from kit.fanotify import FD_FS, FD_MOUNT, FID_FS
from kit.forked import forked
from kit.listener import DELETED, GONE
from kit.writers import python as write
from kit.writers import replace

FD_WAYS = (FD_FS, FD_MOUNT)


def each_fd_way(id, does, expects, **data):
    return [case('%s.%s' % (id, way), '%s (%s)' % (does, way), expects, way=way, **data)
            for way in FD_WAYS]


LOSSES = (('unlinked', os.unlink), ('replaced', replace))


@rows(*[one for word, lose in LOSSES for one in each_fd_way(
    'F12-' + word, word + ' before the event is read', 'the event is lost: ESTALE or ENOENT',
    lose=lose)])
def test_lost_before_the_read(case, folder, listen):
    path = folder.new('f')
    listener = listen(case.data['way'])
    write(path)
    case.data['lose'](path)
    with pytest.raises(OSError) as failure:
        fanotify.read(listener.queue)
    assert failure.value.errno in GONE
    # A replacement has an event of its own, and no more.
    assert listener.names() == ([b'f'] if os.path.exists(path) else [])


@rows(*each_fd_way('F12-open', 'the same, and somebody has it open', 'delivered, as deleted'))
def test_unlinked_and_still_open(case, folder, listen):
    listener = listen(case.data['way'])
    path = folder.new('f')
    with open(path, 'rb'):
        os.unlink(path)
        assert [one.path for one in listener.seen()] == [path + DELETED]


@rows(*[case('F12-%s.fid-fs' % word, word + ' before the event is read (fid-fs)',
             'delivered, with handle and name', lose=lose) for word, lose in LOSSES])
def test_lost_and_named(case, folder, listen):
    listener = listen(FID_FS)
    path = folder.new('f')
    handle = fanotify.handle_of(path)
    case.data['lose'](path)
    first = fanotify.read(listener.queue)[0]
    assert (first.file, first.name, first.fd) == (handle, b'f', fanotify.NONE)


def five(folder, lost):
    for number in range(5):
        folder.new(str(number))
    os.unlink(folder(str(lost)))


@rows(*each_fd_way('F13-middle', 'five events in one read, the file of the third is unlinked',
                   'two, two, and no word of the third'))
def test_lost_in_the_middle(case, folder, listen):
    listener = listen(case.data['way'])
    five(folder, 2)
    batches = [[os.path.basename(one.path) for one in listener.resolve(
        fanotify.read(listener.queue))] for _number in range(3)]
    assert batches == [[b'0', b'1'], [b'3', b'4'], []]


@rows(*each_fd_way('F13-first', 'the same of the first', 'an error, and then the other four'))
def test_lost_at_the_front(case, folder, listen):
    listener = listen(case.data['way'])
    five(folder, 0)
    with pytest.raises(OSError) as failure:
        fanotify.read(listener.queue)
    assert failure.value.errno in GONE
    assert listener.names() == [b'1', b'2', b'3', b'4']


@row('F13-alone', 'the same of the third, one event a read', 'each error shows')
def test_lost_and_read_alone(folder, listen):
    listener = listen(FD_FS)
    five(folder, 2)
    found = []
    for _number in range(6):
        try:
            found += listener.resolve(fanotify.read(listener.queue, fanotify.EVENT_SIZE))
        except OSError as error:
            found.append(error.errno in GONE)
    assert [one is True or os.path.basename(one.path) for one in found] == [
        b'0', b'1', True, b'3', b'4']


@row('F13-fd-error', 'the same with FAN_REPORT_FD_ERROR', 'all five, the third with its errno')
def test_lost_and_reported(folder, listen):
    listener = listen(FD_FS, flags=fanotify.FD_ERROR)
    five(folder, 2)
    events = fanotify.read(listener.queue)
    assert [-event.fd in GONE for event in events] == [False, False, True, False, False]
    listener.resolve(events[:2] + events[3:])


def read_as(user, listener):
    """Drop root, then read one event: its name, or the errno."""
    drop_to(user)
    try:
        return listener.names()
    except OSError as error:
        return error.errno


@rows(case('F14-private', 'a listener that has dropped root, and a file of mode 0600 (fd-fs)',
           'EACCES and the event is gone, or it is delivered', mode=0o600),
      case('F14-readable', 'the same, mode 0644', 'delivered', mode=0o644))
def test_listener_without_rights(case, folder, listen):
    listener = listen(FD_FS)
    path = folder.new('f')
    os.chmod(path, case.data['mode'])
    answers = [[b'f']] + [errno.EACCES] * (case.data['mode'] == 0o600)
    assert forked(read_as, ARTIST, listener) in answers
    assert listener.names() == []


@row('F14-fid', 'the same, mode 0600, by its handle (fid-fs)', 'delivered')
def test_listener_without_rights_by_handle(folder, listen):
    listener = listen(FID_FS)
    os.chmod(folder.new('f'), 0o600)

    def read():
        drop_to(ARTIST)
        return [event.name for event in fanotify.read(listener.queue)]

    assert forked(read) == [b'f']
