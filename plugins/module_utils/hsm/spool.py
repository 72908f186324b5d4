# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files kept on disk between two parts of a run, first in first out."""

import os
import struct
import tempfile

from .entry import Entry

# root, length of rel, size, mtime_ns, ino, nlink, flags (-1: unknown)
_HEAD = struct.Struct('>IIQqQQq')
_MOST_TIME = (1 << 63) - 1


class Spool(object):
    """A queue of (entry, flags) in an unlinked file; written to the end, then read once.

    The file is there only while something is in it.
    """

    def __init__(self):
        self._file = None
        self._left = 0
        self._reading = False

    def __len__(self):
        return self._left

    def add(self, entry, flags=None):
        """Put a file at the end; nothing may be taken yet."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()
        # A date past the year 2262 says as much as one at its limit.
        mtime = max(-_MOST_TIME, min(_MOST_TIME, entry.mtime_ns))
        self._file.write(_HEAD.pack(entry.root, len(entry.rel), entry.size, mtime,
                                    entry.ino, entry.nlink, -1 if flags is None else flags))
        self._file.write(entry.rel)
        self._left += 1

    def take(self, count):
        """Return up to `count` pairs of (entry, flags)."""
        if not self._reading and self._left:
            self._reading = True
            self._file.seek(0, os.SEEK_SET)
        taken = []
        while self._left and len(taken) < count:
            root, length, size, mtime, ino, nlink, flags = _HEAD.unpack(
                self._file.read(_HEAD.size))
            rel = self._file.read(length)
            taken.append((Entry(root, rel, size, mtime, ino, nlink, None),
                          None if flags < 0 else flags))
            self._left -= 1
        if not self._left:
            self.close()
        return taken

    def close(self):
        """Forget what is left."""
        self._left = 0
        if self._file is not None:
            self._file.close()
            self._file = None
