# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary object as a few lines for people."""

from .text import amount, count, duration

ORDER = ('done', 'already', 'skipped', 'failed', 'timed_out', 'pending', 'vanished')
# Files with these outcomes are named without -v: somebody has to look at them.
TROUBLE = ('failed', 'timed_out', 'pending')


def _outcomes(summary):
    names = dict(zip(ORDER, ORDER))
    if summary['dry_run']:
        names['done'] = 'to do'
    parts = []
    for outcome in ORDER:
        number = summary['outcomes'][outcome]
        if number:
            reasons = summary['reasons'].get(outcome, {})
            why = ', '.join('%s %s' % (count(reasons[name]), name) for name in sorted(reasons))
            parts.append('%s %s%s' % (count(number), names[outcome], ' (%s)' % why if why else ''))
    return ' · '.join(parts) or 'nothing to do'


def _states(states):
    return ' · '.join('%s %s (%s)' % (count(states[name]['files']), name,
                                      amount(states[name]['bytes']))
                      for name in states if states[name]['files']) or 'no files'


def _files(summary, verbose):
    wanted = ORDER if verbose else TROUBLE
    shown = [item for item in summary['files'] if item['outcome'] in wanted]
    lines = ['  %s%s: %s' % (item['outcome'], ' ' + item['reason'] if item['reason'] else '',
                             item['path']) for item in shown]
    left = sum(summary['outcomes'][outcome] for outcome in wanted if outcome != 'already')
    if left > len(shown):
        lines.append('  ... and %s more: --max-report names more of them'
                     % count(left - len(shown)))
    return lines


def lines(summary, verbose):
    """Return the lines of a summary."""
    head = '%s%s %s: %s files, %s' % (
        summary['verb'], ' (dry run)' if summary['dry_run'] else '', ' '.join(summary['roots']),
        count(summary['matched']['files']), amount(summary['matched']['bytes']))
    shown = [head]
    if summary['outcomes'] is None:
        shown.append('  ' + _states(summary['states']['before']))
        busy = summary['in_progress']
        if busy['archive'] or busy['restore']:
            shown.append('  in progress: %s archives, %s restores'
                         % (count(busy['archive']), count(busy['restore'])))
    else:
        shown.append('  %s · %s %s' % (_outcomes(summary), amount(summary['moved']['bytes']),
                                       'to be moved' if summary['dry_run'] else
                                       'moved in ' + duration(summary['elapsed'])))
        shown.extend(_files(summary, verbose))
    if summary['interrupted']:
        shown.append('  stopped early: %s; run it again and it goes on' % summary['interrupted'])
    if not summary['complete']:
        shown.append('  incomplete: not everything below was seen, so this proves nothing')
    return shown
