# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events that name the file by a handle, and by its folder and name: fid-fs."""

import errno
import os

from . import fanotify
from .descriptors import path_of
from .marks import open_root
from .sighting import Sighting, Unseen, counts, is_at, is_volatile

_BUFFER = 65536


class NamedFiles(object):
    """Finds the files of events by our own mount, so that every path is one of ours.

    The mount is open only during a batch: it would be busy else.
    """

    def __init__(self, mount):
        self._mount = mount
        self._root = None

    def read(self, queue):
        """Return the next Events, [] when there are none."""
        try:
            return list(fanotify.parse(os.read(queue, _BUFFER)))
        except BlockingIOError:
            return []

    def sight(self, event):
        """Return the Sighting of an event, None when nothing is to be kept; raise Unseen."""
        if event.file is None or event.folder is None:
            raise Unseen('the kernel did not say which file was written')
        if is_volatile(event.name):
            return None
        try:
            if self._root is None:
                self._root = open_root(self._mount)
            return self._sight(event)
        except OSError as error:
            raise Unseen('a file could not be looked at: %s' % error.strerror)

    def end_batch(self):
        if self._root is not None:
            os.close(self._root)
            self._root = None

    def _sight(self, event):
        try:
            file = fanotify.open_handle(self._root, event.file)
        except OSError as error:
            if error.errno != errno.ESTALE:
                raise
            return self._by_name(event)
        try:
            info = os.fstat(file)
            if not counts(info):
                return None
            path = path_of(file)
        finally:
            os.close(file)
        if not self._ours(path) or not is_at(path, info):
            # Nobody has looked at it by its present name yet: as it was called at the close.
            path = self._called(event)
        return Sighting(path, info.st_dev, info.st_ino)

    def _by_name(self, event):
        """A file that its handle does not find is gone, unless its name says otherwise.

        The kernel has one error for "it is gone" and for most troubles of a server.
        """
        path = self._called(event)
        try:
            info = os.lstat(path)
        except FileNotFoundError:
            return None
        return Sighting(path, info.st_dev, info.st_ino) if counts(info) else None

    def _called(self, event):
        """Return the path of the event: its folder as that is called now, and the name."""
        folder = fanotify.open_handle(self._root, event.folder)
        try:
            path = path_of(folder)
            if not os.fstat(folder).st_nlink:
                raise Unseen('a file was written in a folder that is gone')
        finally:
            os.close(folder)
        if not self._ours(path) and path != self._mount.point:
            raise Unseen('a file was written outside of the mount')
        return path.rstrip(b'/') + b'/' + event.name

    def _ours(self, path):
        return path.startswith(self._mount.point.rstrip(b'/') + b'/')
