# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names for `lfs` that nobody can bend: /proc/self/fd/N/NAME with folders opened by us.

Between the walk and the call a folder can be swapped for a link to somewhere else. So the
forked child opens each folder of its batch itself, one component at a time and through no
link, on the mount of its root, and `lfs` gets names below those descriptors (lustre-hsm
M5, safety rule 7). A name holds no '/', so the text '/proc/self/fd/' starts each name in
what `lfs` prints and can be nowhere else: report.py builds on that. It also makes every
name short, however deep its folder lies.
"""

import errno
import os
import re
import resource

from .entry import below, join
from .errors import Refused
from .folders import descend, mount_of, open_path

MARK = b'/proc/self/fd/'

# Descriptors below FIRST are for what the child itself needs.
FIRST = 20
MOST_FOLDERS = 400
# One request takes up to 50 files, each of which may lie in a folder of its own.
FEWEST_FOLDERS = 50
# The kernel takes at least 128 KiB of arguments; each one costs a pointer more.
MOST_BYTES = 96 * 1024
MOST_NAMES = 2000

_NUMBER = re.compile(MARK + br'(\d+)/')


def folders_a_call():
    """Return how many folders one child may hold open; raise Refused when too few."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    room = MOST_FOLDERS if hard == resource.RLIM_INFINITY else min(MOST_FOLDERS, hard - FIRST)
    if room < FEWEST_FOLDERS:
        raise Refused('A process may open only %d files here (ulimit -Hn), and %d are needed. '
                      'Raise the limit.' % (hard, FIRST + FEWEST_FOLDERS))
    return room


def batches(entries, folders, most_names=MOST_NAMES):
    """Cut entries into lists that fit one call: by folders, by names, by bytes."""
    batch, seen, size = [], set(), 0
    for entry in entries:
        folder = (entry.root, entry.rel.rpartition(b'/')[0])
        length = len(MARK) + 16 + len(entry.rel) - len(folder[1])
        full = len(batch) == most_names or size + length > MOST_BYTES
        if batch and (full or len(seen) == folders and folder not in seen):
            yield batch
            batch, seen, size = [], set(), 0
        batch.append(entry)
        seen.add(folder)
        size += length
    if batch:
        yield batch


class Places(object):
    """The names of one call, and the folders that the child opens for them.

    names: one a entry, as `lfs` gets and echoes it.
    """

    def __init__(self, roots, entries, devices=None):
        """devices: the st_dev of each root as the run found it, or None."""
        self._roots = roots
        self._devices = devices
        numbers = {}
        self._folder_of = []
        self.names = []
        for entry in entries:
            above, _slash, name = entry.rel.rpartition(b'/')
            number = numbers.setdefault((entry.root, above), len(numbers))
            self._folder_of.append(number)
            self.names.append(b'%s%d/%s' % (MARK, FIRST + number, name))
        self._folders = list(numbers)

    def open_all(self):
        """In the child: open every folder at its number; return {index of name: errno}."""
        _raise_open_limit(FIRST + len(self._folders))
        errors = {}
        tops = Tops(self._roots, self._devices)
        for number, (root, above) in enumerate(self._folders):
            try:
                _move(tops.folder(root, above), FIRST + number)
            except OSError as error:
                errors[number] = error.errno
        return {index: errors[number] for index, number in enumerate(self._folder_of)
                if number in errors}

    def readable(self, text):
        """Return what `lfs` printed with the real folders in place of their numbers."""
        return _NUMBER.sub(self._real, text)

    def _real(self, found):
        number = int(found.group(1)) - FIRST
        if not 0 <= number < len(self._folders):
            return found.group(0)
        root, above = self._folders[number]
        return below(self._roots[root].path, join(above, b''))


class RootPlace(object):
    """The one name of a call about a whole root: its folder, or the one file in it."""

    def __init__(self, root, device=None):
        self._root = root
        self._devices = None if device is None else [device]
        self.names = [b'%s%d/%s' % (MARK, FIRST, root.only or b'')]

    def open_all(self):
        try:
            _move(Tops([self._root], self._devices).folder(0, b''), FIRST)
        except OSError as error:
            return {0: error.errno}
        return {}

    def readable(self, text):
        return _NUMBER.sub(lambda _found: below(self._root.path, b''), text)


class Tops(object):
    """Opens folders below the roots; of the roots only the last one used stays open.

    So a child needs few working descriptors, and all of them stay below FIRST.
    """

    def __init__(self, roots, devices=None):
        self._roots = roots
        self._devices = devices
        self._current = None
        self._folder = None
        self._mount = None

    def folder(self, root, above):
        """Return a descriptor of the folder `above` below a root, on the root's own mount."""
        if root != self._current:
            self._open(root)
        folder = descend(self._folder, above.split(b'/') if above else ())
        if mount_of(folder) != self._mount:
            os.close(folder)
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return folder

    def _open(self, root):
        top = open_path(self._roots[root].path)
        mount = mount_of(top)
        if self._devices is not None and mount[0] != self._devices[root]:
            # The cache was unmounted: what lies here now says nothing about its files.
            os.close(top)
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        if self._folder is not None:
            os.close(self._folder)
        self._current, self._folder, self._mount = root, top, mount


def _move(folder, number):
    os.dup2(folder, number)
    os.close(folder)


def _raise_open_limit(needed):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
