# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events that name the file by a handle, and by its folder and name: fid-fs."""

import errno
import os
import time

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
        found = self._found(event.file)
        if found is None:
            return self._by_name(event)
        path, info = found
        if not counts(info):
            return None
        if not self._ours(path) or not is_at(path, info):
            # Nobody has looked at it by its present name yet: as it was called at the close.
            path = self._called(event)
            if path is None:
                raise Unseen('a file was written in a folder that is gone')
        return Sighting(path, info.st_dev, info.st_ino)

    def _by_name(self, event):
        """A file that its handle does not find is gone, unless its name says otherwise.

        The kernel has one error for "it is gone" and for most troubles of a server.
        """
        path = self._called(event)
        if path is None:
            # Its folder is gone too, as with temporary files; if the server says so.
            self._ask_the_server()
            return None
        try:
            info = os.lstat(path)
        except FileNotFoundError:
            return None
        return Sighting(path, info.st_dev, info.st_ino) if counts(info) else None

    def _called(self, event):
        """Return the path of the event: its folder as that is called now, and the name.

        None when there is no such folder any more.
        """
        found = self._found(event.folder)
        if found is None or not found[1].st_nlink:
            return None
        path, _info = found
        if not self._ours(path) and path != self._mount.point:
            raise Unseen('a file was written outside of the mount')
        return path.rstrip(b'/') + b'/' + event.name

    def _found(self, handle):
        """Return (path, stat) of what a handle stands for; None when it is gone, it seems."""
        try:
            opened = fanotify.open_handle(self._root, handle)
            try:
                return path_of(opened), os.fstat(opened)
            finally:
                os.close(opened)
        except OSError as error:
            # It may go between the two calls; Lustre says so by the second error.
            if error.errno not in (errno.ESTALE, errno.ENOENT):
                raise
            return None

    def _ask_the_server(self):
        """Raise an OSError when it does not answer for a name of which nothing is known here."""
        try:
            os.lstat(b'%s/.file-cache-%d' % (self._mount.point.rstrip(b'/'), time.time() * 1e6))
        except FileNotFoundError:
            pass

    def _ours(self, path):
        return path.startswith(self._mount.point.rstrip(b'/') + b'/')
