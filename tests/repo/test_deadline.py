# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs inside Deadline has Deadline's Python."""

import pathlib
import subprocess
import sys

from ansible_collections.renderfarm.file_cache.tests.repo.tree import ROOT

BIN = pathlib.Path(sys.executable).parent


def test_the_script_of_the_client_runs_on_every_python_of_deadline():
    """deadline 189: 10.1 runs scripts on 2.7 where a studio has not chosen 3."""
    script = ROOT / 'plugins/module_utils/deadline/inside.py'
    assert script.read_bytes().isascii()
    done = subprocess.run(
        [str(BIN / 'vermin'), '--quiet', '--no-tips', '--violations', '--target=2.7-',
         '--target=3.0-', str(script)], check=False, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, universal_newlines=True)
    assert done.returncode == 0, done.stdout
