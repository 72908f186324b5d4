# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a guard that is started again has to know: the notice, and how far it was acted upon.

It lies below /run, so that a host that was stopped and started again knows of no notice.
"""

import json
import os
from collections import namedtuple

from .notice import Notice

PATH = '/run/file-cache/guard.json'

# seen: when the notice was first seen (epoch); open: set of (device, inode) that were open for
# writing then, None while that is not known; done: whether all was done.
Mark = namedtuple('Mark', 'notice seen open done')


class Marker(object):
    """One small file."""

    def __init__(self, path=PATH):
        self._path = path

    def load(self):
        """Return the Mark; None where there is none that can be read."""
        try:
            with open(self._path, 'rb') as stream:
                said = json.loads(stream.read().decode('utf-8'))
            was_open = said['open']
            if was_open is not None:
                was_open = {(int(device), int(inode)) for device, inode in was_open}
            return Mark(Notice(said['action'], said['time']), float(said['seen']), was_open,
                        said['done'] is True)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def save(self, mark):
        """Put a Mark in place of the one before; raises OSError."""
        said = {'action': mark.notice.action, 'time': mark.notice.time, 'seen': mark.seen,
                'open': None if mark.open is None else sorted(mark.open), 'done': mark.done}
        os.makedirs(os.path.dirname(self._path), 0o755, exist_ok=True)
        new = self._path + '.new'
        with open(new, 'w') as stream:
            stream.write(json.dumps(said) + '\n')
        os.rename(new, self._path)

    def forget(self):
        """Take the Mark away: its notice is over."""
        try:
            os.unlink(self._path)
        except OSError:
            # Never there, or it stays: another notice has another time.
            pass
