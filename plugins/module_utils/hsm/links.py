# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hard links: one file by many names is worked on by one name at a time (lustre-hsm H26)."""

from .table import NameTable


class Links(object):
    """The inodes with several names that a run has met.

    Memory holds those under way; the others are on disk.
    """

    def __init__(self):
        self._seen = None
        self._busy = {}

    def is_first(self, entry):
        """Whether no other name of the file came before."""
        if entry.nlink < 2:
            return True
        if self._seen is None:
            self._seen = NameTable()
        return self._seen.add(b'%d' % entry.ino)

    def is_busy(self, entry):
        """Whether another name of the file is under way."""
        return entry.nlink > 1 and entry.ino in self._busy

    def begin(self, work):
        """The file of a work is under way, whatever inode has its name later."""
        if work.entry.nlink > 1:
            self._busy[work.entry.ino] = work

    def end(self, work):
        """A work is done with."""
        if self._busy.get(work.entry.ino) is work:
            del self._busy[work.entry.ino]

    def close(self):
        if self._seen is not None:
            self._seen.close()
