# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H11: what restores a released file, and what does not."""

import ctypes
import errno
import mmap
import os
import shutil
import subprocess

import pytest
from kit.cache import ARTIST, CLEAN, DIRTY, RELEASED
from kit.case import case, rows

LIBC = ctypes.CDLL(None, use_errno=True)


def read(path):
    with open(path, 'rb') as stream:
        return stream.read()


def read_nonblock(path):
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    return os.read(fd, 100)


def write(path):
    fd = os.open(path, os.O_WRONLY)
    os.write(fd, b'x')
    os.close(fd)


def append(path):
    with open(path, 'ab') as stream:
        stream.write(b'x')


def shorten(path):
    os.truncate(path, 10)


def open_truncating(path):
    os.close(os.open(path, os.O_WRONLY | os.O_TRUNC))


def fallocate(path):
    fd = os.open(path, os.O_WRONLY)
    if LIBC.fallocate(fd, 0, ctypes.c_int64(0), ctypes.c_int64(200000)):
        raise OSError(ctypes.get_errno(), 'fallocate')
    os.close(fd)


def seek_data(path):
    os.lseek(os.open(path, os.O_RDONLY), 0, os.SEEK_DATA)


def seek_hole(path):
    os.lseek(os.open(path, os.O_RDONLY), 0, os.SEEK_HOLE)


def mapped(path):
    fd = os.open(path, os.O_RDONLY)
    return mmap.mmap(fd, 0, mmap.MAP_PRIVATE, mmap.PROT_READ)[:100]


def tool(*words):
    def call(path):
        if not shutil.which(words[0]):
            return words[0]
        command = [word.encode().replace(b'{}', path) for word in words]
        subprocess.check_call(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
        return None
    return call


RESTORING = (
    ('read', read, CLEAN), ('read-nonblock', read_nonblock, CLEAN), ('write', write, DIRTY),
    ('append', append, DIRTY), ('truncate', shorten, DIRTY), ('o_trunc', open_truncating, DIRTY),
    ('fallocate', fallocate, DIRTY), ('seek-data', seek_data, CLEAN),
    ('seek-hole', seek_hole, CLEAN), ('mmap', mapped, CLEAN),
    ('cp', tool('cp', '{}', '/dev/null'), CLEAN),
    ('tar', tool('tar', 'cf', '/dev/zero', '{}'), CLEAN),
    ('rsync', tool('rsync', '{}', '/tmp/.conformance-rsync'), CLEAN),
    ('file', tool('file', '{}'), CLEAN), ('sha256sum', tool('sha256sum', '{}'), CLEAN),
)


def open_only(flags):
    def act(path):
        os.close(os.open(path, flags))
    return act


HARMLESS = (
    ('open-read', open_only(os.O_RDONLY)), ('open-write', open_only(os.O_WRONLY)),
    ('open-rw', open_only(os.O_RDWR)), ('stat', os.stat), ('ls', tool('ls', '-l', '{}')),
    ('du', tool('du', '{}')), ('touch', tool('touch', '{}')),
    ('chmod', lambda path: os.chmod(path, 0o640)), ('listxattr', os.listxattr),
    ('setxattr', lambda path: os.setxattr(path, 'user.note', b'x')),
    ('chown', lambda path: os.chown(path, ARTIST, ARTIST)),
)
NAMES = (
    ('mv', lambda path: os.rename(path, path + b'.moved'), b'.moved'),
    ('ln', lambda path: os.link(path, path + b'.link'), b'.link'),
)


@rows(*[case('H11-' + name, '%s of a released file' % name,
             'it is restored: 0x%x, and its bytes are the same' % bits, act=act, bits=bits)
        for name, act, bits in RESTORING])
def test_restores(case, cache, folder, children):
    path = folder.released('f')
    outcome = children(case.data['act'], path).wait(cache.patience.limit(60))
    if outcome.value and isinstance(outcome.value, str):
        pytest.skip('no %s on this machine' % outcome.value)
    if outcome.errno == errno.ENODEV and case.id == 'H11-mmap':
        pytest.skip('mmap fails with ENODEV: this mount maps nothing')
    assert outcome.errno is None
    assert cache.quiet(path) == case.data['bits']
    if case.data['bits'] == CLEAN:
        assert read(path) == folder.contents[path]
    if isinstance(outcome.value, bytes):
        assert folder.contents[path].startswith(outcome.value)


@rows(*[case('H11-not-' + name, '%s of a released file' % name, 'it stays released', act=act)
        for name, act in HARMLESS])
def test_leaves_released(case, cache, folder, children):
    path = folder.released('f')
    outcome = children(case.data['act'], path).wait(cache.patience.limit(60))
    if isinstance(outcome.value, str):
        pytest.skip('no %s on this machine' % outcome.value)
    assert outcome.errno is None
    assert (cache.action(path), cache.state(path)) == (b'NOOP', RELEASED)


@rows(*[case('H11-not-' + name, '%s of a released file' % name,
             'it stays released under its new name', act=act, suffix=suffix)
        for name, act, suffix in NAMES])
def test_new_name_leaves_released(case, cache, folder, children):
    path = folder.released('f')
    assert children(case.data['act'], path).wait(cache.patience.limit(60)).errno is None
    assert cache.state(path + case.data['suffix']) == RELEASED


@rows(case('H11-not-rm', 'rm of a released file', 'it is gone, nothing is restored'))
def test_unlink(cache, folder):
    path = folder.released('f')
    os.unlink(path)
    assert not os.path.exists(path)
