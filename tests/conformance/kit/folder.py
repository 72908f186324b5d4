# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fresh folder of one case on the mount, and files in every state."""

import fcntl
import os
import random
import struct

import pytest

from .cache import CLEAN, DIRTY, RELEASED

GETFLAGS, SETFLAGS, IMMUTABLE, APPEND_ONLY = 0x80086601, 0x40086602, 0x10, 0x20


MB = 1000000


def unlike(size=None):
    """Random contents of an uncommon size: no two files of the suite hold the same."""
    return os.urandom(size or random.randint(20001, 60000))


class Folder(object):
    def __init__(self, cache, path):
        self.cache = cache
        self.path = path
        self.contents = {}
        self._flagged = []
        os.mkdir(path)
        os.chmod(path, 0o777)

    def __call__(self, name):
        """The path of a name in this folder."""
        return os.path.join(self.path, os.fsencode(name))

    def new(self, name, content=None):
        path = self(name)
        self.contents[path] = unlike() if content is None else content
        with open(path, 'wb') as stream:
            stream.write(self.contents[path])
        return path

    def clean(self, *names, **options):
        """Archived files, sent in requests of at most 50; one name: one path, else a list."""
        if self.cache.unfit:
            pytest.skip(self.cache.unfit)
        paths = [self.new(name, options.get('content')) for name in names]
        for start in range(0, len(paths), 50):
            self.cache.ask('archive', *paths[start:start + 50])
        for path in paths:
            self.cache.wait_state(path, CLEAN)
        return paths[0] if len(names) == 1 else paths

    def dirty(self, name):
        path = self.clean(name)
        self.append(path)
        assert self.cache.state(path) == DIRTY
        return path

    def exists(self, name):
        """0x1, as a failed first archive leaves it (C4), but made without a fault."""
        path = self.clean(name)
        assert self.cache.lfs('hsm_clear', '--archived', path) == (0, b'', b'')
        return path

    def first_dirty(self, name):
        """0x3: written after an archive that did not end."""
        path = self.exists(name)
        self.append(path)
        return path

    def released(self, *names, **options):
        paths = self.clean(*names, **options)
        listed = [paths] if len(names) == 1 else paths
        for start in range(0, len(listed), 50):
            self.cache.ask('release', *listed[start:start + 50])
        assert set(self.cache.states(listed)) == {RELEASED}
        return paths

    def append(self, path, data=b'more'):
        with open(path, 'ab') as stream:
            stream.write(data)
        self.contents[path] = self.contents.get(path, b'') + data

    def immutable(self, path, flag=IMMUTABLE):
        set_flags(path, flag)
        self._flagged.append(path)

    def mutable(self, path):
        set_flags(path, 0)
        self._flagged.remove(path)

    def mend(self):
        for path in list(self._flagged):
            self.mutable(path)


def set_flags(path, flags):
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        fcntl.ioctl(fd, SETFLAGS, struct.pack('l', flags))
    finally:
        os.close(fd)
