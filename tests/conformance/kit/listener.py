# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One mark on a mount, and what it says of the files in one folder."""

import collections
import errno
import os

from . import fanotify

# path: bytes; by a fid event it is the folder as it is called now, and the name at the close.
Seen = collections.namedtuple('Seen', 'path pid')

# What the kernel adds to the path of a file that has lost its name.
DELETED = b' (deleted)'
# In the name of a file that Lustre makes for its own work (F31).
VOLATILE = b':VOLATILE:'
# What the kernel says when the file of an event is not there to be opened (F12): Lustre, FUSE.
GONE = (errno.ESTALE, errno.ENOENT)


class Listener(object):
    """Other people's files on the mount are left out: only what lies below `folder` counts.

    Whatever ends a writable open is in the queue before that close, munmap or exit is over,
    so nothing is waited for.
    """

    def __init__(self, way, point, folder, flags=0):
        self.way = way
        self.queue = fanotify.listen(way, point, flags)
        self._point = point
        self._folder = os.path.join(folder, b'')

    def seen(self):
        """Everything that is in the queue now, as [Seen]; an OSError is the kernel's."""
        return self._drain(self.resolve)

    def names(self):
        """The same as sorted paths below the folder."""
        return sorted(one.path[len(self._folder):] for one in self.seen())

    def names_beside_a_copytool(self):
        """The same without what a copytool on this mount restores into (F31).

        Those files have no name of their own: open files of them are lost.
        """
        seen = self._drain(self.resolve, passing=GONE)
        return sorted(one.path[len(self._folder):] for one in seen if VOLATILE not in one.path)

    def inodes(self):
        """The same as inode numbers, whatever path the writer had, and whoever it was."""
        return self._drain(lambda events: [
            _inode(event.fd if self.way != fanotify.FID_FS
                   else fanotify.open_handle(self._point, event.file)) for event in events])

    def held(self):
        """The descriptors of everything that is in the queue; for the fd ways."""
        return self._drain(lambda events: [event.fd for event in events])

    def resolve(self, events):
        """Turn Events into [Seen], and close their files."""
        found = [Seen(self._path(event), event.pid) for event in events]
        return [one for one in found if one.path.startswith(self._folder)]

    def _drain(self, take, passing=()):
        """passing: errors after which it is read on."""
        found = []
        while True:
            try:
                events = fanotify.read(self.queue)
            except OSError as error:
                if error.errno not in passing:
                    raise
                continue
            if not events:
                return found
            found += take(events)

    def _path(self, event):
        if self.way != fanotify.FID_FS:
            return path_of(event.fd, close=True)
        folder = path_of(fanotify.open_handle(self._point, event.folder), close=True)
        return os.path.join(folder, event.name)

    def close(self):
        os.close(self.queue)


def _inode(fd):
    try:
        return os.fstat(fd).st_ino
    finally:
        os.close(fd)


def path_of(fd, close=False):
    """The present path of an open file, by the kernel's word."""
    try:
        return os.readlink(b'/proc/self/fd/%d' % fd)
    finally:
        if close:
            os.close(fd)
