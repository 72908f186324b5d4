# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A question about many files, put to `lfs` until each file has an answer.

A call may answer only some of its files: older versions stop at the first one that fails
(lustre-hsm V1). As long as each call settles something the rest is asked again. A call that
settles nothing is put once more for its first file alone; when that one gets no answer either,
it is given up, and with it all the others, unless `lfs` has answered for some file before.
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
        self._works = False
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
            self._judge(indexes, self._read(indexes, place, result), place, result)
            self.go_on()

        self._lfs.call(self._verb, (), place, ended,
                       most_err=_ERROR_BYTES * (len(indexes) + 8))

    def _read(self, indexes, place, result):
        """Keep the answers of a call; return the indexes that got none."""
        whole = result.rc is not None and result.rc >= 0 and not result.flooded
        answers = self._parse(result.out, whole, place.names)
        for slot, failure in enumerate(failures(result.err, place.names)):
            answers[slot] = answers[slot] or failure
        self._works = self._works or any(answers)
        for slot, number in result.place_errors.items():
            answers[slot] = of_errno(number)
        for index, answer in zip(indexes, answers):
            self._answers[index] = answer
        return [index for index, answer in zip(indexes, answers) if answer is None]

    def _judge(self, indexes, rest, place, result):
        """Decide what is asked next, after a call that left `rest` without an answer."""
        if rest and len(rest) == len(indexes) > 1 and not _is_dead(result):
            self._behind = rest[1:]
            self._waiting.insert(0, rest[:1])
            return
        left = rest + self._behind
        self._behind = []
        if rest and (_is_dead(result) or len(indexes) == 1):
            given_up = rest if self._works and not _is_dead(result) else left
            answer = trouble(self._verb, result, place)
            for index in given_up:
                self._answers[index] = answer
            left = left[len(given_up):]
        if left:
            self._waiting.insert(0, left)


def _is_dead(result):
    """Whether asking again would only wait again."""
    return result.timed_out or result.stuck or result.failure is not None
