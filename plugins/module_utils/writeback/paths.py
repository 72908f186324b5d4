# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of paths on disk, in the form in which the engine reads lists."""

import tempfile

_CHUNK = 1 << 16


class PathList(object):
    """NUL-ended paths in a file without a name, which processes of ours can open by `file`."""

    def __init__(self, paths=()):
        self._stream = tempfile.TemporaryFile()
        for path in paths:
            self.add(path)

    @property
    def file(self):
        """Its name (bytes) for this process and those that it forks."""
        self.flush()
        return b'/proc/self/fd/%d' % self._stream.fileno()

    def add(self, path):
        self._stream.write(path + b'\0')

    def flush(self):
        """A child that fills the list of its parent calls this at the end."""
        self._stream.flush()

    def __bool__(self):
        with open(self.file, 'rb') as stream:
            return bool(stream.read(1))

    def __iter__(self):
        rest = b''
        with open(self.file, 'rb') as stream:
            for chunk in iter(lambda: stream.read(_CHUNK), b''):
                paths = (rest + chunk).split(b'\0')
                rest = paths.pop()
                yield from paths

    def close(self):
        self._stream.close()
