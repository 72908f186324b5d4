# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd units of a mount: their names, what they say of themselves, starts and stops.

A unit's name is made by systemd-escape and used raw: shells and templates lose the
backslashes of `mnt-show\x2da.mount` (field-reports L25).
"""

import collections
import os

from ..hsm.errors import Refused
from ..hsm.escape import escape
from . import mountinfo
from .probe import enter

_BOOTED = '/run/systemd/system'
_SECONDS = 20
_SHOW = ('show', '--property=ActiveState,LoadState,NeedDaemonReload,FragmentPath')
_JOURNAL = ('--quiet', '--no-pager', '--output=cat', '--lines=40', '--since')

# active: inactive, active, activating, failed, ...; loaded: loaded, not-found, ...;
# stale: whether systemd has not read the fstab line that is there now, or goes by what is mounted.
Unit = collections.namedtuple('Unit', 'active loaded stale')

RUNNING = ('active', 'activating', 'reloading', 'deactivating')


class Units(object):
    """The mount units of this host; booted: whether systemd runs here at all."""

    def __init__(self, programs, booted=None):
        self._programs = programs
        self.booted = os.path.isdir(_BOOTED) if booted is None else booted

    def name(self, point, suffix):
        """Return the name (bytes) of the unit of a mount point; suffix: mount or automount."""
        done = self._programs.call('systemd-escape', ('--path', '--suffix=' + suffix), [point],
                                   _SECONDS)
        name = done.out.rstrip(b'\n')
        if done.rc != 0 or not name:
            raise Refused('systemd can have no unit for %s: %s' % (escape(point), said(done)))
        return name

    def show(self, unit):
        """Return what systemd knows of a unit; raise Refused when it does not answer."""
        done = self._systemctl(_SHOW, [unit], _SECONDS)
        if done.rc != 0:
            raise Refused('systemd does not tell of %s: %s' % (escape(unit), said(done)))
        facts = dict(line.split('=', 1) for line in done.out.decode('utf-8', 'replace').split('\n')
                     if '=' in line)
        return Unit(facts.get('ActiveState', ''), facts.get('LoadState', ''),
                    facts.get('NeedDaemonReload') == 'yes' or not facts.get('FragmentPath'))

    def is_active(self, unit):
        return self._systemctl(('is-active', '--quiet'), [unit], _SECONDS).rc == 0

    def start(self, unit, seconds):
        """Start a unit; return Done."""
        self.forget_failure(unit)
        return self._systemctl(('start', '--quiet'), [unit], seconds)

    def forget_failure(self, unit):
        """A unit that failed too often lately would not be tried at all."""
        if self.show(unit).active == 'failed':
            self._systemctl(('reset-failed',), [unit], _SECONDS)

    def stop(self, unit, seconds):
        return self._systemctl(('stop', '--quiet'), [unit], seconds)

    def reload(self):
        """Have systemd read /etc/fstab and its own files again; raise Refused.

        It opens the folder of every line. One that is dead holds all of systemd for 90 seconds, and
        then no line has its units any more: armed triggers without a unit are left (field-reports
        L25; seen with systemd 252).
        """
        for mount in mountinfo.read():
            if mountinfo.filesystem_of(mount.source)[0] and enter(
                    self._programs.children, mount.point, _SECONDS).silent:
                raise Refused(
                    'The mount at %s does not answer, and systemd, which has to read /etc/fstab '
                    'again, would wait for it. Unmount it, or reboot the host when the cache is '
                    'gone for good; then run this again.' % escape(mount.point))
        done = self._systemctl(('daemon-reload',), [], 60)
        if done.rc != 0:
            raise Refused('systemctl daemon-reload failed: %s' % said(done))

    def journal(self, unit, since):
        """Return what was said of a unit and by its processes since a moment (epoch), as bytes.

        Asked for by the unit and not by its run: of a helper that failed at once, journald often
        knows nothing but the unit.
        """
        if self._programs.there('journalctl') is None:
            return b''
        # A helper's last words may be on their way when systemd already knows how it ended.
        self._programs.call('journalctl', ('--sync',), deadline=_SECONDS)
        return self._programs.call(
            'journalctl', _JOURNAL,
            [b'@%.3f' % since, b'_SYSTEMD_UNIT=' + unit, b'+', b'UNIT=' + unit], _SECONDS).out

    def _systemctl(self, words, names, seconds):
        return self._programs.call('systemctl', words, names, seconds)


def said(done):
    """Return what a program said, or how it ended, as one line."""
    if done.stuck:
        return 'it sleeps in the kernel (process %s)' % done.pid
    if done.overdue:
        return 'it timed out'
    text = ' '.join((done.err.strip() or done.out.strip()).decode('utf-8', 'replace').split())
    return text or 'exit status %s' % done.rc
