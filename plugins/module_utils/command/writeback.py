# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verb writeback: what this host wrote is saved before the call ends."""

import json

from ..hsm.errors import Refused
from ..hsm.lists import MAX_BYTES, MAX_NAMES, ListSource
from ..hsm.options import TUNING
from ..hsm.selection import parse_moment
from ..writeback.session import Terms, save
from ..writeback.summary import exit_code
from . import report
from .paths import resolve

_FALLBACK = {
    'down': 'the service file-cache watch did not run all the time',
    'unmarked': 'the mount was not watched all the time',
    'gap': 'the kernel did not tell of every file',
}


def run_verb(arguments, config, caller, stop, out, err):
    """Run the verb and say how it went; return (exit status, outcomes)."""
    summary, work = save(config, _terms(arguments, config, caller), stop)
    code = exit_code(summary, work.merged.status, arguments.advisory)
    say(summary, code, work.unknown, arguments, out, err)
    return code, summary['outcomes']


def tuning(arguments):
    """Return the options of the engine that were said, without the timeout of the whole."""
    return {name: getattr(arguments, name) for name in TUNING
            if name != 'timeout' and hasattr(arguments, name)}


def say(summary, code, unknown, arguments, out, err):
    """Write the summary in the form that was asked for, and what a person has to know."""
    if arguments.json:
        out.write(json.dumps(summary) + '\n')
    elif code or not arguments.quiet:
        lines = report.lines(summary, arguments.verbose) + _left(summary)
        out.write(''.join(line + '\n' for line in lines))
    if unknown:
        err.write('file-cache: what these processes have open could not be told, so files that '
                  'they write may have been taken for finished: %s\n'
                  % ', '.join('%d (%s)' % pair for pair in sorted(unknown.items())[:10]))
    if summary['error']:
        err.write('file-cache: %s\n' % summary['error'])


def _terms(arguments, config, caller):
    if arguments.null and arguments.list is None:
        raise Refused('--null says how a list is written, and there is none. Give --from.')
    source = None
    if arguments.list is not None:
        source = ListSource(arguments.list, arguments.null, MAX_BYTES, MAX_NAMES)
    since = None
    if arguments.newer_than is not None:
        since = parse_moment(arguments.newer_than, '--newer-than')
    return Terms([resolve(word, config.roots) for word in arguments.paths], since, source,
                 arguments.timeout, caller and (caller.uid, caller.gid, caller.groups),
                 tuning(arguments))


def _left(summary):
    lines = ['  not finished, so left (%s): %s' % (one['why'], one['path'])
             for one in summary['unfinished']]
    if summary['fallback']:
        lines.append('  the folders were walked too: %s' % _FALLBACK[summary['fallback']])
    return lines
