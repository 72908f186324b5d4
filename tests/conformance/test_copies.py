# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""C3, C6: what a file's user does while its archive runs."""

import os

import pytest
from kit.cache import ARTIST, CLEAN, DIRTY, RELEASED
from kit.case import case, row, rows
from kit.folder import MB, unlike


def write(path):
    fd = os.open(path, os.O_WRONLY)
    os.pwrite(fd, b'other', 1000)
    os.close(fd)


def write_the_same(path):
    fd = os.open(path, os.O_RDWR)
    os.pwrite(fd, os.pread(fd, 100, 1000), 1000)
    os.close(fd)


def append(path):
    fd = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.write(fd, b'more')
    os.close(fd)


def open_for_writing(path):
    os.close(os.open(path, os.O_RDWR))


SPOILING = (('write', write), ('same-bytes', write_the_same), ('append', append),
            ('truncate', lambda path: os.truncate(path, MB)))
HARMLESS = (('touch', lambda path: os.utime(path, None)),
            ('chmod', lambda path: os.chmod(path, 0o600)),
            ('chown', lambda path: os.chown(path, ARTIST, ARTIST)),
            ('open-write', open_for_writing),
            ('rename', lambda path: os.rename(path, path + b'.new')))


@pytest.fixture
def running(cache, folder, control):
    """Starts the slow archive of a file, and returns when it runs."""
    def start(first):
        content = unlike(4 * MB)
        path = folder.new('f', content) if first else folder.clean('f', content=content)
        if not first:
            folder.append(path)
        control.slow_copytool(1)
        cache.ask('archive', path)
        cache.wait_action(path, b'ARCHIVE running')
        return path
    return start


@rows(*[case('C3-%s-%s' % (word, 'first' if first else 'again'),
             '%s during %s archive' % (word, 'a first' if first else 'an'),
             'the archive fails, 0x%x' % (0x3 if first else DIRTY), act=act, first=first)
        for word, act in SPOILING for first in (True, False)])
def test_spoils_the_archive(case, cache, control, running):
    path = running(case.data['first'])
    case.data['act'](path)
    assert cache.quiet(path, 120) == (0x3 if case.data['first'] else DIRTY)
    control.mend()
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)


@rows(*[case('C3-not-' + word, '%s during a first archive' % word, 'harmless, 0x9', act=act,
             suffix=b'.new' if word == 'rename' else b'') for word, act in HARMLESS])
def test_leaves_the_archive(case, cache, running):
    path = running(True)
    case.data['act'](path)
    cache.wait_state(path + case.data['suffix'], CLEAN, 120)


@row('C6-truncate', 'a released file is cut to 100 bytes',
     'it is restored first: its first 100 bytes, 0xb')
def test_truncate_restores_first(cache, folder, children):
    path = folder.released('f')
    assert children(os.truncate, path, 100).wait(cache.patience.limit(60)).errno is None
    assert cache.quiet(path) == DIRTY
    with open(path, 'rb') as stream:
        assert stream.read() == folder.contents[path][:100]


@row('C6-extend', 'a released file is extended by truncate', 'all its bytes, then zeros, 0xb')
def test_extend_restores_first(cache, folder, children):
    path = folder.released('f')
    size = len(folder.contents[path]) + 50
    assert children(os.truncate, path, size).wait(cache.patience.limit(60)).errno is None
    assert cache.quiet(path) == DIRTY != RELEASED
    with open(path, 'rb') as stream:
        assert stream.read() == folder.contents[path] + b'\0' * 50
