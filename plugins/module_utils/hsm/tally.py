# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what became of each file, and makes the one summary of a run out of it."""

import collections
import os
import socket
import time

from .bits import NEVER_ARCHIVE, NEVER_RELEASE, STATES, state_name
from .entry import path_of
from .errors import SIGNAL_STATUS
from .escape import escape
from .reasons import REMEDIES
from .version import VERSION

SCHEMA = 1
MOST_ERRORS = 10
OUTCOMES = ('already', 'done', 'skipped', 'failed', 'timed_out', 'pending', 'vanished')
REASONED = ('skipped', 'failed', 'timed_out', 'pending')
FILER = ('same', 'newer', 'missing', 'different', 'extra', 'conflict')

# What became of one file, for an observer. path: bytes; flags: its state bits at the end, None
# when unknown; sign: of one that is unfinished, what says so.
Settled = collections.namedtuple('Settled', 'path mtime_ns outcome reason flags sign')

# Which files are named, in this order: what did not get done comes first.
NAMED = ('failed', 'timed_out', 'skipped', 'pending', 'vanished', 'done')
_UNSAFE = ('lost', 'dirty', 'incomplete', 'new', 'unknown')


class Tally(object):
    """The counts of a run; every file that was matched is settled exactly once."""

    def __init__(self, options, roots, mount, clock=time.monotonic):
        self._options = options
        self.roots = roots
        self._mount = mount
        self._clock = clock
        self._began = clock()
        self._started = time.time()
        self._errors = []
        self._named = {}
        self._unnamed = 0
        self._before = _no_states()
        self._after = _no_states()
        self.outcomes = dict.fromkeys(OUTCOMES, 0)
        self.reasons = {outcome: {} for outcome in REASONED}
        self.flags = {'never_release': 0, 'never_archive': 0}
        self.in_progress = {'archive': 0, 'restore': 0}
        self.filer = None
        self.space = []
        self.matched_files = self.matched_bytes = 0
        self.moved_files = self.moved_bytes = 0
        self.settled = 0
        self.complete = False
        self.interrupted = None

    @property
    def elapsed(self):
        return self._clock() - self._began

    @property
    def failures(self):
        return self.outcomes['failed'] + self.outcomes['timed_out']

    def match(self, entry):
        """Count a file that the run is about."""
        self.matched_files += 1
        self.matched_bytes += entry.size

    def settle(self, entry, outcome, reason, before, after, sign=None):
        """Count what became of a matched file; before, after: its flags, None if unknown."""
        self.settled += 1
        self.outcomes[outcome] += 1
        if outcome in REASONED:
            reasons = self.reasons[outcome]
            reasons[reason] = reasons.get(reason, 0) + 1
        if outcome == 'done':
            self.moved_files += 1
            self.moved_bytes += entry.size
        self._count_states(entry, before, after)
        if outcome != 'already':
            self._name(outcome, entry, reason, state_name(after))
        if self._options.observer is not None:
            self._options.observer(Settled(path_of(self.roots, entry), entry.mtime_ns, outcome,
                                           reason, after, sign))

    def settle_problem(self, entry):
        """Count a matched file that could not even be looked at."""
        if entry.problem == 'vanished':
            self.settle(entry, 'vanished', None, None, None)
        else:
            self.settle(entry, 'failed', entry.problem, None, None)

    def report(self, entry, flags):
        """Count the state of a file; nothing is to become of it (verb state)."""
        self.settled += 1
        self._count_states(entry, flags, flags)
        state = state_name(flags)
        if state in _UNSAFE:
            self._name(state, entry, None, state)

    def forget(self, entry):
        """Take back a file that vanished before its state was known (verb state)."""
        self.matched_files -= 1
        self.matched_bytes -= entry.size

    def error(self, text):
        """Keep a sentence for the summary, once; the first few say what is wrong."""
        if text and text not in self._errors and len(self._errors) < MOST_ERRORS:
            self._errors.append(text)

    def summary(self, lfs_calls=0, requests=0):
        """Return the object of design.md, Interfaces."""
        counted = self._options.verb != 'state'
        summary = _empty(self._options.verb, self._options.dry_run)
        shard = self._options.shard
        files = [dict(item, outcome=item['outcome'] if counted else None)
                 for group in (NAMED if counted else _UNSAFE)
                 for item in self._named.get(group, ())][:self._options.max_report]
        summary.update({
            'mount': escape(self._mount),
            'roots': [escape(os.path.join(root.path, root.only or b'').rstrip(b'/') or b'/')
                      for root in self.roots],
            'shard': None if shard is None else {'index': shard[0], 'count': shard[1]},
            'started': round(self._started, 3),
            'elapsed': round(self.elapsed, 3),
            'interrupted': self.interrupted,
            'error': ' '.join(self._errors + self._remedies()) or None,
            'complete': self.complete,
            'matched': {'files': self.matched_files, 'bytes': self.matched_bytes},
            'moved': {'files': self.moved_files, 'bytes': self.moved_bytes},
            'outcomes': dict(self.outcomes) if counted else None,
            'reasons': {outcome: dict(self.reasons[outcome]) for outcome in REASONED},
            'states': {'before': self._before, 'after': self._after},
            'flags': dict(self.flags),
            'in_progress': dict(self.in_progress),
            'space': [{'ost': ost.index, 'total': ost.total, 'free': ost.free}
                      for ost in self.space],
            'filer': self.filer,
            'lfs_calls': lfs_calls,
            'hsm_requests': requests,
            'files': files,
            'files_truncated': self._unnamed + sum(map(len, self._named.values())) > len(files),
        })
        return summary

    def _count_states(self, entry, before, after):
        for states, flags in ((self._before, before), (self._after, after)):
            count = states[state_name(flags)]
            count['files'] += 1
            count['bytes'] += entry.size
        if after is not None:
            self.flags['never_release'] += bool(after & NEVER_RELEASE)
            self.flags['never_archive'] += bool(after & NEVER_ARCHIVE)

    def _name(self, group, entry, reason, state):
        named = self._named.setdefault(group, [])
        if len(named) >= self._options.max_report:
            self._unnamed += 1
            return
        named.append({'path': escape(path_of(self.roots, entry)), 'outcome': group,
                      'reason': reason, 'state': state})

    def _remedies(self):
        """What to do about each kind of trouble that was met."""
        reasons = set(self.reasons['failed']) | set(self.reasons['timed_out'])
        return [REMEDIES[reason] for reason in sorted(reasons)]


def refused(verb, message, dry_run=False, roots=()):
    """Return the summary of a call that was refused; roots: paths (bytes) as given."""
    summary = _empty(verb, dry_run)
    summary.update({'error': message, 'roots': [escape(root) for root in roots],
                    'started': round(time.time(), 3)})
    return summary


def exit_code(summary, options):
    """Return the exit status that a summary means; the first that applies."""
    if summary['interrupted'] in SIGNAL_STATUS:
        return SIGNAL_STATUS[summary['interrupted']]
    if options.advisory:
        return 0
    if summary['interrupted'] or not summary['complete'] or summary['error']:
        return 1
    return _code_of_states(summary, options) if summary['outcomes'] is None else (
        _code_of_outcomes(summary, options))


def _code_of_states(summary, options):
    states = summary['states']['before']
    if states['unknown']['files']:
        return 1
    safe = states['clean']['files'] + states['released']['files']
    unmet = safe != summary['matched']['files'] or any(summary['in_progress'].values())
    return 3 if options.expect_clean and unmet else 0


def _code_of_outcomes(summary, options):
    outcomes, reasons = summary['outcomes'], summary['reasons']
    waiting = outcomes['pending'] - reasons['pending'].get('no_wait', 0)
    if outcomes['failed'] or outcomes['timed_out'] or waiting:
        return 1
    # A conflict is nobody's to decide, and nobody's to wave through (safety rule 4).
    if reasons['skipped'].get('conflict') or outcomes['skipped'] and not options.skips_ok:
        return 3
    return 0


def _no_states():
    return {state: {'files': 0, 'bytes': 0} for state in STATES}


def _empty(verb, dry_run):
    """Return a summary with every key and no count."""
    return {
        'schema': SCHEMA, 'version': VERSION, 'verb': verb, 'dry_run': dry_run,
        'host': socket.gethostname(), 'mount': None, 'roots': [], 'shard': None,
        'started': None, 'elapsed': 0.0, 'interrupted': None, 'error': None, 'complete': False,
        'matched': {'files': 0, 'bytes': 0}, 'moved': {'files': 0, 'bytes': 0},
        'outcomes': None if verb == 'state' else dict.fromkeys(OUTCOMES, 0),
        'reasons': {outcome: {} for outcome in REASONED},
        'states': {'before': _no_states(), 'after': _no_states()},
        'flags': {'never_release': 0, 'never_archive': 0},
        'in_progress': {'archive': 0, 'restore': 0}, 'space': [], 'filer': None,
        'lfs_calls': 0, 'hsm_requests': 0, 'files': [], 'files_truncated': False,
    }
