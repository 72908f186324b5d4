#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Record `lfs` calls on a mounted Lustre, for replay.py to compare with.

    record.py SCRIPT --mount /mnt/cache [--control COMMAND] >RECORDING

SCRIPT is written like a recording, but a call needs no "rc", "stdout" and "stderr". Runs as root.
"""

import argparse
import json
import sys

import player
import transcript


def recorded(stage, line):
    """A line of the script with what was seen; steps are performed and stay as they are."""
    if "lfs" not in line:
        stage.do(line)
        return line
    rc, out, err, places = stage.repeat(line)
    if "usage" in out.lower():
        out = "{USAGE}\n"
    return dict(line, rc=rc, stdout=transcript.unfill(out, places),
                stderr=transcript.unfill(err, places))


def main():
    """Record what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("script")
    parser.add_argument("--mount", required=True)
    parser.add_argument("--control")
    parser.add_argument("--lfs", default="lfs")
    args = parser.parse_args()
    actor = player.Player(args.mount, args.lfs, args.control)
    try:
        for group in transcript.load(args.script):
            print(json.dumps({"group": group.name, "row": group.rows}))
            stage = actor.stage(group)
            try:
                for line in group.lines:
                    print(json.dumps(recorded(stage, line)))
            finally:
                stage.close()
    finally:
        actor.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
