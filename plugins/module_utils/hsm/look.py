# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second look at files just before and after a request, without restoring any.

What was planned may have been replaced since (another inode), and an immutable file is
never asked for (lustre-hsm H27, H51). `stat`, open and FS_IOC_GETFLAGS leave a released
file released (H11), and all of it happens in a child, like everything on the mount.
"""

import array
import collections
import errno
import fcntl
import mmap
import os
import stat
import struct
import time

from .answers import Stuck, of_errno
from .child import CallJob
from .place import Tops
from .report import Failure

# immutable: chattr +i or +a; None when it was not asked or cannot be known.
# unfinished: None, or what says that the file is not finished (one of UNFINISHED).
Look = collections.namedtuple('Look', 'size mtime_ns ino nlink immutable unfinished')

# It has a name of unfinished files or of a sidecar or lock; it is (nearly) empty; its sidecar
# or its lock lies beside it; a process of this host has it open for writing.
UNFINISHED = ('partial', 'placeholder', 'sidecar', 'locked', 'open')

LOOK_SECONDS = 30

_FACTS = struct.Struct('<iQqIQQbb')
# A byte before each record says that it is there.
_SLOT = 1 + _FACTS.size
_BEAT_SECONDS = 0.2
_SECOND = 10 ** 9
_UNKNOWN = -1

# _IOR('f', 1, long) on the machines that Lustre clients run on.
_GETFLAGS = 0x80006601 | struct.calcsize('l') << 16
_IMMUTABLE, _APPEND = 0x10, 0x20
_OPEN = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


class Looker(object):
    """Looks at files in children, with answers of the same kinds as those of `lfs`."""

    def __init__(self, children, roots, devices=None, deadline=LOOK_SECONDS, finished=None):
        """devices: as for Lfs; deadline: seconds without a look at any file; finished: None,
        or what judges before an archive whether files are finished: its judge() returns what
        the child calls with (name, folder, stat result): None or one of UNFINISHED."""
        self._children = children
        self._roots = roots
        self._devices = devices
        self._deadline = deadline
        self._finished = finished

    def look(self, entries, step, done):
        """done(list aligned with entries: Look, Failure or Stuck).

        step: what is about to be asked for, or None. Before a step immutable files are told,
        for which the files are opened. What is no regular file any more is a Failure with
        ESTALE.
        """
        # The child writes into memory that both see: nobody is woken for each file, and what
        # it had seen is known also when it never comes back.
        memory = mmap.mmap(-1, max(1, len(entries) * _SLOT))
        judged = step == 'archive' and self._finished is not None

        def ended(result):
            missing = self._missing(result)
            looks = [_read(memory, index) or missing for index in range(len(entries))]
            memory.close()
            done(looks)

        self._children.start(CallJob(
            _look_at, (memory, self._roots, entries, step is not None, self._devices,
                       self._finished.judge() if judged else None),
            self._deadline, ended, data=len))

    def _missing(self, result):
        """Return the answer for files that the child did not get to."""
        if result.timed_out:
            return Stuck('The mount gave no answer about a file within %d seconds.'
                         % self._deadline)
        return Failure(None, result.failure or 'The look at the files ended too early.')


def _look_at(out, memory, roots, entries, flags, devices, judge):
    """In the child: one record a entry, in order; now and then a sign of life."""
    tops = Tops(roots, devices)
    place, folder = None, None
    beat = time.monotonic()
    for index, entry in enumerate(entries):
        above, _slash, name = entry.rel.rpartition(b'/')
        try:
            if place != (entry.root, above):
                if folder is not None:
                    os.close(folder)
                place, folder = None, None
                folder = tops.folder(entry.root, above)
                place = entry.root, above
            record = _record(name, folder, flags, judge)
        except OSError as error:
            record = _FACTS.pack(error.errno, 0, 0, 0, 0, 0, _UNKNOWN, _UNKNOWN)
        memory[index * _SLOT + 1:(index + 1) * _SLOT] = record
        memory[index * _SLOT] = 1
        if time.monotonic() > beat + _BEAT_SECONDS:
            beat = time.monotonic()
            os.write(out, b'.')


def _record(name, folder, flags, judge):
    facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(facts.st_mode):
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
    seconds, nanoseconds = divmod(facts.st_mtime_ns, _SECOND)
    sign = None if judge is None else judge(name, folder, facts)
    return _FACTS.pack(0, facts.st_size, seconds, nanoseconds, facts.st_ino, facts.st_nlink,
                       _immutable(name, folder) if flags else _UNKNOWN,
                       _UNKNOWN if sign is None else UNFINISHED.index(sign))


def _immutable(name, folder):
    """Return 1 or 0, or _UNKNOWN where the file or its file system does not tell."""
    bits = array.array('l', [0])
    try:
        descriptor = os.open(name, _OPEN, dir_fd=folder)
    except FileNotFoundError:
        raise
    except OSError:
        return _UNKNOWN
    try:
        fcntl.ioctl(descriptor, _GETFLAGS, bits)
    except OSError:
        return _UNKNOWN
    finally:
        os.close(descriptor)
    return int(bool(bits[0] & (_IMMUTABLE | _APPEND)))


def _read(memory, index):
    """Return the answer about one file, or None when the child did not get to it."""
    if not memory[index * _SLOT]:
        return None
    number, size, seconds, nanoseconds, ino, nlink, immutable, sign = _FACTS.unpack_from(
        memory, index * _SLOT + 1)
    if number:
        return of_errno(number)
    return Look(size, seconds * _SECOND + nanoseconds, ino, nlink,
                None if immutable == _UNKNOWN else bool(immutable),
                None if sign == _UNKNOWN else UNFINISHED[sign])
