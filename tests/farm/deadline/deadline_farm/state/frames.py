# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frame lists and the padding of names, as Deadline reads them (deadline 59, 64, 118)."""

import re

PART = re.compile(r"^(-?\d+)(?:-(-?\d+))?(?:(?:x|step|by|every)(\d+))?$")
PADDING = re.compile(r"#+|\?+")


def parse(text):
    """'1-10,15,20-30x2', also negative (D23) -> frames in the order given, no doubles."""
    frames = []
    for part in re.split(r"[,\s]+", text.strip()):
        if not part:
            continue
        match = PART.match(part)
        if not match or match.group(3) == "0":
            raise ValueError("%r is no frame list" % text)
        first = int(match.group(1))
        last = int(match.group(2)) if match.group(2) is not None else first
        step = int(match.group(3) or 1)
        frames += range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    return list(dict.fromkeys(frames))


def chunks(frames, size):
    """The frames of each task: consecutive ones of the list, `size` at most."""
    return [frames[start:start + size] for start in range(0, len(frames), size)]


def spell(frames):
    """[1, 2, 3, 7] -> '1-3,7'"""
    runs = []
    for frame in frames:
        if runs and frame == runs[-1][1] + 1:
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    return ",".join("%d" % first if first == last else "%d-%d" % (first, last)
                    for first, last in runs)


def padded(frame, width):
    """The sign is not counted in the width."""
    return "%s%0*d" % ("-" if frame < 0 else "", width, abs(frame))


def fill(path, frame):
    """Put the frame in the place of the LAST run of padding (deadline 118)."""
    runs = list(PADDING.finditer(path))
    if not runs:
        return path
    last = runs[-1]
    return path[:last.start()] + padded(frame, last.end() - last.start()) + path[last.end():]
