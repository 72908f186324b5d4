# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the host is looked at: files below one root, and programs that only tell."""

import os

_MOST = 1 << 22


class System(object):
    """The host; another root and another way to run programs make it a test's."""

    def __init__(self, run, root='/'):
        """run(argv) returns (status, what was printed), None when there is no such program."""
        self._run = run
        self._root = root

    def ask(self, argv):
        """Return what a program printed, None when it is not there or failed."""
        status, printed = self._run(argv) or (1, '')
        return printed if status == 0 else None

    def printed(self, argv):
        """Return what a program printed: some fail when one of several names is unknown."""
        return (self._run(argv) or (1, ''))[1]

    def read(self, path):
        """Return a file as text, empty when it cannot be read."""
        try:
            with open(self._path(path), 'rb') as file:
                return file.read(_MOST).decode('utf-8', 'replace')
        except OSError:
            return ''

    def names(self, folder):
        """Return the names in a folder in order, none when it cannot be read."""
        try:
            return sorted(os.listdir(self._path(folder)))
        except OSError:
            return []

    def exists(self, path):
        return os.path.exists(self._path(path))

    def _path(self, path):
        return os.path.join(self._root, path.lstrip('/'))
