# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RFDK from Python: what a test asks of AWS's own Deadline clients."""

import json
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


def lacks():
    """What this machine lacks for RFDK, as a sentence; empty when nothing."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "RFDK needs Node and npm: tools/bootstrap installs them"
    return ""


def scripts():
    """The folder of the scripts that RFDK runs on workers; installs RFDK when it is missing."""
    done = subprocess.run([os.path.join(HERE, "install")], stdout=subprocess.PIPE, check=True)
    return os.path.join(done.stdout.decode().strip(), "aws-rfdk/lib/deadline/scripts")


def fleets(folder):
    """Synthesise the farm of farm.js into a folder; {name of file without .json: content}."""
    subprocess.run([os.path.join(HERE, "run"), "fleets.js", str(folder)], check=True)
    found = {}
    for name in os.listdir(str(folder)):
        if name.endswith(".json"):
            with open(os.path.join(str(folder), name), encoding="utf-8") as stream:
                found[name[:-len(".json")]] = json.load(stream)
    return found


def configure(folder, **options):
    """Bring that farm to a Remote Connection Server: (why RFDK gave up or None, what it told)."""
    done = subprocess.run([os.path.join(HERE, "run"), "configure.js", str(folder),
                           json.dumps(options)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=True)
    return json.loads(done.stdout.decode())["error"], done.stderr.decode()
