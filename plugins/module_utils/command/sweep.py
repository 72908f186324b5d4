# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verb sweep: what became quiet below the roots is saved, for a timer to call."""

from ..writeback.summary import exit_code
from ..writeback.sweep import sweep
from .writeback import say, tuning


def run_verb(arguments, config, stop, out, err):
    """Run the verb and say how it went; return (exit status, outcomes)."""
    options = dict(tuning(arguments), quiet_period=config.settings['sweep']['quiet_period'])
    summary, work = sweep(config, arguments.timeout, options, stop)
    # Files that are not finished are no news to a timer: the next sweep looks again.
    code = exit_code(summary, work.merged.status, arguments.advisory, skips_ok=True)
    say(summary, code, work.unknown, arguments, out, err)
    return code, summary['outcomes']
