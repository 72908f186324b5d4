# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real files by real paths, also in a process that is disguised (machine/disguise.py).

The functions are taken when this is imported, which is before.
"""

import io
import os
import posixpath

_open, _stat, _mkdir, _chmod = io.open, os.stat, os.mkdir, os.chmod
_listdir, _readlink, _unlink = os.listdir, os.readlink, os.unlink


def exists(path):
    try:
        _stat(path)
    except (OSError, ValueError):
        return False
    return True


def owner(path):
    return _stat(path).st_uid


def names(folder):
    """The names in a folder; none when there is no such folder."""
    try:
        return _listdir(folder)
    except OSError:
        return []


def make_folder(path, mode=None):
    """A folder and those above it; `mode` whatever the process's mask is."""
    if not exists(path):
        make_folder(posixpath.dirname(path))
        try:
            _mkdir(path)
        except FileExistsError:
            pass
    if mode is not None:
        _chmod(path, mode)


def text(path):
    """Text as Python reads its source; None when there is no such file."""
    try:
        with _open(path, encoding="utf-8-sig", errors="replace") as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def contents(path):
    with _open(path, "rb") as stream:
        return stream.read()


def write(path, data):
    with _open(path, "wb") as stream:
        stream.write(data)


def append(path, line):
    """A line at the end of a file, whole: several processes write there."""
    with _open(path, "ab") as stream:
        stream.write(line.encode("utf-8", "replace") + b"\n")


def remove(path):
    if exists(path):
        _unlink(path)


def is_open(path):
    """Whether this process has the file open."""
    for number in _listdir("/proc/self/fd"):
        try:
            if _readlink("/proc/self/fd/" + number) == path:
                return True
        except OSError:
            continue
    return False
