# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that were written through another mount of the same file system (fanotify F16).

A container or a bind mount shows a path of its own. Where its mount begins in the file
system is found in the mountinfo of whoever has it; and a path counts only when the file
stands there in our own mount.
"""

import os
import time

from ..host import mountinfo
from .sighting import Unseen, is_at

_SEARCH_EVERY = 1.0  # seconds


class Elsewhere(object):
    """Knows the other mounts of one Mount's file system, by their number."""

    def __init__(self, mount, clock=time.monotonic):
        self._mount = mount
        self._clock = clock
        self._known = {}
        self._searched_at = None

    def find(self, number, path, pid, info):
        """Return the path in our own mount of a file that was opened through mount `number`.

        path: as the kernel gives it; pid: who wrote; info: the stat of the file.
        """
        found = self._met(number, path, info)
        if found is None:
            self._learn(('self', pid))
            found = self._met(number, path, info)
        if found is None and self._may_search():
            self._learn(_one_of_each_namespace())
            found = self._met(number, path, info)
        if found is None:
            raise Unseen('a file was written through a mount that is not known here')
        return found

    def _met(self, number, path, info):
        for candidate in self._candidates(number, path):
            if is_at(candidate, info):
                return candidate
        return None

    def _may_search(self):
        """A search looks at every process of the host."""
        now = self._clock()
        if self._searched_at is not None and now < self._searched_at + _SEARCH_EVERY:
            return False
        self._searched_at = now
        self._known.clear()
        return True

    def _learn(self, pids):
        for pid in pids:
            for mount in mountinfo.read(pid):
                if mount.device == self._mount.device:
                    self._known[mount.number] = mount

    def _candidates(self, number, path):
        """Yield where in our mount the file may be."""
        mount = self._known.get(number)
        if mount is None:
            return
        inside = mount.point.rstrip(b'/') + b'/'
        if path.startswith(inside):
            yield from self._ours(mount.root, path[len(inside):])
        # When its namespace has ended, the path is cut to the root of the mount.
        yield from self._ours(mount.root, path.lstrip(b'/'))

    def _ours(self, root, rest):
        """Yield the path in our mount of what lies so far below a folder of the file system."""
        path = root.rstrip(b'/') + b'/' + rest
        our_root = self._mount.root.rstrip(b'/') + b'/'
        if path.startswith(our_root):
            yield self._mount.point.rstrip(b'/') + b'/' + path[len(our_root):]


def _one_of_each_namespace():
    """Return a process, by its number, of each mount namespace of the host."""
    found = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                found.setdefault(os.readlink('/proc/%s/ns/mnt' % name), name)
            except OSError:
                # It has ended.
                continue
    return found.values()
