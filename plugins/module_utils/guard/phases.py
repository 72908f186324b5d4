# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phases that follow each other, each until its moment; a failure of one stops no other."""

import time
from collections import namedtuple

# name: for people; ends: the moment by which it has to be over; work(seconds): does it within
# the seconds that it is given, and returns what became of it (text).
Phase = namedtuple('Phase', 'name ends work')


def run(phases, say, clock=time.monotonic):
    """Run each phase and say what became of it, with the time that it took and had."""
    for phase in phases:
        began = clock()
        seconds = max(0, phase.ends - began)
        try:
            said = phase.work(seconds)
        except Exception as problem:
            # Whatever it is: the host is about to go, and the next phase can still be done.
            said = 'failed: %s' % (problem or type(problem).__name__)
        say('%s: %s (%.1f s of %.1f s)' % (phase.name, said, clock() - began, seconds))
