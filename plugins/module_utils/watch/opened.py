# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events that bring the open file: fd-fs and fd-mount."""

import os

from . import fanotify
from .descriptors import DELETED, mount_number, path_of
from .elsewhere import Elsewhere
from .sighting import Sighting, Unseen, counts, is_at, is_volatile


class OpenedFiles(object):
    """Reads events one by one, and closes the file of each before the next.

    The kernel opens it when the event is read, and an error of that shows only when it is
    the first event of a read (fanotify F13): so no error is hidden, no more than one file
    is open, and a limit of open files is not met (F20, F21).
    """

    def __init__(self, mount):
        self._mount = mount
        self._elsewhere = Elsewhere(mount)

    def read(self, queue):
        """Return the next Events, [] when there are none; raise Unseen for one that is lost."""
        try:
            return list(fanotify.parse(os.read(queue, fanotify.EVENT_SIZE)))
        except BlockingIOError:
            return []
        except OSError as error:
            # Unlinked or replaced before it was read, or hidden by root squash (F12, F14).
            raise Unseen('a file could not be opened: %s' % os.strerror(error.errno))

    def sight(self, event):
        """Return the Sighting of an event, None when nothing is to be kept; raise Unseen."""
        try:
            return self._sight(event.fd, event.pid)
        except OSError as error:
            # A path may be too long to be told (F10).
            raise Unseen('a file could not be looked at: %s' % error.strerror)
        finally:
            os.close(event.fd)

    def _sight(self, file, pid):
        info = os.fstat(file)
        path = path_of(file)
        if not counts(info) or is_volatile(path):
            return None
        number = mount_number(file)
        if number != self._mount.number:
            path = self._elsewhere.find(number, path, pid, info)
        elif path.endswith(DELETED) and not is_at(path, info):
            # F18: it lives on under another name.
            raise Unseen('a file lost the name under which it was written')
        return Sighting(path, info.st_dev, info.st_ino)

    def end_batch(self):
        """Nothing was kept."""
