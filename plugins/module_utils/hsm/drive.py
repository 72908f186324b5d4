# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the first file of a run to its summary, whatever ends it."""

import os
import time

from .calls import Calls
from .converge import Converge
from .decide import Judge
from .errors import Refused
from .limits import Limits
from .plan import Planner
from .progress import Progress
from .room import Room
from .source import Found
from .survey import Survey
from .tally import FILER

# These fill the cache, so their plan is made whole and held against the space before.
_FILLING = ('hydrate', 'refresh')

_LONGEST_TURN = 0.2
_SHORTEST_TURN = 0.02


class Drive(object):
    """The parts of a run at work.

    records: the RecordTable of a manifest, or None; wait(seconds): lets the calls under way
    go on, and comes back when something happened.
    """

    def __init__(self, options, lfs, looker, scout, tally, records, wait, clock):
        self._options = options
        self._lfs = lfs
        self._looker = looker
        self._scout = scout
        self._tally = tally
        self._records = records
        self._wait = wait
        self._clock = clock
        self._calls = Calls(options.jobs)
        self._room = Room(lfs, self._calls, clock, options.reserve)
        self._limits = Limits(options, tally.roots, clock)

    def go(self, progress=None, stop=None):
        """Run to the end and return the summary; Refused when nothing was requested."""
        self._room.take(self._lfs.sync(self._lfs.df, 0, stop=stop))
        shown = Progress(progress, self._tally, self._scout, self._clock, self._lfs)
        if self._records is not None:
            self._tally.filer = dict.fromkeys(FILER, 0)
        self._work(shown, stop)
        return self._summary(shown)

    def _work(self, shown, stop):
        source = Found(self._scout, self._tally, self._options.known, self._options.missing_ok)
        parts = (self._options, self._lfs, self._looker, self._calls, self._tally, self._limits)
        if self._options.verb == 'state':
            self._turn(Survey(*(parts + (source,))), shown, stop)
            return
        judge = Judge(self._options, os.geteuid() == 0, _now_ns, self._records,
                      self._tally.filer, self._room.is_full)
        parts += (judge,)
        room = None
        if self._options.verb in _FILLING:
            plan = Planner(*(parts + (source,)))
            if not self._turn(plan, shown, stop):
                return
            try:
                self._room.check(plan.wanted, plan.largest)
            except Refused:
                plan.kept.close()
                raise
            source, room = plan.kept, None if self._options.dry_run else self._room
        self._turn(Converge(*(parts + (room, self._clock, source))), shown, stop)

    def _turn(self, part, shown, stop):
        """Turn one part until it is over; return whether it came to its own end."""
        while not part.over:
            reason = self._reason_to_end(stop)
            if reason is not None:
                part.halt('pending', reason)
                return False
            part.turn()
            shown.show(part.moved)
            self._wait(_SHORTEST_TURN if self._calls.running else _LONGEST_TURN)
        return True

    def _reason_to_end(self, stop):
        told = stop() if stop is not None else None
        if told is not None:
            self._tally.interrupted = told
            return 'interrupted'
        return 'timeout' if self._limits.is_late else None

    def _summary(self, shown):
        tally, scout = self._tally, self._scout
        tally.complete = scout.ended and scout.complete
        if scout.ended:
            tally.error(scout.error)
        if self._limits.closed:
            tally.error('Too many files failed for the same reason, so the rest was not tried. '
                        'See to the cause, then run this again.')
        if self._records is not None:
            tally.filer['extra'] = self._extra()
        # Who is told to end, or got no answer before, does not wait for one more.
        if tally.interrupted is None and 'stuck' not in tally.reasons['timed_out']:
            self._room.take(self._lfs.sync(self._lfs.df, 0))
        tally.space = self._room.osts
        shown.end()
        return tally.summary(self._lfs.calls, self._lfs.requests)

    def _extra(self):
        """Names that only the filer has; known only when every file was compared."""
        options = self._options
        narrowed = (options.include or options.exclude or options.shard or options.list_file
                    or options.older_than is not None or options.newer_than is not None)
        if narrowed or not self._tally.complete:
            return 0
        return self._records.count - self._records.met


def _now_ns():
    """The time of day in nanoseconds (time.time_ns is newer than Python 3.6)."""
    return int(time.time() * 1e9)
