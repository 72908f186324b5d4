# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of a run that reads the state of every file of a source once, and moves nothing."""

from .examine import BATCH, Examiner


class Reading(object):
    """The loop; a subclass says what to do with each file.

    It has _admit(entry), _found(work, look), _unanswered(work, answer), which take files in
    and out of _live, and halt(outcome, reason).
    """

    # Nothing moves while states are read.
    moved = 0

    def __init__(self, options, lfs, looker, calls, tally, limits, source):
        self._options = options
        self._calls = calls
        self._tally = tally
        self._limits = limits
        self._source = source
        self._live = {}
        self._examiner = Examiner(lfs, looker, calls, lambda _work: False, self._found,
                                  self._unanswered)

    @property
    def over(self):
        """Whether every file is done with and none is to come."""
        return self._source.ended and not self._live

    def turn(self):
        """Take in and ask what can be now."""
        if self._limits.is_closed:
            self.halt('pending', 'error_limit')
            return
        while len(self._examiner) < BATCH and not self._source.ended:
            pairs = self._source.take(BATCH)
            if not pairs:
                break
            for entry, _flags in pairs:
                self._admit(entry)
        self._examiner.turn()
