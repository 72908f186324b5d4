# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verbs on a mounted cache: archive, evict, hydrate, refresh, state."""

import json

from ..hsm.errors import Refused
from ..hsm.options import TUNING, Options
from ..hsm.run import run
from ..hsm.tally import exit_code
from ..writeback import state
from . import progress, report
from .arguments import raw
from .paths import resolve

_WORDS = ('recursive', 'null', 'older_than', 'newer_than', 'shard', 'skips_ok', 'advisory',
          'dry_run', 'no_wait', 'dirty', 'resend', 'expect_clean', 'missing_ok') + tuple(TUNING)


def run_verb(arguments, config, caller, stop, out, err):
    """Run the verb and say how it went; return (exit status, outcomes)."""
    options = _options(arguments, config, caller)
    shown = progress.choose('none' if arguments.quiet else arguments.progress,
                            err if arguments.json else out)
    try:
        summary = run(options, shown, stop)
    finally:
        shown.end()
        if options.gate is not None:
            options.gate.close()
    code = exit_code(summary, options)
    if arguments.json:
        out.write(json.dumps(summary) + '\n')
    elif code or not arguments.quiet:
        out.write(''.join(line + '\n' for line in report.lines(summary, arguments.verbose)))
    if summary['error']:
        err.write('file-cache: %s\n' % summary['error'])
    return code, summary['outcomes'] or {}


def _options(arguments, config, caller):
    """The engine's options out of the words of the command line."""
    manifest = getattr(arguments, 'manifest', None)
    if arguments.list == manifest == b'-':
        raise Refused('--from and --manifest cannot both come on standard input')
    words = {name: getattr(arguments, name) for name in _WORDS if hasattr(arguments, name)}
    if caller is not None:
        words.update(within=[root.path for root in config.roots.values()],
                     caller=(caller.uid, caller.gid, caller.groups), fixed_paths=True)
    if arguments.verb == 'archive' or words.get('dirty') == 'archive':
        words['gate'] = state.gate()
    return Options(
        verb=arguments.verb, paths=[resolve(word, config.roots) for word in arguments.paths],
        list_file=arguments.list, manifest_file=manifest,
        include=[raw(glob) for glob in arguments.include],
        exclude=[raw(glob) for glob in arguments.exclude], **words)
