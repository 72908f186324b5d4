# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes a cache away from a folder, so that it is gone or says why not.

The order is that of field-reports L2 and L25: plain umount first, which a user of the mount
hinders; only then the units, since stopping an .automount is a lazy unmount. Never lazy,
never forced, and nothing waits for an umount that sleeps in the kernel (L11).
"""

import collections
import time

from ..hsm.errors import Refused
from ..hsm.escape import escape
from . import instances, mountinfo, processes, writers
from .units import RUNNING, Units, said

# state: gone, busy, stuck, alive (unmounted, and a client instance lives on), other (another
# cache is mounted there), failed; changed: whether anything was taken away;
# proven: whether the client instances were asked; users: list of Process;
# instances: those that live on; pid: of the umount that sleeps; message: for people.
Unmounted = collections.namedtuple(
    'Unmounted', 'state changed proven users instances pid message')

SECONDS = 60
# Mounts stacked over one folder, and an automount that was entered while it was taken away.
MOST_ROUNDS = 8
# The kernel lets a superblock go a moment after its last mount.
_LINGERS = 2.0


def unmount(programs, point, fsname=b'', seconds=SECONDS, disarm=True, units=None,
            dry_run=False):
    """Unmount what is mounted at a folder; return Unmounted.

    fsname: the cache that may be there (b'': any cache); disarm: also stop the units, so that
    the next access does not mount it again; dry_run: only look, and say what would come of it.
    """
    work = _Work(programs, units or Units(programs), point, fsname, time.monotonic() + seconds,
                 dry_run)
    try:
        return work.take_away() or (work.disarm() if disarm else None) or work.prove()
    except Refused as problem:
        return work.end('failed', str(problem))


class _Work(object):
    """One unmount on its way. Its steps return None to go on, or the Unmounted that it ends as."""

    def __init__(self, programs, units, point, fsname, until, dry_run):
        self._programs = programs
        self._units = units
        self._point = point
        self._name = escape(point)
        self._fsname = fsname
        self._until = until
        self._dry_run = dry_run
        self._changed = False

    def end(self, state, message, **more):
        facts = dict(dict(proven=False, users=[], instances=[], pid=None), **more)
        return Unmounted(state=state, changed=self._changed, message=message, **facts)

    def take_away(self):
        """Unmount whatever lies at the folder, the topmost first."""
        for _round in range(MOST_ROUNDS):
            mount = mountinfo.at(self._point)
            if mount is None:
                return None
            shown = mountinfo.filesystem_of(mount.source)[0]
            if not shown or shown != (self._fsname or shown):
                return self.end('other', 'At %s is %s, not %s. It was left alone.' % (
                    self._name, escape(mount.source), 'the cache "%s"' % escape(self._fsname)
                    if self._fsname else 'a cache'))
            self._fsname = shown
            ended = self._foresee(mount) if self._dry_run else self._umount(mount)
            if ended is not None:
                return ended
        return self.end('failed', 'Something mounts %s again as soon as it is unmounted.'
                        % self._name)

    def disarm(self):
        """Stop the units, now that nothing is mounted; the trigger of a lost unit goes too."""
        if self._units.booted:
            for suffix in ('mount', 'automount'):
                self._stop(self._units.name(self._point, suffix))
        if mountinfo.at(self._point) is not None:
            return self.take_away()
        if mountinfo.armed(self._point):
            # field-reports L25: its unit vanished, and whoever enters would wait for ever.
            done = None if self._dry_run else self._call_umount()
            if done is not None and mountinfo.armed(self._point):
                return self.end('failed', 'The automount trigger at %s cannot be taken away: %s'
                                % (self._name, said(done)))
            self._changed = True
        return None

    def prove(self):
        """Ask for the client instances: the list of mounts alone proves nothing."""
        if not self._fsname:
            return self.end('gone', 'Nothing is mounted at %s.' % self._name)
        give_up = min(self._until, time.monotonic() + _LINGERS)
        while True:
            left = instances.unaccounted(self._programs, self._fsname)
            if not left or time.monotonic() >= give_up:
                break
            time.sleep(0.1)
        if not left:
            return self.end('gone', 'The cache "%s" is unmounted from %s%s.' % (
                escape(self._fsname), self._name,
                '' if left is not None else '; no client tool is here that could prove it'),
                proven=left is not None)
        users = processes.elsewhere(self._fsname) + processes.detached()
        return self.end(
            'alive', 'Nothing is mounted at %s, but %d client %s alive of the cache "%s" (%s): %s.'
            % (self._name, len(left), 'instance is' if len(left) == 1 else 'instances are',
               escape(self._fsname), b', '.join(left).decode('ascii', 'replace'),
               names(users) if users else 'nobody shows whose; reboot the host'),
            proven=True, users=users, instances=left)

    def _foresee(self, mount):
        """What the unmount would end as, when that can be seen now."""
        users = [user for user in processes.using(mount) if user.own_namespace]
        if users:
            return self._busy(users)
        self._changed = True
        return self.end('gone', 'The cache "%s" would be unmounted from %s.' % (
            escape(self._fsname), self._name))

    def _umount(self, mount):
        done = self._call_umount()
        if done.stuck or done.overdue:
            asleep = ' (process %d sleeps in the kernel)' % done.pid if done.stuck else ''
            return self.end(
                'stuck', 'The unmount of %s does not come back%s: the servers do not answer. '
                'Nothing waits for it any more; reboot the host when the cache is gone for good.'
                % (self._name, asleep), pid=done.pid)
        after = mountinfo.at(self._point)
        # The kernel uses numbers again, so the exit status counts, too.
        if done.rc == 0 or after is None or after.number != mount.number:
            self._changed = True
            return None
        if b'busy' not in done.err:
            return self.end('failed', '%s cannot be unmounted: %s' % (self._name, said(done)))
        return self._busy(self._users(mount))

    def _busy(self, users):
        return self.end('busy', '%s is in use: %s. End them or wait for them, then run this again.'
                        % (self._name, self._hindrance(users)), users=users)

    def _users(self, mount):
        users = processes.using(mount)
        if users:
            return users
        # A file that is only mapped has no descriptor, and looking for it may take a while.
        held = writers.holders(self._programs.children, [mount]).found
        return [processes.process(pid, 'mapped file', True)
                for pid in sorted({one.pid for one in held})] or processes.asleep()

    def _hindrance(self, users):
        below = [mount.point for mount in mountinfo.read()
                 if mount.point.startswith(self._point + b'/')]
        told = [names(users)] if users else []
        if below:
            told.append('%s is mounted below it' % escape(below[-1]))
        return ' and '.join(told) or 'something that /proc does not show, such as a swap file'

    def _call_umount(self):
        return self._programs.call('umount', ('--no-canonicalize',), [self._point],
                                   self._time_left())

    def _stop(self, unit):
        if self._units.show(unit).active not in RUNNING:
            return
        done = None if self._dry_run else self._units.stop(unit, self._time_left())
        if done is not None and done.rc != 0:
            raise Refused('%s cannot be stopped: %s' % (escape(unit), said(done)))
        self._changed = True

    def _time_left(self):
        return max(1.0, self._until - time.monotonic())


def names(users, most=20):
    """Return processes as a list for people."""
    told = ['%d %s (%s)' % (user.pid, user.comm, user.what) for user in users[:most]]
    if len(users) > most:
        told.append('%d more' % (len(users) - most))
    return ', '.join(told)
