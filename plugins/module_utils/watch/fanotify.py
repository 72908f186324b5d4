# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's fanotify and file handles, as far as a watch needs them, by ctypes."""

import ctypes
import os
import struct
from collections import namedtuple

# fd: an open file, NO_FILE where the event has none; file, folder: Handles of a FID event or
# None; name: that of the file in the folder.
Event = namedtuple('Event', 'mask fd pid file folder name')
# A file, independent of any name: type and bytes, as open_by_handle_at takes them.
Handle = namedtuple('Handle', 'type data')

NO_FILE = -1
CLOSE_WRITE, OVERFLOW = 0x8, 0x4000

# fanotify_init
REPORT_FID, REPORT_DIR_AND_NAME = 0x200, 0xc00
_CLOEXEC, _NONBLOCK, _UNLIMITED_QUEUE, _UNLIMITED_MARKS = 0x1, 0x2, 0x10, 0x20
# fanotify_mark
MARK_MOUNT, MARK_FILESYSTEM = 0x10, 0x100
_MARK_ADD = 0x1

# Of an event's file. Without blocking: nobody waits for the other end of a FIFO.
_OPENED = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | getattr(os, 'O_LARGEFILE', 0)

_META = struct.Struct('=IBBHQii')
_VERSION = 3
_INFO = struct.Struct('=BxH8xIi')
_FILE_INFO, _FOLDER_NAME_INFO = 1, 2

EVENT_SIZE = _META.size
MOST_HANDLE = 128
_AT_EMPTY_PATH = 0x1000


class _FileHandle(ctypes.Structure):
    _fields_ = [('size', ctypes.c_uint), ('type', ctypes.c_int),
                ('data', ctypes.c_ubyte * MOST_HANDLE)]


_libc = ctypes.CDLL(None, use_errno=True)


def _call(name, *args):
    """Call a function of libc that returns -1 for an error."""
    result = getattr(_libc, name)(*args)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def group(flags=0):
    """Return the descriptor of a new queue of events; an OSError says what the kernel lacks.

    Its length is not limited: what overflows is lost (fanotify F45).
    """
    return _call('fanotify_init',
                 ctypes.c_uint(_CLOEXEC | _NONBLOCK | _UNLIMITED_QUEUE | _UNLIMITED_MARKS | flags),
                 ctypes.c_uint(_OPENED))


def mark(queue, kind, folder):
    """Have ended writable opens put into the queue; kind: MARK_*; folder: a descriptor."""
    _call('fanotify_mark', ctypes.c_int(queue), ctypes.c_uint(_MARK_ADD | kind),
          ctypes.c_uint64(CLOSE_WRITE), ctypes.c_int(folder), None)


def is_marked(queue):
    """Whether the queue has a mark: the one of a mount goes with it, silently (fanotify F20)."""
    with open('/proc/self/fdinfo/%d' % queue, 'rb') as lines:
        return any(line.startswith((b'fanotify mnt_id:', b'fanotify sdev:')) for line in lines)


def parse(data):
    """Yield the Events of what was read from a queue."""
    offset = 0
    while offset < len(data):
        length, version, _reserved, start, mask, fd, pid = _META.unpack_from(data, offset)
        if version != _VERSION or length < start:
            raise ValueError('the kernel speaks version %d of fanotify' % version)
        yield Event(mask, fd, pid, *_infos(data, offset + start, offset + length))
        offset += length


def _infos(data, offset, end):
    """Return (file, folder, name) of the records behind an event; those of other kinds pass."""
    file = folder = name = None
    while offset < end:
        kind, length, size, handle_type = _INFO.unpack_from(data, offset)
        start = offset + _INFO.size
        handle = Handle(handle_type, data[start:start + size])
        if kind == _FILE_INFO:
            file = handle
        elif kind == _FOLDER_NAME_INFO:
            folder = handle
            name = data[start + size:offset + length].split(b'\0', 1)[0]
        offset += length
    return file, folder, name


def handle_of(descriptor):
    """Return the Handle of an open file."""
    handle = _FileHandle(size=MOST_HANDLE)
    mount = ctypes.c_int()
    _call('name_to_handle_at', ctypes.c_int(descriptor), b'', ctypes.byref(handle),
          ctypes.byref(mount), ctypes.c_int(_AT_EMPTY_PATH))
    return Handle(handle.type, bytes(bytearray(handle.data)[:handle.size]))


def open_handle(mount, handle):
    """Return a descriptor, good for looking only, of a file on the mount of a descriptor."""
    given = _FileHandle(size=len(handle.data), type=handle.type)
    ctypes.memmove(given.data, handle.data, len(handle.data))
    return _call('open_by_handle_at', ctypes.c_int(mount), ctypes.byref(given),
                 ctypes.c_int(os.O_PATH | os.O_CLOEXEC))
