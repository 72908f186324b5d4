# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scout: finds the files of a run, in a child that can be abandoned.

Either it walks the roots, or it looks at each name of a list. A listed name is looked at
by that exact name: the cache lists a folder of the filer only once, and a `stat` makes
visible what came later (filecache-and-peers A3.5). The run sees a plain queue.
"""

import collections

from .errand import IDLE_SECONDS, Errand
from .errors import Refused
from .explore import explore
from .wire import ENTRY, unpack_entry

# Enough entries ahead that the run never waits for the pipe, and no more.
QUEUE = 8192


class Scout(Errand):
    """The files of a run, as they are found."""

    def __init__(self, children, roots, selection, source=None, caller=None,
                 idle=IDLE_SECONDS):
        """source: None to walk the roots, or a lists.ListSource; caller: None, or the
        (uid, gid, groups) with whose rights a list is looked at."""
        self._queue = collections.deque()
        Errand.__init__(self, children, roots, explore, (roots, selection, source, caller), idle)

    def take(self, count):
        """Return up to `count` entries that are there; raise Refused for a bad list."""
        if self.refusal is not None:
            raise Refused(self.refusal)
        taken = [self._queue.popleft() for _number in range(min(count, len(self._queue)))]
        if len(self._queue) < QUEUE // 2:
            self._job.resume()
        return taken

    @property
    def ended(self):
        """Whether no entry is left and none will come; a refusal is still to be raised."""
        return self.finished and not self._queue and self.refusal is None

    def _data(self, data):
        Errand._data(self, data)
        if len(self._queue) > QUEUE:
            self._job.pause()

    def _take_in(self, kind, payload):
        if kind == ENTRY:
            self._queue.append(unpack_entry(payload, len(self._roots)))
        else:
            Errand._take_in(self, kind, payload)
