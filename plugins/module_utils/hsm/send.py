# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends the requests: first the actions, then a look, then at most 50 files at a time.

Nothing is asked for that cannot be done (safety rule 5): no file with an action under way
(lustre-hsm H25, H80), no immutable one (H27, H51), none that was replaced meanwhile.
"""

import collections
import errno

from . import policy
from .answers import Stuck, of_errno
from .decide import replaced, settled, unanswered
from .lfs import MOST_IN_A_REQUEST
from .report import Failure

# Releases end within the request, so only this limits how many are checked beforehand.
CHECKED_AHEAD = 500
# A small request waits this long for more files, while others are still on their way.
PATIENCE = 0.3

STEPS = ('mark', 'archive', 'release', 'restore')
# What waits at the coordinator.
_QUEUED = ('archive', 'restore')
_LOOKED_AT = ('mark', 'archive', 'release')
# These answers are about the whole cache or the whole mount, and nothing was sent: asking
# one by one is no use (lustre-hsm H37, H38).
_FOR_ALL = frozenset([errno.EAGAIN, errno.EROFS])


class Sender(object):
    """Files that are ready for their step.

    hands: wants(work), settle(work, verdict), inspect(works), fly(work), begin_again(work, entry).
    """

    def __init__(self, lfs, looker, calls, options, clock, hands):
        self._clock = clock
        self._lfs = lfs
        self._looker = looker
        self._calls = calls
        self._options = options
        self._hands = hands
        self._ready = {step: _Ready(clock) for step in STEPS}
        self._sending = dict.fromkeys(STEPS, 0)
        self._requests = 0
        self._restores = False

    def __len__(self):
        return sum(map(len, self._ready.values()))

    def add(self, work):
        self._ready[work.step].add(work)

    def turn(self, flying, paused, more):
        """Start what can be started.

        flying: files at the coordinator; paused: no restores; more: whether other files may
        become ready soon.
        """
        if self._options.gate is not None and not self._sending['archive']:
            self._options.gate.leave()
        for step in STEPS:
            if step == 'restore' and paused or more and self._ready[step].is_early:
                continue
            count = self._room(step, flying)
            if count and self._may_ask(step):
                self._check(step, self._ready[step].take(count))

    def _may_ask(self, step):
        """Whether no other process of this host asks for archives just now.

        It would read the actions before our request shows there, and archive the same file
        twice (lustre-hsm H25).
        """
        gate = self._options.gate
        return step != 'archive' or gate is None or self._options.dry_run or gate.enter()

    def _room(self, step, flying):
        """How many files may be begun: enough for a good request, or none yet."""
        ready = len(self._ready[step])
        if step not in _QUEUED or self._options.dry_run:
            most, used = CHECKED_AHEAD, self._sending[step]
        else:
            most = self._options.max_in_flight
            used = flying + sum(self._sending[queued] for queued in _QUEUED)
        room = most - used
        return min(room, ready) if room >= min(MOST_IN_A_REQUEST, most, ready) else 0

    def _check(self, step, works):
        works = [work for work in works if self._hands.wants(work)]
        self._sending[step] += len(works)
        if self._options.dry_run:
            self._look(step, works)
            return

        def answered(actions):
            self._look(step, self._without_action(step, works, actions))

        self._calls.submit(answered, self._lfs.actions, [work.entry for work in works])

    def _without_action(self, step, works, actions):
        left = []
        for work, action in zip(works, actions):
            if isinstance(action, (Failure, Stuck)):
                self._drop(step, work, unanswered(action))
            elif action.verb is not None and self._options.no_wait:
                # What is asked for already is not asked for again (lustre-hsm H25).
                self._drop(step, work, settled('pending', 'no_wait')
                           if action.verb.lower() == step
                           else settled('skipped', 'busy_or_changed'))
            elif action.verb is not None:
                # Also that of another host: its end is waited for, and then the bits are read.
                self._sending[step] -= 1
                self._hands.fly(work)
            else:
                left.append(work)
        return left

    def _look(self, step, works):
        if not works:
            return
        if step not in _LOOKED_AT:
            self._request(step, works)
            return

        def answered(looks):
            self._request(step, self._as_before(step, works, looks))

        self._calls.submit(answered, self._looker.look, [work.entry for work in works], step)

    def _as_before(self, step, works, looks):
        left = []
        for work, look in zip(works, looks):
            if isinstance(look, (Failure, Stuck)):
                self._drop(step, work, unanswered(look))
            elif look.ino != work.entry.ino:
                self._sending[step] -= 1
                self._hands.begin_again(work, replaced(work.entry, look))
            elif look.immutable:
                self._drop(step, work, settled('skipped', 'immutable'))
            elif look.unfinished is not None:
                self._drop(step, work, settled('skipped', 'unfinished', sign=look.unfinished))
            else:
                work.entry = replaced(work.entry, look)
                work.looked = look
                left.append(work)
        return left

    def _drop(self, step, work, verdict):
        self._sending[step] -= 1
        self._hands.settle(work, verdict)

    def _request(self, step, works):
        if not works:
            return
        if self._options.dry_run:
            for work in works:
                for coming in work.steps:
                    work.flags = policy.after(coming, work.flags)
                self._drop(step, work, settled('done'))
            return
        if step == 'release' and not self._restores and 'restore' in works[0].steps:
            self._try_restore(works)
            return
        for chunk in chunks(works):
            self._send(step, chunk)

    def _try_restore(self, works):
        """Release nothing for a restore that cannot start: it would not even be readable (H37).

        A restore of what is not released does nothing (H42), and is refused all the same
        when the coordinator is stopped (met on 2.17.57).
        """
        def answered(answer):
            if answer.rc in _FOR_ALL:
                self._sending['release'] -= len(works)
                self._settle_all(works, unanswered(of_errno(answer.rc)))
                return
            self._restores = True
            self._request('release', works)

        self._calls.submit(answered, self._lfs.request, 'restore', [works[0].entry])

    def _send(self, step, works):
        def answered(answer):
            self._sending[step] -= len(works)
            self._take_answer(step, works, answer)

        entries = [work.entry for work in works]
        for work in works:
            work.asked = True
            work.refusal = None
        if step == 'mark':
            self._calls.submit(answered, self._lfs.set_dirty, entries)
        else:
            self._calls.submit(answered, self._lfs.request, step, entries)

    def _take_answer(self, step, works, answer):
        sent = []
        for index, work in enumerate(works):
            if index in answer.place_errors:
                self._hands.settle(
                    work, unanswered(of_errno(answer.place_errors[index])))
            else:
                sent.append(work)
        if answer.stuck:
            for work in sent:
                work.stuck = True
            self._hands.inspect(sent)
        elif answer.rc in _FOR_ALL:
            self._settle_all(sent, unanswered(of_errno(answer.rc)))
        elif answer.rc != 0:
            self._suspect(sent, answer)
            self._hands.inspect(sent)
        elif step not in _QUEUED:
            self._hands.inspect(sent)
        elif self._options.no_wait:
            self._settle_all(sent, settled('pending', 'no_wait'))
        else:
            for work in sent:
                self._hands.fly(work)

    def _settle_all(self, works, verdict):
        for work in works:
            self._hands.settle(work, verdict)

    def _suspect(self, works, answer):
        """A request failed; it was obeyed as far as its culprit, whoever that is (H32, H33)."""
        self._requests += 1
        alone = len(works) == 1 or answer.rc is None
        for work in works:
            if alone:
                work.refusal = answer
            else:
                work.asked = False
                work.suspect = self._requests
                work.share = max(1, len(works) // 2)


class _Ready(object):
    """A queue of files for one step; those that were asked for before go first.

    So what fails for good is known before all the others have been tried in vain.
    """

    def __init__(self, clock):
        self._clock = clock
        self._again = collections.deque()
        self._fresh = collections.deque()
        self._since = 0

    def __len__(self):
        return len(self._again) + len(self._fresh)

    @property
    def is_early(self):
        """Whether a small request may wait for more files."""
        return len(self) < MOST_IN_A_REQUEST and self._clock() - self._since < PATIENCE

    def add(self, work):
        if not len(self):
            self._since = self._clock()
        again = work.failures or work.changes or work.rounds
        (self._again if again else self._fresh).append(work)

    def take(self, count):
        return [(self._again or self._fresh).popleft() for _number in range(count)]


def chunks(works):
    """Cut files into requests.

    Of a request that failed, the first file that is still to be done is the most likely
    culprit, so it goes alone. Should it not be that one, halving finds it.
    """
    alone = set()
    chunk, share = [], MOST_IN_A_REQUEST
    for work in works:
        if work.suspect is not None and work.suspect not in alone:
            alone.add(work.suspect)
            yield [work]
            continue
        if len(chunk) >= min(share, work.share):
            yield chunk
            chunk, share = [], MOST_IN_A_REQUEST
        chunk.append(work)
        share = min(share, work.share)
    if chunk:
        yield chunk
