# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a hydrate or refresh: made whole, on disk, before anything is requested.

Only the whole plan shows whether there is room for it.
"""

from .decide import settled, unanswered
from .lfs import MOST_IN_A_REQUEST
from .links import Links
from .reading import Reading
from .source import Kept
from .work import Work


class Planner(Reading):
    """kept: the files with something to be done; wanted: bytes that are to be restored;
    largest: of the largest file among them; over: whether the plan is whole.
    """

    def __init__(self, options, lfs, looker, calls, tally, limits, judge, source):
        super(Planner, self).__init__(options, lfs, looker, calls, tally, limits, source)
        self._judge = judge
        self._links = Links()
        self.kept = Kept()
        self.wanted = self.largest = 0

    def halt(self, outcome, reason):
        """Settle all that is not, with one outcome."""
        for work in list(self._live):
            self._settle(work, settled(outcome, reason))
        for entry, flags in self.kept.drain():
            self._tally.settle(entry, outcome, reason, flags, flags)
        self._source.drain()
        self._source = self.kept = Kept()
        self._calls.clear()

    def _admit(self, entry):
        if entry.problem is not None:
            self._tally.settle_problem(entry)
        else:
            work = Work(entry, self._options.verb, MOST_IN_A_REQUEST)
            self._live[work] = True
            self._examiner.add([work])

    def _found(self, work, _look):
        if work not in self._live:
            return
        verdict = self._judge.next(work)
        if verdict.outcome is not None:
            self._settle(work, verdict)
            return
        del self._live[work]
        self._limits.note(work.entry.root, 'done', None)
        self.kept.add(work.entry, work.flags)
        # What is released first makes the room that its restore takes.
        if verdict.steps == ('restore',) and self._links.is_first(work.entry):
            self.wanted += work.entry.size
            self.largest = max(self.largest, work.entry.size)

    def _unanswered(self, work, answer):
        if work in self._live:
            self._settle(work, unanswered(answer))

    def _settle(self, work, verdict):
        del self._live[work]
        self._tally.settle(work.entry, verdict.outcome, verdict.reason, work.flags, work.flags)
        self._tally.error(verdict.text)
        if not work.is_planned_to_fail:
            self._limits.note(work.entry.root, verdict.outcome, verdict.reason)
