# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the mount of a path lies, by the kernel's own list: nothing on the mount is touched."""

import re

_LIST = '/proc/self/mountinfo'
_OCTAL = re.compile(br'\\([0-7]{3})')


def mount_point(path):
    """Return the folder (bytes) on which the file system of an absolute path is mounted."""
    with open(_LIST, 'rb') as mounts:
        return covering(path, mounts)


def covering(path, lines):
    """Return the longest mount point that a path lies in; lines: those of mountinfo."""
    best = b'/'
    for line in lines:
        # The kernel writes blank, tab, newline and backslash as three octal digits.
        point = _OCTAL.sub(lambda found: bytes([int(found.group(1), 8)]), line.split(b' ')[4])
        if len(point) > len(best) and (path == point or path.startswith(point + b'/')):
            best = point
    return best
