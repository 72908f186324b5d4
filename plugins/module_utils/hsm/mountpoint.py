# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's own list of mounts: nothing on a mount is touched to read it."""

import collections
import re

_LIST = '/proc/self/mountinfo'
_OCTAL = re.compile(br'\\([0-7]{3})')

# point, root, source, fstype: bytes as they are, nothing escaped; options: a tuple of words,
# those of the mount, then those of the file system that differ; device: (major, minor);
# number: what /proc/PID/fdinfo calls mnt_id.
Mount = collections.namedtuple('Mount', 'point root source fstype options device number')


def mount_point(path):
    """Return the folder (bytes) on which the file system of an absolute path is mounted."""
    with open(_LIST, 'rb') as mounts:
        return covering(path, mounts)


def covering(path, lines):
    """Return the longest mount point that a path lies in; lines: those of mountinfo."""
    best = b'/'
    for mount in parse(lines):
        point = mount.point
        if len(point) > len(best) and (path == point or path.startswith(point + b'/')):
            best = point
    return best


def parse(lines):
    """Yield the Mount of each line of mountinfo, in its order."""
    for line in lines:
        mount = _mount(line)
        if mount is not None:
            yield mount


def _mount(line):
    """Return the Mount of a line; None for what is none."""
    # No field holds a blank: the kernel writes it as three octal digits.
    before, found, after = line.rstrip(b'\n').partition(b' - ')
    left, right = before.split(b' '), after.split(b' ')
    if not found or len(left) < 6 or len(right) < 2:
        return None
    try:
        major, minor = left[2].split(b':')
        device, number = (int(major), int(minor)), int(left[0])
    except ValueError:
        return None
    words = left[5].split(b',') + (right[2].split(b',') if len(right) > 2 else [])
    options = tuple(collections.OrderedDict.fromkeys(map(_plain, filter(None, words))))
    return Mount(_plain(left[4]), _plain(left[3]), _plain(right[1]), _plain(right[0]),
                 options, device, number)


def _plain(field):
    """Return a field without the octal digits for blank, tab, newline and backslash."""
    return _OCTAL.sub(lambda found: bytes([int(found.group(1), 8) & 255]), field)
