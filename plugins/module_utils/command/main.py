# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""file-cache: from the words of the command line to an exit status."""

import json
import os
import sys
import tempfile

from ..hsm.errors import Refused
from ..hsm.options import TUNING
from ..hsm.tally import refused
from ..writeback.summary import refusal
from . import config, interruption, journal, on_cache, on_filer, probe, sweep, watch, writeback
from .arguments import MOVING, ON_CACHE, SAVING, SERVICES, VERBS, fill, parse
from .caller import sudo_caller
from .output import Output
from .restrict import restrict
from .stop import Stop

NOT_SAID = 1


def main(argv=None):
    """Run one call; return its exit status."""
    argv = sys.argv[1:] if argv is None else argv
    out, err = Output(sys.stdout), Output(sys.stderr)
    try:
        code = _call(argv, out, err)
    except Refused as problem:
        code = _refuse(argv, problem, out, err)
    return code or (NOT_SAID if out.broken else 0)


def _call(argv, out, err):
    arguments = parse(argv)
    # The working directory may lie on the cache, and would keep it busy.
    os.chdir('/')
    caller = sudo_caller(os.environ)
    known = config.load(TUNING, VERBS, required=caller is not None)
    fill(arguments, known.defaults)
    if caller is None:
        return _run(arguments, known, None, out, err)[0]
    # The caller's TMPDIR is not ours to write in as root.
    tempfile.tempdir = '/var/tmp'
    code, counts = Refused.status, {}
    try:
        for line in restrict(arguments, known):
            err.write('file-cache: %s\n' % line)
        code, counts = _run(arguments, known, caller, out, err)
        return code
    except Refused as problem:
        code = problem.status
        raise
    finally:
        journal.write(journal.line(caller, arguments, counts, code))


def _run(arguments, known, caller, out, err):
    """Return (exit status, counts for the journal)."""
    if arguments.verb in SERVICES:
        return {'watch': watch, 'guard': interruption}[arguments.verb].run_verb(known, Stop(), err)
    if arguments.verb == 'probe':
        return probe.run_verb(arguments, out, err)
    stop = Stop(out.fileno())
    if arguments.verb in ON_CACHE:
        return on_cache.run_verb(arguments, known, caller, stop, out, err)
    if arguments.verb == 'writeback':
        return writeback.run_verb(arguments, known, caller, stop, out, err)
    if arguments.verb == 'sweep':
        return sweep.run_verb(arguments, known, stop, out, err)
    return on_filer.run_verb(arguments, known, caller, stop, err)


def _refuse(argv, problem, out, err):
    """Say why nothing was done, in the form that was asked for; return the exit status."""
    if '--json' in argv:
        verb = argv[0] if argv and argv[0] in ON_CACHE + SAVING else None
        dry_run = verb in MOVING and ('--dry-run' in argv or '-n' in argv)
        if verb in SAVING:
            summary = refusal(verb, str(problem))
        else:
            summary = refused(verb, str(problem), dry_run=dry_run)
        summary['interrupted'] = problem.interrupted
        out.write(json.dumps(summary) + '\n')
    err.write('file-cache: %s\n' % problem)
    return problem.status
