# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walk of a tree: every regular file once, or an error that says what was not seen.

os.walk is no help here: it swallows errors unless asked, and a listing that breaks off
half way must never pass for a whole one (field-reports L4). The walk is a stream: neither
the names of a large folder nor a deep tree are held in memory, and no path is ever longer
for the kernel than one name.
"""

import errno
import os
import stat
import tempfile

from .entry import join
from .folders import descend, listing_name, mount_of, open_folder


def walk(root, selection, tick, problem):
    """Yield (rel, stat result) of the regular files below an open folder that are taken.

    tick() is called for each name seen; problem(rel, errno) for each one that could not be
    looked at or listed, and the walk goes on unless it raises.
    """
    mount = mount_of(root)
    chain = _Chain(root)
    pending = Pending()
    try:
        folder = root
        while folder is not None:
            yield from _scan(folder, chain, selection, pending, tick, problem)
            folder = _next_folder(chain, pending, mount, problem)
    finally:
        chain.close()
        pending.close()


def _next_folder(chain, pending, mount, problem):
    """Enter the next pending folder that can be entered; None when there is none left.

    A folder under another mount is a problem too: what the mount hides was not seen.
    """
    while pending:
        depth, name = pending.pop()
        try:
            folder = chain.enter(depth, name)
            if mount_of(folder) == mount:
                return folder
            problem(chain.rel, errno.EXDEV)
        except FileNotFoundError:
            continue
        except OSError as error:
            problem(chain.asked, error.errno)
    return None


def _scan(folder, chain, selection, pending, tick, problem):
    try:
        listing = os.scandir(listing_name(folder))
    except FileNotFoundError:
        return
    except OSError as error:
        problem(chain.rel, error.errno)
        return
    with listing:
        while True:
            try:
                item = next(listing)
            except StopIteration:
                return
            except OSError as error:
                problem(chain.rel, error.errno)
                return
            tick()
            rel = join(chain.rel, item.name)
            try:
                if item.is_dir(follow_symlinks=False):
                    if selection.enters(rel):
                        pending.push(chain.depth, item.name)
                elif item.is_file(follow_symlinks=False) and selection.takes_name(rel):
                    facts = item.stat(follow_symlinks=False)
                    if stat.S_ISREG(facts.st_mode) and selection.takes_times(facts):
                        yield rel, facts
            except FileNotFoundError:
                # Listed and gone: it was never ours.
                continue
            except OSError as error:
                problem(rel, error.errno)


class _Chain(object):
    """The folders from the root down to the current one, the lowest of them open."""

    OPEN = 32

    def __init__(self, root):
        self._names = []
        self._folders = [root]
        self.rel = b''
        self.asked = b''

    @property
    def depth(self):
        return len(self._names)

    def enter(self, depth, name):
        """Go up to the folder at this depth and down to `name` in it; return it opened."""
        while len(self._names) > depth:
            self._names.pop()
            self._close(len(self._folders) - 1)
            self._folders.pop()
        self.rel = b'/'.join(self._names)
        self.asked = join(self.rel, name)
        if self._folders[-1] is None:
            self._folders[-1] = descend(self._folders[0], self._names)
        self._folders.append(open_folder(name, self._folders[-1]))
        self._names.append(name)
        self.rel = self.asked
        if len(self._folders) > self.OPEN + 1:
            self._close(len(self._folders) - 1 - self.OPEN)
        return self._folders[-1]

    def _close(self, index):
        # The root (index 0) belongs to the caller.
        if index and self._folders[index] is not None:
            os.close(self._folders[index])
            self._folders[index] = None

    def close(self):
        for index in range(len(self._folders)):
            self._close(index)


class Pending(object):
    """The folders still to be walked, last in first out; the bulk of them on disk."""

    BLOCK = 4096

    def __init__(self):
        self._top = []
        self._file = None
        self._blocks = []

    def __bool__(self):
        return bool(self._top or self._blocks)

    def push(self, depth, name):
        self._top.append((depth, name))
        if len(self._top) >= 2 * self.BLOCK:
            self._save(self._top[:self.BLOCK])
            del self._top[:self.BLOCK]

    def pop(self):
        if not self._top:
            self._top = self._load()
        return self._top.pop()

    def _save(self, block):
        if self._file is None:
            self._file = tempfile.TemporaryFile()
        self._blocks.append(self._file.seek(0, os.SEEK_END))
        # A name holds neither NUL nor '/'.
        self._file.write(b'\0'.join(b'%d/%s' % pair for pair in block))

    def _load(self):
        self._file.seek(self._blocks.pop())
        block = self._file.read()
        self._file.seek(-len(block), os.SEEK_END)
        self._file.truncate()
        pairs = [item.split(b'/') for item in block.split(b'\0')]
        return [(int(depth), name) for depth, name in pairs]

    def close(self):
        if self._file is not None:
            self._file.close()
