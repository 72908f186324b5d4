# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths of any operating system, compared by their shape and not by ours.

A job keeps the paths of the machine that submitted it. A drive letter or a share is Windows:
case and kind of separator say nothing there (deadline 43, field-reports D20).
"""

import ntpath
import posixpath
import re

_WINDOWS = re.compile(r'[A-Za-z]:|[\\/]{2}[^\\/]')


def is_windows(path):
    return bool(_WINDOWS.match(path))


def is_absolute(path):
    return path.startswith('/') or bool(re.match(r'[A-Za-z]:[\\/]|\\\\', path))


def plain(path):
    """A path in the one form that all its spellings share, without an end separator."""
    if is_windows(path):
        return ntpath.normpath(path).lower().rstrip('\\')
    return posixpath.normpath(path).rstrip('/')


def is_below(path, root):
    """Whether a path is a root or lies below it."""
    path, root = plain(path), plain(root)
    separator = '\\' if is_windows(root) else '/'
    return path == root or path.startswith(root + separator)


def forms(path):
    """The spellings of one path that applications make of it (field-reports D20)."""
    found = [path]
    if is_windows(path):
        lower = path[:1].lower() + path[1:]
        found += [lower, path.replace('\\', '/'), lower.replace('\\', '/')]
    return sorted(set(found), key=found.index)


def separator(path):
    return '\\' if '\\' in path else '/'


def ended(path):
    """A path with one separator at its end."""
    return path.rstrip('\\/') + separator(path)
