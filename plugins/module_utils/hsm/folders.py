# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders opened one component at a time, following no link, whatever the path's length."""

import os
import stat

# O_PATH opens nothing on the server; it is enough to look names up below the folder.
_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def open_folder(name, above=None):
    """Open one folder by its name in the folder `above` (a descriptor)."""
    return os.open(name, _FOLDER, dir_fd=above)


def descend(start, names):
    """Open the folder at the end of a list of names below the descriptor `start`."""
    current = os.dup(start)
    try:
        for name in names:
            lower = open_folder(name, current)
            os.close(current)
            current = lower
    except OSError:
        os.close(current)
        raise
    return current


def open_path(path):
    """Open an absolute folder; a link anywhere in it is an error (ENOTDIR)."""
    top = open_folder(b'/')
    try:
        return descend(top, [name for name in path.split(b'/') if name])
    finally:
        os.close(top)


def listing_name(folder):
    """Return a path that lists an O_PATH descriptor (scandir takes none before Python 3.7)."""
    return b'/proc/self/fd/%d' % folder


def mount_of(folder):
    """Return what tells one mount from another: the device, and the mount's own number.

    The number shows a bind mount of the same file system, whose files would be met twice.
    It stays None where /proc does not tell (old kernels, after a change of user).
    """
    device = os.fstat(folder).st_dev
    try:
        with open('/proc/self/fdinfo/%d' % folder, 'rb') as facts:
            for line in facts:
                if line.startswith(b'mnt_id:'):
                    return device, int(line.split()[1])
    except OSError:
        pass
    return device, None


def is_link(name, above):
    """Whether a name in an open folder is a symbolic link."""
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode)
    except OSError:
        return False
