# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is finished, and so may be archived (safety rule 8).

A size that stopped changing is no sign (field-reports D3, D8): what counts is the name, what
lies beside the file, and who has it open.
"""

import errno
import functools
import os
import time
from collections import namedtuple

from ..host import mountinfo, writers
from ..hsm.child import Children

# A look at all processes is good for so long.
_FRESH_SECONDS = 1.0
_ABSENT = (errno.ENOENT, errno.ENAMETOOLONG)

# From this moment (epoch) on writers were ended in the middle of their work. open: the set of
# inodes that one had open then, and of those that were closed later (fanotify F2): they look
# finished, and are not.
Halt = namedtuple('Halt', 'moment open')


class Finished(object):
    """Judges the files of a mount before each archive, as look.Looker asks it to.

    unknown: {pid: comm} of processes that did not tell what they have open.
    """

    def __init__(self, rules, point, halt=None, clock=time.monotonic):
        """rules: the section `unfinished` of the settings; point: the mount point (bytes);
        halt: None, or a Halt."""
        self._rules = rules
        self._point = point
        self._halt = halt
        self._clock = clock
        self._open = frozenset()
        self._looked = None
        self.unknown = {}

    def judge(self):
        """Return what says of (name, folder, stat result) why it is not finished, or None."""
        if self._looked is None or self._clock() - self._looked > _FRESH_SECONDS:
            self._open = self._open_here()
            self._looked = self._clock()
        if self._halt is None:
            return functools.partial(sign_of, self._rules, self._open, None)
        # Lustre keeps whole seconds (field-reports L28).
        return functools.partial(sign_of, self._rules, self._open | self._halt.open,
                                 int(self._halt.moment))

    def _open_here(self):
        """Return the inodes that a process of this host may still write (fanotify F50, F51)."""
        mount = mountinfo.at(self._point)
        children = Children()
        try:
            holders = writers.writers(children, [] if mount is None else [mount])
        finally:
            children.close()
        self.unknown.update(holders.unknown)
        return frozenset(held.inode for held in holders.found)


def sign_of(rules, open_here, halted, name, folder, facts):
    """Return what says that a file is unfinished (one of look.UNFINISHED), or None.

    halted: the second from which on nothing was written to its end, or None; name: bytes;
    folder: a descriptor of the folder it lies in.
    """
    beside = rules['sidecars'] + rules['locks']
    if any(pattern.matches(name) for pattern in rules['partial']) or name.endswith(beside):
        return 'partial'
    if facts.st_size <= rules['placeholder_bytes']:
        return 'placeholder'
    if facts.st_ino in open_here or halted is not None and facts.st_mtime >= halted:
        return 'open'
    for sign, endings in (('sidecar', rules['sidecars']), ('locked', rules['locks'])):
        if any(_exists(name + ending, folder) for ending in endings):
            return sign
    return None


def _exists(name, folder):
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
        return True
    except OSError as error:
        if error.errno in _ABSENT:
            return False
        raise
