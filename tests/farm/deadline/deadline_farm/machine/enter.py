# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make this process one of a machine of the farm: what deadlinecommand and workers begin with."""

from ..api import modules
from .disguise import Disguise
from .runtime import Runtime


def enter(folder, name, long_lived=False, gate=None):
    """The machine's Runtime. `Deadline` and `System` can be imported from now on.

    On Windows and macOS, and on Linux with mounts, the process is disguised as well: use
    runtime.files for real paths from here on.
    """
    runtime = Runtime(folder, name, long_lived, gate)
    runtime.scripting = modules.install(runtime)
    runtime.files.make_folder(runtime.temp)
    if runtime.system != "linux" or runtime.machine["mounts"]:
        Disguise(runtime).put_on()
    return runtime
