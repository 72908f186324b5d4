# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""deadlinecommand as a program: on which machine of which farm it runs, and where it lies."""

import os
import shlex
import sys

from ..state import disk

FARM, MACHINE = "DEADLINE_FARM", "DEADLINE_MACHINE"
SCRIPT = '#!/bin/sh\n%s=%s %s=%s exec %s %s "$@"\n'


def install(machine):
    """Put the deadlinecommand of a machine (machines.Machine) into its folder bin.

    It needs nothing of its caller: no variable, no working folder, any user who can read the farm.
    """
    process = machine.process
    package = os.path.dirname(os.path.dirname(process["program"]))
    words = (FARM, process["folder"] or machine.farm.folder, MACHINE, machine.name,
             process["python"] or sys.executable,
             os.path.join(os.path.dirname(package), "deadlinecommand"))
    disk.make_folder(os.path.dirname(machine.deadlinecommand))
    disk.write(machine.deadlinecommand, (SCRIPT % tuple(map(shlex.quote, words))).encode())
    os.chmod(machine.deadlinecommand, 0o755)


def run():
    """The program itself."""
    from ..machine.enter import enter
    from .main import main

    try:
        runtime = enter(os.environ[FARM], os.environ[MACHINE])
    except (KeyError, ValueError) as problem:
        sys.stderr.write("Error: no machine of a simulated farm: %s\n" % problem)
        return 1
    return main(runtime, sys.argv[1:])
