#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replay recorded `lfs` calls on a mounted cache and show every byte and status that differs.

    replay.py TRANSCRIPT...                                     on a simulated cache, raised here
    replay.py TRANSCRIPT... --mount /mnt/cache --control COMMAND   on any Lustre with HSM

COMMAND is called with the words `copytool stop` and `copytool start`. Runs as root. Exit
status: 0 all the same, 1 something differs, 2 it could not be run.
"""

import argparse
import contextlib
import os
import shlex
import sys
import tempfile

import player
import transcript

HERE = os.path.dirname(os.path.abspath(__file__))


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("transcripts", nargs="+", metavar="TRANSCRIPT",
                        help="file of recorded calls, JSON lines")
    parser.add_argument("--mount", help="folder of a mounted cache (default: a simulated one)")
    parser.add_argument("--control", help="command that stops and starts the archive side")
    parser.add_argument("--lfs", default="lfs", help="the lfs to run (default: from PATH)")
    parser.add_argument("--group", action="append", help="play only this group (repeatable)")
    parser.add_argument("--patience", type=float, default=60.0, metavar="SECONDS",
                        help="how long a call or a change of state may take (default: %(default)g)")
    return parser.parse_args()


def replay(groups, play, can_control):
    """Print one line a group and every difference; (groups that differ, groups left out)."""
    differing, left_out = [], []
    for group in groups:
        if group.needs_control and not can_control:
            left_out.append(group.name)
            print("%-16s left out: it stops the copytool, which needs --control" % group.name)
            continue
        report = play(group)
        print("%-16s %s" % (group.name, "%d calls as recorded" % group.calls if not report
                            else "%d of %d calls differ" % (len(report), group.calls)), flush=True)
        for text in report:
            print("  " + text.replace("\n", "\n  "))
        if report:
            differing.append(group.name)
    return differing, left_out


@contextlib.contextmanager
def stage(args):
    """The mount, the lfs and the control command to play with."""
    if args.mount:
        yield args.mount, args.lfs, args.control
        return
    cache_folder = os.path.join(os.path.dirname(HERE), "cache")
    sys.path.append(cache_folder)
    import farm  # only here: on a real Lustre this folder may be all there is

    farm.alone()
    with tempfile.TemporaryDirectory(prefix="replay-") as folder, farm.Cache(folder) as cache:
        os.chmod(folder, 0o755)  # the artist has to reach the mount
        control = [sys.executable, os.path.join(cache_folder, "control"), "--at", folder]
        yield cache.mount(), os.path.join(cache.tools, "lfs"), " ".join(map(shlex.quote, control))


def refuse(why):
    """End with one clear sentence."""
    sys.stderr.write("replay: %s\n" % why)
    return 2


def main():
    """Replay what the command line says."""
    args = arguments()
    if os.geteuid() != 0:
        return refuse("must be run by root, who can act as the artist and own the folders.")
    groups = []
    for path in args.transcripts:
        try:
            groups += transcript.load(path)
        except (OSError, ValueError, KeyError, IndexError) as error:
            return refuse("%s is no transcript: %s" % (path, error))
    unknown = set(args.group or []) - {group.name for group in groups}
    if unknown:
        return refuse("no group %s in the transcripts." % ", ".join(sorted(unknown)))
    groups = [group for group in groups if not args.group or group.name in args.group]
    try:
        with stage(args) as (mount, lfs, control):
            actor = player.Player(mount, lfs, control, args.patience)
            try:
                differing, left_out = replay(groups, actor.play, bool(control))
            finally:
                actor.close()
    except (OSError, RuntimeError) as error:
        return refuse("cannot play: %s" % error)
    same = len(groups) - len(differing) - len(left_out)
    print("%d groups: %d as recorded, %d differ, %d left out"
          % (len(groups), same, len(differing), len(left_out)))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
