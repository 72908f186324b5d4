# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are whole or not there, also after the power has failed."""

import os


def write(path, content, mode):
    """Write a new file; it is on disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC,
                         0o600)
    with os.fdopen(descriptor, 'wb') as stream:
        stream.write(content)
        os.fchmod(descriptor, mode)
        stream.flush()
        os.fsync(descriptor)


def sync(path):
    """Bring a file, or the names in a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path):
    """Make a folder, and those above it, that everybody may read, whatever the umask says."""
    if os.path.isdir(path):
        return
    above = os.path.dirname(path)
    make_folder(above)
    try:
        os.mkdir(path, 0o755)
    except FileExistsError:
        return  # another installation was faster
    os.chmod(path, 0o755)
    sync(above)


def replace(path, make):
    """Put what make(temporary path) makes in the place of a file, in one step.

    One process at a time may do so for one path.
    """
    temporary = path + b'.new'
    remove(temporary)
    try:
        make(temporary)
        os.rename(temporary, path)
    except BaseException:
        remove(temporary)
        raise
    sync(os.path.dirname(path))


def remove(path):
    if os.path.lexists(path):
        os.unlink(path)


def read(path):
    """Return the bytes of a plain file, or None where there is none."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC),
                  'rb') as stream:
            return stream.read()
    except OSError:
        return None
