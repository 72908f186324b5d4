# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop of the moving verbs: read the state, plan, request, wait, prove, settle.

Files flow one way: source -> Examiner (state bits) -> Judge (what next) -> Sender (action,
look, request) -> Flight (until no action is left) -> Examiner again, until the bits prove
the end or a rule gives up. Only the files on this way are in memory.
"""

import collections

from .decide import settled, unanswered
from .examine import BATCH, Examiner
from .flight import Flight
from .lfs import MOST_IN_A_REQUEST
from .links import Links
from .send import Sender
from .source import Kept
from .spare import Spare
from .work import Work

# After one of these no other file can fare better: the run ends.
FOR_ALL = frozenset(['coordinator_stopped', 'read_only', 'no_rights', 'client_evicted'])


class Converge(object):
    """Brings the files of a source to where the verb wants them.

    over: whether every file is settled and none is to come.
    """

    def __init__(self, options, lfs, looker, calls, tally, limits, judge, room, clock, source):
        self._options = options
        self._calls = calls
        self._tally = tally
        self._judge = judge
        self._limits = limits
        self._room = room
        self._clock = clock
        self._source = source
        self._later = Kept()
        self._links = Links()
        self._spare = Spare(lfs, calls, options)
        self._live = {}
        self._resting = collections.deque()
        self._halting = False
        self._examiner = Examiner(lfs, looker, calls, judge.needs_look, self._found,
                                  self._unanswered)
        self._sender = Sender(lfs, looker, calls, options, clock, self)
        self._flight = Flight(lfs, calls, clock, self.inspect, self._unanswered, limits.moving)

    @property
    def over(self):
        return self._source.ended and not self._live and not self._later

    @property
    def moved(self):
        """Bytes under way, as far as they are moved."""
        return self._flight.moved

    def turn(self):
        """Take in, send and ask what can be now."""
        if self._halting or self._limits.is_closed:
            self.halt('pending', 'error_limit')
            return
        if self._source.ended and not self._live and self._later:
            self._source, self._later = self._later, Kept()
        self._take_in()
        self._wake()
        self._examiner.turn()
        paused = self._room is not None and self._room.short
        self._sender.turn(len(self._flight), paused, len(self._live) > len(self._sender))
        self._flight.turn()
        if self._room is not None:
            self._room.turn()
        self._watch_stall()

    def halt(self, outcome, reason):
        """Settle all that is not, with one outcome; no more is asked for."""
        self._drop(list(self._live), outcome, reason)
        self._calls.clear()

    # What the sender needs.

    def wants(self, work):
        """Whether a file is still to be asked for; it is settled when not."""
        if work.entry.root in self._limits.closed:
            self.settle(work, settled('pending', 'error_limit'))
        return work in self._live

    def settle(self, work, verdict):
        """A file is done with."""
        if self._live.pop(work, None) is None:
            return
        self._links.end(work)
        after = work.before if work.flags is None else work.flags
        self._tally.settle(work.entry, verdict.outcome, verdict.reason, work.before, after,
                           verdict.sign)
        self._tally.error(verdict.text)
        if verdict.outcome == 'pending':
            return
        if not work.is_planned_to_fail:
            self._limits.note(work.entry.root, verdict.outcome, verdict.reason)
        if verdict.reason in FOR_ALL:
            self._halting = True

    def inspect(self, works):
        """The state of these files is to be read."""
        self._examiner.add([work for work in works if work in self._live])

    def fly(self, work):
        """A file has an action, or soon will."""
        if work in self._live:
            self._flight.add(work)

    def begin_again(self, work, entry):
        """Another file has the name now."""
        if work not in self._live:
            return
        self._links.end(work)
        work.entry = entry
        work.steps = None
        work.begin_step()
        work.rounds += 1
        self._links.begin(work)
        self.inspect([work])

    # From the source to a plan, and on.

    def _take_in(self):
        while (len(self._examiner) < BATCH and len(self._sender) < BATCH
               and not self._source.ended):
            pairs = self._source.take(BATCH)
            if not pairs:
                return
            for entry, before in pairs:
                self._admit(entry, before)

    def _admit(self, entry, before):
        work = Work(entry, self._options.verb, MOST_IN_A_REQUEST, before)
        if entry.problem is not None:
            self._tally.settle_problem(entry)
        elif self._links.is_busy(entry):
            self._later.add(entry, before)
        else:
            if not self._links.is_first(entry):
                work.verb = self._of_other_name()
            self._links.begin(work)
            self._live[work] = True
            known = self._spare.flags_of(entry)
            if known is None:
                self._examiner.add([work])
            else:
                work.see(known)
                self._go_on(work, self._judge.next(work))

    def _of_other_name(self):
        """What to do with a file that was handled by another name of it."""
        if self._options.dry_run:
            return None
        return 'hydrate' if self._options.verb == 'refresh' else self._options.verb

    def _found(self, work, look):
        if work not in self._live:
            return
        if work.steps is None:
            self._spare.saw(work.entry, work.flags)
        verdict = self._judge.next(work, look)
        if verdict.now is not None:
            self.begin_again(work, verdict.now)
        else:
            self._go_on(work, verdict)

    def _unanswered(self, work, answer):
        if work in self._live:
            self.settle(work, unanswered(answer))

    def _go_on(self, work, verdict):
        if verdict.outcome is not None:
            self.settle(work, verdict)
            return
        if work.steps != verdict.steps:
            work.begin_step()
        work.steps = verdict.steps
        work.asked = False
        work.refusal = None
        if verdict.delay:
            self._resting.append((self._clock() + verdict.delay, work))
        else:
            self._sender.add(work)

    def _wake(self):
        while self._resting and self._resting[0][0] <= self._clock():
            _due, work = self._resting.popleft()
            if work in self._live:
                # The bits may have changed meanwhile, and then they decide.
                self.inspect([work])

    def _watch_stall(self):
        """End what waits at the coordinator when nothing there moves (lustre-hsm H22)."""
        paused = self._room is not None and self._room.short and len(self._sender)
        if not len(self._flight) and not paused:
            self._limits.moving()
        elif self._limits.is_stalled:
            if paused:
                self._tally.error('The space kept in reserve is reached: evict something, or '
                                  'lower the reserve.')
            self._give_up(self._flight.land())

    def _give_up(self, landed):
        """Read the bits of what was asked for once more; the rest is not even asked for."""
        for work in landed:
            work.stalled = True
        self._drop([work for work in self._live if not work.stalled], 'timed_out', 'stalled')
        self.inspect(landed)

    def _drop(self, works, outcome, reason):
        for work in works:
            self.settle(work, settled(outcome, reason))
        for source in (self._source, self._later):
            for entry, before in source.drain():
                self._tally.settle(entry, outcome, reason, before, before)
        self._source, self._later = Kept(), Kept()
