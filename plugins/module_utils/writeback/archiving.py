# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runs of one call have in common: their rules, their time, their one summary."""

import socket
import time

from ..hsm.bits import RELEASED, is_clean
from ..hsm.entry import Entry, Root
from ..hsm.errors import Interrupted, Missing, NoAnswer, NotOnLustre, Refused
from ..hsm.escape import escape
from ..hsm.mountpoint import mount_point
from ..hsm.options import Options
from ..hsm.run import device_of, run
from ..hsm.tally import Tally
from . import state
from .finished import Finished
from .summary import Merged


def is_saved(settled):
    """Whether what became of a file (tally.Settled) proves that the cache has saved it."""
    return settled.outcome in ('already', 'done') and settled.flags is not None and (
        is_clean(settled.flags) or bool(settled.flags & RELEASED))


class Archiving(object):
    """The runs of one call.

    began: epoch; merged: the summary of all of them; unknown: {pid: comm} of processes that
    did not tell what they have open for writing.
    """

    def __init__(self, verb, rules, timeout, tuning, caller=None, stop=None, halt=None):
        """rules: the section `unfinished` of the settings; halt: see finished.Finished; the
        rest: see session.Terms."""
        self.began = time.time()
        self.merged = Merged(verb, self.began, tuning['max_report'])
        self.unknown = {}
        self._rules = rules
        self._halt = halt
        self._start = time.monotonic()
        self._ends = self._start + timeout if timeout else None
        self._tuning = tuning
        self._caller = caller
        self._stop = stop
        self._gate = state.gate()
        self._finished = {}

    def summary(self):
        """Return the summary of all runs; nothing may be run any more."""
        if self._gate is not None:
            self._gate.close()
        for finished in self._finished.values():
            self.unknown.update(finished.unknown)
        return self.merged.summary(time.monotonic() - self._start)

    def told_to_end(self):
        """None, or why there is no more time: what a stop of an errand says."""
        told = self._stop() if self._stop is not None else None
        if told is not None:
            return told
        return 'timeout' if self._ends is not None and time.monotonic() >= self._ends else None

    def device(self, root, paths):
        """Return the device of a root; None when it cannot be worked on, which is noted.

        paths: what was to be saved below it.
        """
        try:
            return device_of(Options('archive', [root], recursive=True,
                                     fixed_paths=self._caller is not None), self.told_to_end)
        except (NotOnLustre, Missing) as problem:
            self.merged.refuse(_not_here(root, problem))
        except Refused as problem:
            self.cannot(root, paths, problem)
        return None

    def list(self, root, paths, bits_due, observer, as_caller=False):
        """Archive the files of a PathList below a root; bits_due: see options.Options."""
        self._archive(root, paths, observer, paths=[root], list_file=paths.file, null=True,
                      bits_due=bits_due, caller=self._caller if as_caller else None)

    def walk(self, root, place, observer, **words):
        """Archive what a walk of a folder (or file) below a root finds; it need not exist."""
        self._archive(root, None, observer, paths=[place], recursive=True, **words)

    def saved(self, root, paths, observer):
        """Only tell the observer which of these files are saved; nothing is archived or counted."""
        try:
            self._run(root, observer, paths=[root], list_file=paths.file, null=True, dry_run=True)
        except Refused:
            # Then nothing is known to be saved.
            pass

    def count(self, root, paths, outcome, reason):
        """Count files to which nothing could be done."""
        options = Options('archive', [root], max_report=self._tuning['max_report'])
        top = Root(root, None)
        tally = Tally(options, [top], mount_point(root))
        tally.complete = True
        for path in paths:
            entry = Entry(0, path[len(root.rstrip(b'/')) + 1:], 0, 0, 0, 0, None)
            tally.match(entry)
            tally.settle(entry, outcome, reason, None, None)
        self.merged.add(tally.summary())

    def cannot(self, root, paths, problem):
        """Note that the files of some paths could not be worked on: problem is a Refused."""
        if isinstance(problem, Interrupted):
            late = problem.interrupted == 'timeout'
            if not late:
                self.merged.interrupt(problem.interrupted)
            self.count(root, paths, 'pending', 'timeout' if late else 'interrupted')
        elif isinstance(problem, NoAnswer):
            self.merged.error(str(problem))
            self.count(root, paths, 'timed_out' if problem.reason == 'stuck' else 'failed',
                       problem.reason)
        else:
            self.merged.refuse(problem)

    def _archive(self, root, named, observer, **words):
        """named: the files that this is about, None when only a walk shows them."""
        told = self.told_to_end()
        try:
            if told is not None:
                raise Interrupted(told)
            self.merged.add(self._run(root, self._note(observer), **words))
        except Missing:
            # A folder that no task has made.
            pass
        except Refused as problem:
            self.cannot(root, named or (), problem)
            if named is None:
                self.merged.incomplete()

    def _run(self, root, observer, **words):
        if self._ends is not None:
            words['timeout'] = max(0.001, round(self._ends - time.monotonic(), 3))
        return run(Options('archive', finished=self._rules_of(root), gate=self._gate,
                           observer=observer, fixed_paths=self._caller is not None,
                           **dict(self._tuning, **words)), stop=self._stop)

    def _note(self, observer):
        def note(settled):
            if settled.sign is not None:
                self.merged.leave(settled.path, settled.sign)
            observer(settled)
        return note

    def _rules_of(self, root):
        point = mount_point(root)
        if point not in self._finished:
            self._finished[point] = Finished(self._rules, point, self._halt)
        return self._finished[point]


def _not_here(root, problem):
    """field-reports D2: what was written there is on no cache, and may be lost with the host."""
    return NotOnLustre(
        '%s Worker %s: the root %s is not on the cache, so files written below it lie on the '
        "worker's own disk and nobody saves them. Mount the cache, and bring them there by hand."
        % (problem, socket.gethostname(), escape(root)))
