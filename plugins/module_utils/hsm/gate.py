# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One process of this host at a time reads the actions of files and asks for archives.

A second archive of a file breaks the first one (lustre-hsm H25), and two tasks of a worker end
at the same moment. Who comes second sees the first one's requests as actions, and waits for
their end. A record lock (lockf) belongs to the process alone: a child that is stuck on a dead
mount does not hold it, and the kernel lets go of it whatever ends the process.
"""

import errno
import fcntl
import os
import time

# The lock, and the place of the one who is next: without it the busiest would always win.
_LOCK, _NEXT = b'archive.lock', b'archive.next'
_HELD = (errno.EACCES, errno.EAGAIN)
# From then on no more is begun, so that the gate is left soon.
LONGEST = 1.0


class Gate(object):
    """The gate of this host, in a folder of root's own on a local disk."""

    def __init__(self, folder, clock=time.monotonic):
        """Raises OSError where the lock files cannot be made."""
        self._clock = clock
        self._lock = _open(os.path.join(folder, _LOCK))
        self._next = _open(os.path.join(folder, _NEXT))
        self._since = None

    def enter(self):
        """Whether this process may begin to ask now; it is let in unless another is."""
        if self._since is not None:
            return self._clock() - self._since < LONGEST
        if not _take(self._next):
            return False
        # Whoever waits keeps the next place until it is his turn.
        if not _take(self._lock):
            return False
        fcntl.lockf(self._next, fcntl.LOCK_UN)
        self._since = self._clock()
        return True

    def leave(self):
        """All that was asked for shows as an action now."""
        if self._since is not None:
            self._since = None
            fcntl.lockf(self._lock, fcntl.LOCK_UN)

    def close(self):
        os.close(self._lock)
        os.close(self._next)


def _open(path):
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _take(descriptor):
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError as error:
        if error.errno in _HELD:
            return False
        raise
