# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State queries that an evict need not make, since `lfs find` has listed the file as released.

One listing costs a fifth of reading the states (lustre-hsm P3, P4), so it pays where most
files are released already. That shows by the first states; then one listing a root runs
beside. It only spares work: what is not listed, or changed since, is asked as always.
"""

import time

from .bits import ARCHIVED, EXISTS, RELEASED
from .entry import SECOND
from .table import NameTable

# So many states of a root are read before a listing of it may begin.
ENOUGH = 2000

# Clocks of hosts differ, and so the time of a file may be this much off.
_SKEW_NS = 600 * SECOND

# What `lfs find` does not tell is whether the filer's copy is lost (H47): no evict asks that.
_FLAGS = EXISTS | ARCHIVED | RELEASED


class Spare(object):
    """What is known to be released without asking for its state."""

    def __init__(self, lfs, calls, options):
        self._lfs = lfs
        self._calls = calls
        self._pays = options.verb == 'evict' and options.list_file is None
        self._read = {}
        self._begun_ns = {}
        self._names = None

    def saw(self, entry, flags):
        """Take note of a state that was read; begin a listing when it will pay."""
        root = entry.root
        if not self._pays or root in self._begun_ns:
            return
        count, released = self._read.get(root, (0, 0))
        count, released = count + 1, released + bool(flags & RELEASED)
        self._read[root] = count, released
        if count >= ENOUGH and released * 2 > count:
            self._begin(root)

    def flags_of(self, entry):
        """Return the state bits of a file that is known to be released, else None."""
        begun = self._begun_ns.get(entry.root)
        # A newer file may have taken the name of the one that was listed.
        if begun is None or entry.mtime_ns > begun - _SKEW_NS or entry.nlink != 1:
            return None
        return _FLAGS if b'%d/%s' % (entry.root, entry.rel) in self._names else None

    def _begin(self, root):
        self._begun_ns[root] = int(time.time() * SECOND)
        if self._names is None:
            self._names = NameTable()
        names = self._names

        def listed(rels):
            for rel in rels:
                names.add(b'%d/%s' % (root, rel))

        # Why it ended, if early, does not matter: the rest is asked for its state.
        self._calls.submit(lambda _why: None, self._lfs.released, root, listed)
