# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's fanotify, by its system calls alone: marks, events, file handles."""

import collections
import ctypes
import os
import struct

# fd: an open file, NONE where the event has none, or a negative errno (F13); file, folder: file
# handles (type, bytes) of a fid event, else None.
Event = collections.namedtuple('Event', 'mask pid fd file folder name')

CLOSE_WRITE = 0x8
NONE = -1
FD_ERROR = 0x2000  # of fanotify_init

# The ways to listen: (flags of fanotify_init, flags of fanotify_mark).
FID_FS, FD_FS, FD_MOUNT = 'fid-fs', 'fd-fs', 'fd-mount'
WAYS = {FID_FS: (0x200 | 0xc00, 0x100), FD_FS: (0, 0x100), FD_MOUNT: (0, 0x10)}

_QUEUE = 0x1 | 0x2 | 0x10 | 0x20  # close on exec, do not block, any length, any number of marks
_ADD = 0x1
_AT_FDCWD, _AT_EMPTY_PATH = -100, 0x1000
_META = struct.Struct('=IBBHQii')
_INFO = struct.Struct('=BxH8xIi')
_FILE, _FOLDER_AND_NAME = 1, 2
_MOST = 128

EVENT_SIZE = _META.size

_libc = ctypes.CDLL(None, use_errno=True)


class _Handle(ctypes.Structure):
    _fields_ = [('size', ctypes.c_uint), ('type', ctypes.c_int), ('data', ctypes.c_ubyte * _MOST)]


def _call(name, *args):
    result = getattr(_libc, name)(*args)
    if result < 0:
        raise OSError(ctypes.get_errno(), '%s: %s' % (name, os.strerror(ctypes.get_errno())))
    return result


def listen(way, point, flags=0):
    """A new queue with a mark on what is mounted at a point; an OSError where it is not taken."""
    of_init, of_mark = WAYS[way]
    queue = _call('fanotify_init', ctypes.c_uint(_QUEUE | of_init | flags),
                  ctypes.c_uint(os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_LARGEFILE))
    try:
        _call('fanotify_mark', ctypes.c_int(queue), ctypes.c_uint(_ADD | of_mark),
              ctypes.c_uint64(CLOSE_WRITE), ctypes.c_int(_AT_FDCWD), os.fsencode(point))
    except OSError:
        os.close(queue)
        raise
    return queue


def read(queue, size=65536):
    """The next Events, [] when there are none."""
    try:
        data = os.read(queue, size)
    except BlockingIOError:
        return []
    events, offset = [], 0
    while offset < len(data):
        length, _version, _zero, start, mask, fd, pid = _META.unpack_from(data, offset)
        events.append(Event(mask, pid, fd, *_records(data, offset + start, offset + length)))
        offset += length
    return events


def _records(data, offset, end):
    file = folder = name = None
    while offset < end:
        kind, length, size, handle = _INFO.unpack_from(data, offset)
        start = offset + _INFO.size
        if kind == _FILE:
            file = (handle, data[start:start + size])
        elif kind == _FOLDER_AND_NAME:
            folder = (handle, data[start:start + size])
            name = data[start + size:offset + length].split(b'\0', 1)[0]
        offset += length
    return file, folder, name


def handle_of(path):
    """The file handle (type, bytes) of what a path names."""
    handle, mount = _Handle(size=_MOST), ctypes.c_int()
    _call('name_to_handle_at', ctypes.c_int(_AT_FDCWD), os.fsencode(path), ctypes.byref(handle),
          ctypes.byref(mount), ctypes.c_int(0))
    return handle.type, bytes(bytearray(handle.data)[:handle.size])


def open_handle(point, handle):
    """An O_PATH descriptor of the file with this handle, by the mount at a point."""
    given = _Handle(size=len(handle[1]), type=handle[0])
    ctypes.memmove(given.data, handle[1], len(handle[1]))
    mount = os.open(point, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return _call('open_by_handle_at', ctypes.c_int(mount), ctypes.byref(given),
                     ctypes.c_int(os.O_PATH | os.O_CLOEXEC))
    finally:
        os.close(mount)
