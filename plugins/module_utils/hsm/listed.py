# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at listed names, one by one and each by exactly that name."""

import errno
import os
import stat

from .entry import found, troubled
from .folders import is_link, mount_of, open_folder

# These say something about the name; anything else says something about the mount.
_PROBLEM_OF = {
    errno.ENOENT: 'missing',
    errno.ENOTDIR: 'missing',
    errno.ENAMETOOLONG: 'missing',
    errno.EACCES: 'denied',
    errno.EPERM: 'denied',
}


class _ThroughLink(Exception):
    """A folder on the way is a symbolic link."""


class Looker(object):
    """Looks below open roots; the folder of the last name stays open for the next one."""

    def __init__(self, folders):
        """folders: one descriptor a root (None where it could not be opened)."""
        self._roots = folders
        self._mounts = [None if folder is None else mount_of(folder) for folder in folders]
        self._at = None
        self._folder = None
        self._foreign = False

    def look(self, root, rel):
        """Return (entry, 0), or (entry with a problem, errno) when the mount is in doubt."""
        above, _slash, name = rel.rpartition(b'/')
        try:
            self._enter(root, above)
            facts = os.stat(name, dir_fd=self._folder, follow_symlinks=False)
        except _ThroughLink:
            return troubled(root, rel, 'through_link'), 0
        except OSError as error:
            problem = _PROBLEM_OF.get(error.errno)
            if problem is None:
                return troubled(root, rel, 'unreadable'), error.errno
            return troubled(root, rel, problem), 0
        if not stat.S_ISREG(facts.st_mode):
            return troubled(root, rel, 'not_regular'), 0
        if self._foreign or facts.st_dev != self._mounts[root][0]:
            return troubled(root, rel, 'outside'), 0
        return found(root, rel, facts), 0

    def _enter(self, root, above):
        """Make the folder of a name the current one."""
        if self._at == (root, above):
            return
        self.close()
        current = os.dup(self._roots[root])
        try:
            for name in above.split(b'/') if above else ():
                lower = _open_below(current, name)
                os.close(current)
                current = lower
            self._foreign = mount_of(current) != self._mounts[root]
        except (OSError, _ThroughLink):
            os.close(current)
            raise
        self._at, self._folder = (root, above), current

    def close(self):
        if self._folder is not None:
            os.close(self._folder)
        self._at = self._folder = None


def _open_below(folder, name):
    try:
        return open_folder(name, folder)
    except OSError as error:
        if error.errno in (errno.ENOTDIR, errno.ELOOP) and is_link(name, folder):
            raise _ThroughLink()
        raise
