# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One summary out of several runs: the object of design.md, and what writeback adds to it.

fallback   why this host's list did not suffice, so that folders were walked, or null
unfinished [{"path", "why"}] of files that were left because they are not finished
and to the sweep's: oldest_unsaved {"path", "epoch"} of the oldest file that is not saved, or null
"""

from ..hsm.errors import SIGNAL_STATUS
from ..hsm.escape import escape
from ..hsm.tally import NAMED, REASONED, refused

# The worst of several mounts is told.
FALLBACKS = ('down', 'unmarked', 'gap')
# Its name lies below a root, and on something else than the cache (field-reports D2).
_ELSEWHERE = frozenset(['outside', 'not_on_lustre'])

_SUMS = ('lfs_calls', 'hsm_requests')
_NESTED_SUMS = ('matched', 'moved', 'flags', 'in_progress')


def refusal(verb, message):
    """Return the summary of a call that did nothing; it has every key that the verb has."""
    summary = dict(refused(verb, message), fallback=None, unfinished=[])
    if verb == 'sweep':
        summary['oldest_unsaved'] = None
    return summary


class Merged(object):
    """The summaries of the runs of one call, added up.

    status: None, or the exit status of a part that was refused.
    """

    def __init__(self, verb, started, most):
        """started: epoch; most: how many files are named."""
        self._most = most
        self._summary = refusal(verb, None)
        self._summary.update(started=round(started, 3), complete=True)
        self._errors = []
        self._mounts = []
        self.status = None

    @property
    def interrupted(self):
        return self._summary['interrupted']

    def error(self, text):
        if text and text not in self._errors:
            self._errors.append(text)

    def refuse(self, problem):
        """A part could not be begun: Refused."""
        self.error(str(problem))
        self.status = max(self.status or 0, problem.status)
        self.interrupt(problem.interrupted)

    def interrupt(self, reason):
        self._summary['interrupted'] = self._summary['interrupted'] or reason

    def incomplete(self):
        """Something was not even looked at."""
        self._summary['complete'] = False

    def fall_back(self, reason):
        known = [one for one in FALLBACKS if one in (reason, self._summary['fallback'])]
        self._summary['fallback'] = known[0] if known else None

    def leave(self, path, why):
        """A file was left, since it is not finished."""
        if len(self._summary['unfinished']) < self._most:
            self._summary['unfinished'].append({'path': escape(path), 'why': why})

    def add(self, part):
        """Add the summary of one run."""
        whole = self._summary
        for key in _SUMS:
            whole[key] += part[key]
        for key in _NESTED_SUMS:
            _add(whole[key], part[key])
        _add(whole['outcomes'], part['outcomes'])
        for outcome in REASONED:
            _add(whole['reasons'][outcome], part['reasons'][outcome])
        for when in ('before', 'after'):
            for state, counts in part['states'][when].items():
                _add(whole['states'][when][state], counts)
        self.error(part['error'])
        self.interrupt(part['interrupted'])
        whole['complete'] = whole['complete'] and part['complete']
        whole['roots'] += [root for root in part['roots'] if root not in whole['roots']]
        if part['mount'] not in self._mounts:
            self._mounts.append(part['mount'])
            whole['space'] += part['space']
        # Temporary files that vanished must not take the place of a frame that was left.
        files = sorted(whole['files'] + part['files'],
                       key=lambda one: NAMED.index(one['outcome']))
        whole['files'] = files[:self._most]
        whole['files_truncated'] = (whole['files_truncated'] or part['files_truncated']
                                    or len(files) > self._most)

    def summary(self, elapsed):
        """Return the whole; what did not get done is named first."""
        return dict(self._summary, elapsed=round(elapsed, 3),
                    mount=self._mounts[0] if len(self._mounts) == 1 else None,
                    error=' '.join(self._errors) or None)


def _add(counts, more):
    for key, number in more.items():
        counts[key] = counts.get(key, 0) + number


def exit_code(summary, status, advisory=False, skips_ok=False):
    """Return the exit status of a writeback or sweep; the first that applies.

    status: of a part that was refused, or None.
    """
    if summary['interrupted'] in SIGNAL_STATUS:
        return SIGNAL_STATUS[summary['interrupted']]
    if advisory:
        return 0
    if status == 2 or _ELSEWHERE & set(summary['reasons']['failed']):
        return 2
    counts = summary['outcomes']
    if (status or summary['interrupted'] or summary['error'] or not summary['complete']
            or counts['failed'] or counts['timed_out'] or counts['pending']):
        return 1
    return 3 if counts['skipped'] and not skips_ok else 0
