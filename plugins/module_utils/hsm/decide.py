# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes next for a file, once its state bits are read: the rules, and no I/O."""

import collections
import errno

from . import policy
from .answers import Stuck
from .bits import DIRTY
from .entry import SECOND
from .reasons import of_errno
from .report import Failure
from .selection import is_unfinished
from .verdict import judge

# A clean file that cannot be released is being written, or never will be (lustre-hsm H50,
# field-reports L20): from outside they look the same, so the tries are few.
RELEASE_TRIES = 3
RELEASE_PAUSE = 1.0
# A file written while it was archived is asked for again this often (lustre-hsm C3).
CHANGE_TRIES = 2
# A copy that failed while nobody wrote may be a doubled one of another host (safety rule
# 5), a request that an old server dropped (lustre-hsm V5), or a passing error (L15).
FAILURE_TRIES = 1
# A close reaches the servers after the kernel has told of it: the dirty bit came up to some
# milliseconds later (fanotify F22, F23).
BITS_SECONDS = 1.0
# Others may act on the same file again and again; a run does not follow them for ever.
MOST_ROUNDS = 12

# The exit status with which `lfs` says that a name is no regular file (lustre-hsm H31).
_USAGE = 4

# Either an outcome (and its reason), or the steps to go on with after `delay` seconds (None:
# the state is to be read again then), or the entry that has the name now and is to be begun
# from the start; text: what `lfs` said, for people; sign: what says that it is unfinished.
Verdict = collections.namedtuple('Verdict', 'outcome reason steps delay text now sign')


def settled(outcome, reason=None, text=None, sign=None):
    return Verdict(outcome, reason, None, 0, text, None, sign)


def go(steps, delay=0):
    return Verdict(None, None, steps, delay, None, None, None)


class Judge(object):
    """Decides by the state bits, and by what a look at the file shows.

    filer: the RecordTable of a manifest, or None; counts: {verdict of the filer: files};
    is_full(size): whether an OST is too full for a file; is_root: whether we are root.
    """

    def __init__(self, options, is_root, now_ns, filer=None, counts=None, is_full=None):
        self._options = options
        self._is_root = is_root
        self._now_ns = now_ns
        self._filer = filer
        self._counts = counts
        self._is_full = is_full

    def needs_look(self, work):
        """Whether the size of the file matters now, beside its state bits."""
        if work.steps is None or work.stuck or work.stalled:
            return False
        if policy.reached(work.step, work.flags):
            if work.step == 'release':
                return work.looked is not None
            return work.step == 'restore' and work.size is not None
        return work.step == 'archive' and work.asked and work.refusal is None

    def next(self, work, look=None):
        """Return the Verdict for a file whose state was just read."""
        if work.steps is None:
            return self._begin(work)
        if policy.reached(work.step, work.flags):
            return self._reached(work, look)
        if work.stuck:
            return settled('timed_out', 'stuck')
        if work.asked and work.refusal is None and work.step == 'archive' and not work.stalled:
            other = self._take_look(work, look)
            if other is not None:
                return other
        anew = self._begin(work)
        if anew.outcome is not None:
            return anew
        if work.stalled:
            return settled('timed_out', 'stalled')
        if anew.steps != work.steps or not work.asked and work.refusal is None:
            return self._another_round(work, anew)
        if work.refusal is not None:
            return self._refused(work)
        return self._missed(work)

    def _begin(self, work):
        if work.verb is None:
            # Its other name was handled in this run.
            return settled('already')
        plan = self._filer_demands(work) or policy.plan(
            work.verb, work.flags, self._options.dirty)
        if plan.outcome == 'already':
            left = self._options.bits_due - self._now_ns() / SECOND
            if left > 0:
                return go(None, min(left, BITS_SECONDS))
        if plan.outcome is not None:
            return settled(plan.outcome, plan.reason)
        if 'archive' in plan.steps and is_unfinished(
                work.entry.mtime_ns, self._now_ns(), self._options.quiet_period):
            return settled('skipped', 'unfinished', sign='recent')
        return go(plan.steps)

    def _filer_demands(self, work):
        if self._filer is None:
            return None
        record = self._filer.find(work.entry.rel)
        verdict = judge(work.entry, record, bool(work.flags & DIRTY))
        if work.steps is None and work.rounds == 0:
            self._counts[verdict] += 1
            self._filer.meet(work.entry.rel)
        return policy.by_manifest(verdict, work.flags, self._options.resend)

    def _another_round(self, work, anew):
        work.rounds += 1
        if work.rounds > MOST_ROUNDS:
            return settled('skipped', 'busy_or_changed')
        return anew

    def _reached(self, work, look):
        rest = work.steps[1:]
        if look is not None:
            wrong = self._wrong_size(work, look, bool(rest))
            if wrong is not None:
                return wrong
        if not rest:
            return settled('done')
        return settled('timed_out', 'stalled') if work.stalled else go(rest)

    def _wrong_size(self, work, look, goes_on):
        """Look twice: a release, and the restore after it, must not change a size (L6)."""
        if isinstance(look, (Failure, Stuck)):
            return unanswered(look)
        if work.step == 'release':
            if look.ino != work.looked.ino or look.size == work.looked.size:
                return None
            if not goes_on:
                return settled('failed', 'size_changed')
            work.size = look.size
            return None
        # Neither the old size nor the wrong one is what the filer has now (H87): so only the
        # wrong one is an error.
        if look.size == work.size:
            return settled('failed', 'size_changed')
        work.entry = work.entry._replace(size=look.size)
        return None

    def _take_look(self, work, look):
        """Note whether somebody wrote since the request; return a Verdict if it is gone."""
        if isinstance(look, (Failure, Stuck)):
            return unanswered(look)
        if look.ino != work.looked.ino:
            if work.rounds >= MOST_ROUNDS:
                return settled('skipped', 'busy_or_changed')
            return Verdict(None, None, None, 0, None, replaced(work.entry, look), None)
        if (look.size, look.mtime_ns) != (work.looked.size, work.looked.mtime_ns):
            work.changes += 1
            work.entry = replaced(work.entry, look)
        else:
            work.failures += 1
        return None

    def _missed(self, work):
        """The step was asked for, has ended, and had no effect (lustre-hsm H21)."""
        if work.step == 'release':
            return self._release_again(work)
        if work.step == 'restore':
            work.failures += 1
        if work.failures <= FAILURE_TRIES and work.changes <= CHANGE_TRIES:
            return go(work.steps)
        if work.step == 'archive':
            if work.changes > CHANGE_TRIES:
                return settled('skipped', 'busy_or_changed')
            return settled('failed', 'not_saved')
        if work.step == 'restore':
            full = self._is_full is not None and self._is_full(work.entry.size)
            return settled('failed', 'no_space' if full else 'not_on_filer')
        return settled('failed', 'refused')

    def _release_again(self, work):
        work.refusals += 1
        if work.refusals >= RELEASE_TRIES:
            return settled('skipped', 'busy_or_changed')
        return go(work.steps, RELEASE_PAUSE)

    def _refused(self, work):
        """A request for this file alone failed, with this status (lustre-hsm H31, H32)."""
        status, text = work.refusal.rc, work.refusal.text
        if status is None:
            return settled('failed', 'lfs_failed', text)
        if status in (errno.EPERM, errno.EBUSY) and work.step == 'release':
            return self._release_again(work)
        if status == errno.EPERM:
            if work.step in ('archive', 'mark') and not self._is_root:
                return settled('failed', 'no_rights')
            return settled('failed', 'refused', text)
        if status == _USAGE:
            return settled('failed', 'not_regular', text)
        outcome, reason = of_errno(status, 'refused')
        return settled(outcome, reason, text if reason == 'refused' else None)


def replaced(entry, look):
    """Return the entry with what a look shows now."""
    return entry._replace(size=look.size, mtime_ns=look.mtime_ns, ino=look.ino, nlink=look.nlink)


def unanswered(answer):
    """Return the Verdict for a file when a call about it gave Failure or Stuck."""
    if isinstance(answer, Stuck):
        return settled('timed_out', 'stuck', answer.text)
    if answer.errno is None:
        return settled('failed', 'lfs_failed', answer.text)
    return settled(*of_errno(answer.errno))
