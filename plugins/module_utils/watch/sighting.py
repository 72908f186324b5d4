# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of an event: a file that was written, nothing, or word that one was missed."""

import os
import stat
from collections import namedtuple

# path: bytes, as our own mount has it.
Sighting = namedtuple('Sighting', 'path device inode')

# fanotify F31: what Lustre restores into, seen where a copytool shares the mount.
_VOLATILE = b':VOLATILE:'


class Unseen(Exception):
    """A file was written, and which one cannot be told; the text says why, shortly."""


def counts(info):
    """Whether a file can be saved, by its stat: a regular one that still has a name (F11)."""
    return stat.S_ISREG(info.st_mode) and info.st_nlink > 0


def is_volatile(path):
    """Whether a name is that of a file which Lustre makes for its own work."""
    name = os.path.basename(path)
    return name.startswith(b'.') and _VOLATILE in name


def is_at(path, info):
    """Whether a path names the file of this stat."""
    try:
        return os.path.samestat(os.lstat(path), info)
    except OSError:
        return False


def writer(pid):
    """Return (name of the program, user id) of a process; (b'', -1) when it is gone."""
    # comm and not cmdline: that may hang with the process (lustre-hsm H80).
    try:
        with open('/proc/%d/comm' % pid, 'rb') as stream:
            return stream.read().rstrip(b'\n'), os.stat('/proc/%d' % pid).st_uid
    except OSError:
        return b'', -1
