# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state that writeback and sweep leave on this host, and what keeps two of them apart."""

import errno
import fcntl
import json
import os

from ..hsm.gate import Gate

FOLDER = '/var/lib/file-cache'
SWEEP = 'sweep.json'
_SWEEP_LOCK = 'sweep.lock'
_MODE = 0o755
_HELD = (errno.EACCES, errno.EAGAIN)


def gate(folder=FOLDER):
    """Return the Gate of this host, or None for who may not make it: he may not archive either."""
    try:
        os.makedirs(folder, _MODE, exist_ok=True)
        return Gate(os.fsencode(folder))
    except OSError:
        return None


def sweep_lock(folder=FOLDER):
    """Return the descriptor of the sweep's lock, or None when another sweep has it.

    A record lock: no child that is left behind on a dead mount can hold it.
    """
    os.makedirs(folder, _MODE, exist_ok=True)
    lock = os.open(os.path.join(folder, _SWEEP_LOCK),
                   os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        if error.errno in _HELD:
            return None
        raise
    return lock


def keep_sweep(summary, folder=FOLDER):
    """Keep the figures of a sweep where `status` and people read them; all or nothing."""
    path = os.path.join(folder, SWEEP)
    temporary = '%s.%d' % (path, os.getpid())
    try:
        with open(temporary, 'w') as stream:
            json.dump(summary, stream)
            stream.write('\n')
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.rename(temporary, path)
    except OSError:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise
