# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only place that runs a program of the system, and the list of what it may be asked.

Data never becomes an option and never meets a shell: the fixed words of a call stand in a
table, and what comes after them are names. Each call has a deadline; one that sleeps in
the kernel is left behind (safety rule 6, field-reports L11).
"""

import collections
import os

from ..hsm.child import ExecJob
from ..hsm.errors import Refused
from ..hsm.escape import escape
from ..hsm.lfs import FIXED_PATHS

# rc: exit status, None when it did not end; out, err: bytes; stuck: whether it could not be
# killed, and then pid is the process that sleeps; overdue: whether its time was up.
Done = collections.namedtuple('Done', 'rc out err stuck overdue pid')

SECONDS = 30

# Each program with the words that a call of it may begin with, as whole tuples. Never here:
# umount -l and -f (field-reports L2), fuser and lsof (L11).
ALLOWED = {
    'systemctl': (
        ('show', '--property=ActiveState,LoadState,NeedDaemonReload,FragmentPath'),
        ('is-active', '--quiet'), ('start', '--quiet'), ('stop', '--quiet'),
        ('kill', '--signal=KILL'),
        ('reset-failed',), ('daemon-reload',)),
    'systemd-escape': (('--path', '--suffix=mount'), ('--path', '--suffix=automount')),
    'mount': ((),),
    'umount': (('--no-canonicalize',),),
    'lctl': (('get_param', '-N', 'llite.*.uuid'), ('list_nids',)),
    'modinfo': (('-F', 'vermagic', '-k'),),
    'journalctl': (
        ('--sync',), ('--quiet', '--no-pager', '--output=cat', '--lines=40', '--since')),
    'dmesg': (('--raw',),),
    'lsattr': (('-d',),),
    'chattr': (('+i',), ('-i',)),
}


class Forbidden(Exception):
    """A call that is not on the list: an error in our own code."""


class _NoPlaces(object):
    """The names of a call that are given as they are: nothing is opened for it."""

    names = ()

    @staticmethod
    def open_all():
        return {}


class Programs(object):
    """Runs programs, one after the other; calls: how often."""

    def __init__(self, children, folders=FIXED_PATHS):
        self.children = children
        self._folders = folders
        self.calls = 0

    def there(self, program):
        """Return the path (bytes) of a program that is installed, else None."""
        if program not in ALLOWED:
            raise Forbidden('%s is not allowed' % program)
        for folder in self._folders:
            path = os.path.join(folder, program.encode('ascii'))
            if os.access(path, os.X_OK) and os.path.isfile(path):
                return path
        return None

    def call(self, program, words=(), names=(), deadline=SECONDS):
        """Run a program once; return Done.

        words: one of the allowed tuples; names: bytes, after them.
        """
        if tuple(words) not in ALLOWED.get(program, ()):
            raise Forbidden('%s %s is not allowed' % (program, ' '.join(words)))
        for name in names:
            if not name or name.startswith(b'-') or b'\0' in name:
                raise Refused('"%s" cannot be given to %s.' % (escape(name), program))
        path = self.there(program)
        if path is None:
            raise Refused('There is no %s on this host (looked in %s). Install it.' % (
                program, ', '.join(escape(folder) for folder in self._folders)))
        self.calls += 1
        return self._finish([word.encode('ascii') for word in words] + list(names), path, deadline)

    def _finish(self, words, path, deadline):
        known = len(self.children.abandoned)
        results = []
        job = ExecJob(path, words, _NoPlaces(), [], deadline=deadline, done=results.append)
        self.children.start(job)
        while not results:
            self.children.wait(1)
        result = results[0]
        left = [pid for pid, what in self.children.abandoned[known:] if what == job.what]
        err = result.err or (result.failure or '').encode('utf-8')
        return Done(result.rc, result.out, err, result.stuck, result.timed_out,
                    left[0] if left else None)
