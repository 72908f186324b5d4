# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verb state: counts files by their state bits and the actions under way.

The bits say what the cache believes. A file that somebody holds open for writing reads
clean until he closes it (lustre-hsm H12): a count is true only when nobody has files open.
"""

from .answers import Stuck
from .bits import is_clean
from .decide import unanswered
from .examine import BATCH
from .lfs import MOST_IN_A_REQUEST
from .reading import Reading
from .reasons import REMEDIES
from .report import Failure
from .source import Kept
from .work import Work

_ACTIONS = {'ARCHIVE': 'archive', 'RESTORE': 'restore'}


class Survey(Reading):
    """over: whether all is counted."""

    def __init__(self, options, lfs, looker, calls, tally, limits, source):
        super(Survey, self).__init__(options, lfs, looker, calls, tally, limits, source)
        self._lfs = lfs
        self._waiting = []

    def turn(self):
        super(Survey, self).turn()
        if len(self._waiting) >= BATCH or self._waiting and len(self._live) == len(self._waiting):
            self._ask()

    def halt(self, _outcome, _reason):
        """Count what is left as unknown."""
        for work in list(self._live):
            self._report(work)
        self._source.drain()
        self._source = Kept()
        self._calls.clear()

    def _admit(self, entry):
        work = Work(entry, self._options.verb, MOST_IN_A_REQUEST)
        if entry.problem == 'vanished':
            self._tally.forget(entry)
        elif entry.problem is not None:
            self._tally.error(REMEDIES[entry.problem])
            self._tally.report(entry, None)
        else:
            self._live[work] = True
            self._examiner.add([work])

    def _found(self, work, _look):
        if work not in self._live:
            return
        self._limits.note(work.entry.root, 'done', None)
        if is_clean(work.flags):
            # An action of a clean file changes nothing about it.
            self._report(work)
        else:
            self._waiting.append(work)

    def _ask(self):
        works, self._waiting = self._waiting, []

        def answered(actions):
            for work, action in zip(works, actions):
                if work not in self._live:
                    continue
                if isinstance(action, (Failure, Stuck)):
                    self._unanswered(work, action)
                    continue
                if action.verb in _ACTIONS:
                    self._tally.in_progress[_ACTIONS[action.verb]] += 1
                self._report(work)

        self._calls.submit(answered, self._lfs.actions, [work.entry for work in works])

    def _unanswered(self, work, answer):
        if work not in self._live:
            return
        verdict = unanswered(answer)
        if verdict.outcome == 'vanished':
            del self._live[work]
            self._tally.forget(work.entry)
            return
        self._tally.error(verdict.text or REMEDIES[verdict.reason])
        self._limits.note(work.entry.root, verdict.outcome, verdict.reason)
        work.flags = None
        self._report(work)

    def _report(self, work):
        del self._live[work]
        self._tally.report(work.entry, work.flags)
