# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the files of the list on the mount as it is now, by name and inode, in a child.

A file that was renamed since is looked for by its inode: in its folder first, then one level
around it (the folder above, the folders below both), as renderers move frames out of a
folder for temporary files. What is not found there was deleted, or moved further: then it is
the sweep that finds it.
"""

import os
import stat
import struct
import tempfile

from ..hsm.entry import Root, below, covers
from ..hsm.errand import IDLE_SECONDS, Errand
from ..hsm.eviction import Evicted, give_up_when_evicted
from ..hsm.folders import listing_name, open_path
from ..hsm.wire import Sender
from .rows import Row

FOUND = b'F'
MOST_AROUND = 100  # folders
MOST_NAMES = 200 * 1000

_RECORD = struct.Struct('<qQII')
_ID = struct.Struct('<q')


class Locating(Errand):
    """Places the files of Rows; gone: called with each Row that has no file any more.

    A folder that is not on the device of the root says nothing about its files: they are
    neither placed nor gone.
    """

    def __init__(self, children, rows, root, device, gone, idle=IDLE_SECONDS):
        """root: the path (bytes) that no file is looked for outside of."""
        self._rows = rows
        self._gone = gone
        top = Root(root, None)
        self._records = tempfile.TemporaryFile()
        for number, folder, name, inode in rows.by_folder():
            self._records.write(_RECORD.pack(number, inode, len(folder), len(name)) + folder + name)
        self._records.seek(0)
        Errand.__init__(self, children, (top,), _locate,
                        (self._records, _Place(top, device)), idle)

    def _take_in(self, kind, payload):
        if kind != FOUND:
            Errand._take_in(self, kind, payload)
            return
        row, path = Row(*_ID.unpack_from(payload)), payload[_ID.size:]
        if path:
            self._rows.place(row, path)
        else:
            self._gone(row)

    def _done(self, result):
        self._records.close()
        Errand._done(self, result)


def _locate(out, records, place):
    sender = Sender(out)
    try:
        group, at = [], None
        for row, inode, folder, name in _read(records):
            if folder != at:
                _locate_group(sender, place, at, group)
                group, at = [], folder
            group.append((row, inode, name))
        _locate_group(sender, place, at, group)
        sender.end()
    except Evicted:
        sender.evicted()


def _read(records):
    while True:
        head = records.read(_RECORD.size)
        if not head:
            return
        row, inode, folder, name = _RECORD.unpack(head)
        yield row, inode, records.read(folder), records.read(name)


def _locate_group(sender, place, folder, group):
    """Tell where the files of one folder are; group: [(row, inode, name)]."""
    if not group:
        return
    missing = {}
    try:
        opened = place.open(folder)
    except _Elsewhere:
        return
    for row, inode, name in group:
        sender.tick()
        if opened is not None and _inode(name, opened) == inode:
            _tell(sender, row, below(folder, name))
        else:
            missing.setdefault(inode, []).append(row)
    if opened is not None:
        os.close(opened)
    for inode, path in _search(sender, place, folder, missing) if missing else ():
        for row in missing.pop(inode, ()):
            _tell(sender, row, path)
        if not missing:
            return
    for rows in missing.values():
        for row in rows:
            _tell(sender, row, b'')


def _tell(sender, row, path):
    sender.send(FOUND, _ID.pack(row) + path)


def _inode(name, folder):
    """Return the inode of a regular file in an open folder, None for all else."""
    try:
        facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        give_up_when_evicted(error.errno, folder)
        return None
    return facts.st_ino if stat.S_ISREG(facts.st_mode) else None


def _search(sender, place, folder, inodes):
    """Yield (inode, path) of the files with these inodes in a folder and around it."""
    above = os.path.dirname(folder)
    near = [folder, above]
    names = 0
    for number, one in enumerate(near):
        if one in near[:number]:
            continue
        for item in place.listed(one):
            sender.tick()
            names += 1
            if names > MOST_NAMES:
                return
            path = below(one, item.name)
            if item.is_dir(follow_symlinks=False):
                if number < 2 and len(near) < MOST_AROUND:
                    near.append(path)
            elif item.inode() in inodes and item.is_file(follow_symlinks=False):
                yield item.inode(), path


class _Elsewhere(Exception):
    """A folder that is not on the cache."""


class _Place(object):
    """Where files are looked for: below a root, on its device."""

    def __init__(self, root, device):
        self._root = root
        self._device = device

    def open(self, folder):
        """Open a folder; None when it is not there any more, or is a link now."""
        try:
            opened = open_path(folder)
        except OSError as error:
            give_up_when_evicted(error.errno)
            return None
        if os.fstat(opened).st_dev != self._device:
            os.close(opened)
            raise _Elsewhere()
        return opened

    def listed(self, folder):
        """Yield what a folder holds; one that cannot be listed holds nothing to be found."""
        try:
            opened = self.open(folder) if covers(self._root, folder) else None
        except _Elsewhere:
            return
        if opened is None:
            return
        try:
            with os.scandir(listing_name(opened)) as listing:
                yield from listing
        except OSError as error:
            give_up_when_evicted(error.errno)
        finally:
            os.close(opened)
