# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of deadlinecommand: words in, lines and an exit status out."""

import importlib
import sys
import time

from . import output, registry, submission
from .registry import Failure
from .session import Session

# Each registers its sub-commands.
for name in ("general", "jobs", "mappings", "pools", "repository", "scripts", "secrets", "settings",
             "workers"):
    importlib.import_module("." + name, __package__)

JSON_SINCE = (10, 2)
NOISE = ("Could not find a part of the path '/home/render/.config/user-dirs.dirs'.",
         "WARNING: The mono runtime took longer than expected to start",
         "Plugin sync: {\"ok\": true, \"result\": \"not the result\"}")


def _form(session, words):
    """(how results are printed, the other words)."""
    if words and words[0].lower() in ("--json", "--prettyjson") and session.version >= JSON_SINCE:
        return words[0].lower()[2:], words[1:]
    return output.PLAIN, words


def _result(session, words):
    if not words:
        return registry.call("Help", session, [])
    if registry.find(words[0]) is None and submission.meant(session, words):
        return submission.submit(session, words)
    return registry.call(words[0], session, words[1:])


def main(runtime, words):
    """Run one call in this process; its exit status."""
    session = Session(runtime)
    switches = session.switches
    time.sleep(switches["command_delay"])
    form, words = _form(session, words)
    if switches["command_noise"]:
        print("\n".join(NOISE), flush=True)
    try:
        text, status = output.result(form, _result(session, words)), 0
    except (Failure, OSError) as problem:
        text, status = output.failure(form, str(problem)), switches["error_exit"]
    except Exception as problem:  # Deadline prints what its own code throws in the same way
        text = output.failure(form, "%s: %s" % (type(problem).__name__, problem))
        status = switches["error_exit"]
    # Old sub-commands print their error where the result would be, and say that all is well (128).
    stream = sys.stderr if status and form == output.PLAIN else sys.stdout
    sys.stdout.flush()
    stream.write(text)
    stream.flush()
    if switches["command_noise"]:
        print("Released the mono runtime", flush=True)
    return status
