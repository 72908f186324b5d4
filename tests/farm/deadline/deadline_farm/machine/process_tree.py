# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes below one, and their end: what Deadline does when a task is cancelled (row 72)."""

import os
import signal


def _parents():
    """{process: its parent}"""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % name, "rb") as stream:
                words = stream.read().rpartition(b")")[2].split()
        except OSError:
            continue
        found[int(name)] = int(words[1])
    return found


def below(process):
    """A process and all that it started, as far as they are still its descendants."""
    parents = _parents()
    tree, more = [], [process]
    while more:
        tree += more
        more = [child for child, parent in parents.items() if parent in more]
    return tree


def kill(process):
    """End a tree by SIGKILL; returns those that this user may not end (a child of sudo)."""
    left = []
    for one in below(process):
        try:
            os.kill(one, signal.SIGKILL)
        except PermissionError:
            left.append(one)
        except ProcessLookupError:
            continue
    return left
