# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts that run inside deadlinecommand (deadline 132)."""

import traceback

from ..machine import scripts
from .registry import Failure, command


@command("ExecuteScriptNoGui", "<Script> [Argument...]")
def execute_without_gui(session, words):
    """Run a Python script with Deadline's own modules; the rest are its arguments."""
    try:
        returned = scripts.run(session.runtime, *words)
    except scripts.ScriptMissing as problem:
        raise Failure(str(problem))
    except SystemExit as ended:  # argparse ends so on a wrong argument
        raise Failure("SystemExit : %s" % ended.code)
    except Exception:
        raise Failure("An error occurred in the script:\n%s" % traceback.format_exc())
    if returned is not None:
        raise Failure("The script returned %r" % (returned,))


@command("ExecuteScript", "<Script> [Argument...]")
def execute(session, words):
    """The same, with the user's desktop: there is none here."""
    raise Failure("No display: ExecuteScript needs a desktop, use ExecuteScriptNoGui")
