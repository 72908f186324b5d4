# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""deadlinecommand as a program: on which machine of which farm it runs, and where it lies."""

import contextlib
import io
import os
import shlex
import sys

from ..state import disk

FARM, MACHINE = "DEADLINE_FARM", "DEADLINE_MACHINE"
SCRIPT = '#!/bin/sh\n%s=%s %s=%s %sexec %s %s "$@"\n'
BACKGROUND = "DEADLINE_BACKGROUND"


def install(machine):
    """Put the deadlinecommand of a machine (machines.Machine) into its folder bin.

    It needs nothing of its caller: no variable, no working folder, any user who can read the farm.
    """
    process = machine.process
    package = os.path.dirname(os.path.dirname(process["program"]))
    words = [FARM, process["folder"] or machine.farm.folder, MACHINE, machine.name,
             process["python"] or sys.executable,
             os.path.join(os.path.dirname(package), "deadlinecommand")]
    words = [shlex.quote(word) for word in words]
    disk.make_folder(os.path.dirname(machine.deadlinecommand))
    for path, more in ((machine.deadlinecommand, ""),
                       (machine.deadlinecommand + "bg", BACKGROUND + "=1 ")):
        disk.write(path, (SCRIPT % tuple(words[:4] + [more] + words[4:])).encode())
        os.chmod(path, 0o755)


def run():
    """The program itself."""
    from ..machine.enter import enter
    from .main import main

    try:
        runtime = enter(os.environ[FARM], os.environ[MACHINE])
    except (KeyError, ValueError) as problem:
        sys.stderr.write("Error: no machine of a simulated farm: %s\n" % problem)
        return 1
    if not os.environ.pop(BACKGROUND, None):
        return main(runtime, sys.argv[1:])
    # deadlinecommandbg answers by two files of the user's temporary folder, the same for all calls.
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = main(runtime, sys.argv[1:])
    runtime.files.write(runtime.files.join(runtime.temp, "dsubmitoutput.txt"),
                        said.getvalue().encode("utf-8", "replace"))
    runtime.files.write(runtime.files.join(runtime.temp, "dsubmitexitcode.txt"), b"%d" % status)
    return status
