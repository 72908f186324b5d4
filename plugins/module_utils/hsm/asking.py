# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A question about many files, put to `lfs` until each file has an answer.

A call may answer only some of its files: older versions stop at the first one that fails
(lustre-hsm V1). As long as each call settles something the rest is asked again. A call that
settles nothing is put once more for its first file alone, and when that one gets no answer
either, the fault is not a file's.
"""

from .answers import of_errno, trouble
from .report import failures

# A failed file costs a line of errors with its name in it.
_ERROR_BYTES = 512


class Question(object):
    """One question (hsm_state, hsm_action) about a list of entries; its calls run in turn."""

    def __init__(self, lfs, verb, parse, entries, done):
        """parse(out, whole, names): report.states or report.actions."""
        self._lfs = lfs
        self._verb = verb
        self._parse = parse
        self._entries = entries
        self._done = done
        self._answers = [None] * len(entries)
        self._waiting = []
        self._behind = []
        at = 0
        for batch in lfs.batches(entries):
            self._waiting.append(list(range(at, at + len(batch))))
            at += len(batch)

    def go_on(self):
        """Put the next call, or give the answers when there is none left to put."""
        if not self._waiting:
            self._done(self._answers)
            return
        indexes = self._waiting.pop(0)
        place = self._lfs.places([self._entries[index] for index in indexes])

        def ended(result):
            self._take_in(indexes, place, result)
            self.go_on()

        self._lfs.call(self._verb, (), place, ended,
                       most_err=_ERROR_BYTES * (len(indexes) + 8))

    def _take_in(self, indexes, place, result):
        whole = result.rc is not None and result.rc >= 0 and not result.flooded
        answers = self._parse(result.out, whole, place.names)
        for slot, failure in enumerate(failures(result.err, place.names)):
            answers[slot] = answers[slot] or failure
        for slot, number in result.place_errors.items():
            answers[slot] = of_errno(number)
        rest = []
        for index, answer in zip(indexes, answers):
            self._answers[index] = answer
            if answer is None:
                rest.append(index)
        dead = result.timed_out or result.stuck or result.failure
        if rest and (dead or len(indexes) == 1):
            self._settle(rest + self._behind, trouble(self._verb, result, place))
            self._behind = []
        elif len(rest) == len(indexes):
            self._behind = rest[1:]
            self._waiting.insert(0, rest[:1])
        else:
            left = rest + self._behind
            self._behind = []
            if left:
                self._waiting.insert(0, left)

    def _settle(self, indexes, answer):
        for index in indexes:
            self._answers[index] = answer
