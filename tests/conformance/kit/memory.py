# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared mappings without the descriptor of their own that Python's mmap keeps open."""

import ctypes
import errno
import os

import pytest

_READ, _WRITE, _SHARED = 1, 2, 1
_FAILED = ctypes.c_void_p(-1).value

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int,
                       ctypes.c_long)
_libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


class Mapping(object):
    """A file mapped by its descriptor, which may be closed then."""

    def __init__(self, fd, size, writable=True):
        self._size = size
        self._at = _libc.mmap(None, size, _READ | (_WRITE if writable else 0), _SHARED, fd, 0)
        if self._at == _FAILED:
            self._at = None
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def write(self, data):
        ctypes.memmove(self._at, data, len(data))

    def close(self):
        if self._at is not None:
            _libc.munmap(self._at, self._size)
            self._at = None


def mapped(fd, size, writable=True):
    """The Mapping of a file; the case is skipped on a mount that has none."""
    try:
        return Mapping(fd, size, writable)
    except OSError as error:
        if error.errno != errno.ENODEV:
            raise
        pytest.skip('mmap fails with ENODEV: this mount has no shared mappings')
