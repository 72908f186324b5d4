# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who could change what a path leads to (design.md, safety rule 7)."""

import os
import stat

from ..hsm.errors import Refused
from ..hsm.escape import escape

_MOST_LINKS = 40


def check(path):
    """Refuse a path (bytes, absolute) that somebody else than root could change.

    Every folder and every link on the way counts, and the ways of the links too. What does
    not exist yet is left to whoever makes it.
    """
    left = _MOST_LINKS
    ways = [path]
    while ways:
        for place, info in _steps(ways.pop()):
            _check_one(place, info)
            if stat.S_ISLNK(info.st_mode):
                left -= 1
                if left < 0:
                    raise Refused('%s leads through too many symbolic links.' % escape(path))
                ways.append(os.path.join(os.path.dirname(place), os.readlink(place)))


def _steps(path):
    """Yield (path, lstat result) of each step from / to this path that exists."""
    place = b'/'
    yield place, os.lstat(place)
    for part in path.split(b'/'):
        if part in (b'', b'.'):
            continue
        place = os.path.join(place, part)
        try:
            info = os.lstat(place)
        except FileNotFoundError:
            return
        yield place, info


def _check_one(place, info):
    # A link has no mode of its own, and only its folder's owner can replace it.
    writable = not stat.S_ISLNK(info.st_mode) and info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if info.st_uid != 0 or writable:
        raise Refused(
            '%s can be changed by others than root (owner %d, mode %04o), and what root runs must '
            'not lie behind it. Make root its owner and take the write permission of group and '
            'others away.' % (escape(place), info.st_uid, stat.S_IMODE(info.st_mode)))
