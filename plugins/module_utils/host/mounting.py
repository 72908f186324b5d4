# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mounts a cache where /etc/fstab says, with an end, and says what is in the way.

A mount that is there is left as it is while somebody uses it. One that is dead counts as not
there (field-reports L10). The automount is entered by a child that can be left behind.
"""

import collections
import time

from ..hsm.errors import Refused
from ..hsm.escape import escape
from . import explain, mountinfo, options, processes
from .probe import enter, probe
from .units import Units, said
from .unmount import names, unmount

# point, source: bytes; fsname: '' for any; options: list of text, as the line has them;
# retries: further tries; delay: seconds between them; timeout: seconds for one try;
# remount: whether a mount that drifted is made anew when nobody uses it.
Request = collections.namedtuple(
    'Request', 'point source fsname options retries delay timeout write_test remount')

# changed: whether anything was (or would be) mounted or unmounted; before: the Mount that was
# there, or None; probe: the last Probe, None in a dry run that would mount; drift: words that
# are not in effect; users: who keeps it from being remounted; attempts: tries to mount;
# warnings: sentences; diagnosis: None when all is well; failure: None, or a sentence.
Mounted = collections.namedtuple(
    'Mounted', 'changed before probe drift users attempts warnings diagnosis failure')

AUTOMOUNT = 'x-systemd.automount'
# Of a mount that is there: what it answers when it is as good as none.
_DEAD = ('cut_off', 'no_answer')


def mount(programs, request, dry_run=False, units=None):
    """Have the cache mounted as asked; return Mounted. In a dry run only look."""
    work = _Work(programs, request, units or Units(programs), dry_run)
    try:
        return work.go()
    except Refused as problem:
        return work.end(failure=str(problem))


class _Work(object):

    def __init__(self, programs, request, units, dry_run):
        self._programs = programs
        self._request = request
        self._units = units
        self._dry_run = dry_run
        self._known = dict(point=escape(request.point), source=escape(request.source))
        self._wants_trigger = AUTOMOUNT in request.options and units.booted
        self._facts = dict(changed=False, before=None, probe=None, drift=[], users=[], attempts=0,
                           warnings=[], diagnosis=None, failure=None)

    def end(self, **more):
        facts = dict(self._facts, **more)
        # It may have been looked at twice.
        facts['warnings'] = list(collections.OrderedDict.fromkeys(facts['warnings']))
        return Mounted(**facts)

    def go(self):
        before = self._facts['before'] = mountinfo.at(self._request.point)
        if before is None:
            return self._mount_anew()
        found = self._probe()
        if found.diagnosis is not None and found.diagnosis.cause not in _DEAD:
            return self._failed(found.diagnosis)
        if found.diagnosis is not None:
            return self._replace(before, found.diagnosis)
        drift = self._facts['drift'] = self._drift(before)
        if drift and self._request.remount:
            return self._replace(before, None)
        return self._leave('a remount was not allowed')

    def _leave(self, why):
        """The mount stays as it is, and answers; why: what stands against its drift."""
        if not self._dry_run:
            self._read_the_line()
        if self._facts['drift']:
            self._warn_of_drift(why)
        return self.end()

    def _drift(self, shown):
        """What differs between the line and the mount."""
        found = options.drift(self._request.options,
                              [word.decode('utf-8', 'replace') for word in shown.options])
        asked, there = [mountinfo.filesystem_of(source)
                        for source in (self._request.source, shown.source)]
        if asked[1] != there[1]:
            found.append('source')
        if self._units.booted and mountinfo.armed(self._request.point) != self._wants_trigger:
            found.append(AUTOMOUNT if self._wants_trigger else 'no automount')
        return found

    def _replace(self, before, trouble):
        """Unmount what is there when nobody uses it, and mount it again.

        trouble: the Diagnosis of a mount that is dead, None for one that drifted.
        """
        users = self._facts['users'] = processes.using(before)
        here = [user for user in users if user.own_namespace]
        if here and trouble is None:
            return self._leave('in use by %s' % names(here))
        if here:
            return self._failed(trouble, 'It cannot be mounted again while it is in use by %s.'
                                % names(here))
        if self._dry_run:
            return self.end(changed=True)
        gone = self._take_away()
        if gone.state == 'busy' and trouble is None:
            self._facts['users'] = gone.users
            return self._leave(gone.message)
        if gone.state not in ('gone', 'alive'):
            return self.end(users=gone.users, failure=gone.message, diagnosis=trouble)
        if gone.state == 'alive':
            self._facts['warnings'].append(gone.message)
        self._facts.update(changed=True, drift=[], users=[])
        return self._mount_anew()

    def _take_away(self):
        return unmount(self._programs, self._request.point, self._request.fsname.encode('utf-8'),
                       self._request.timeout, disarm=not self._wants_trigger, units=self._units)

    def _mount_anew(self):
        self._facts['changed'] = True
        if self._dry_run:
            return self.end()
        if mountinfo.armed(self._request.point) and not self._wants_trigger:
            # A trigger whose unit is gone makes everybody wait who enters (field-reports L25).
            self._take_away()
        self._read_the_line()
        trouble = self._try_until_it_works()
        if trouble is not None:
            return self._failed(trouble)
        found = self._probe()
        if found.diagnosis is not None:
            return self._failed(found.diagnosis)
        self._facts['drift'] = self._drift(found.mount)
        if self._facts['drift']:
            self._warn_of_drift('freshly mounted; the client may not know them')
        return self.end()

    def _read_the_line(self):
        """Have systemd know the line as it is now."""
        if not self._units.booted:
            return
        unit = self._units.name(self._request.point, 'mount')
        facts = self._units.show(unit)
        if facts.stale or facts.loaded != 'loaded':
            self._units.reload()
            facts = self._units.show(unit)
        if facts.loaded != 'loaded':
            raise Refused('systemd has no unit %s (%s): /etc/fstab needs a line for %s.' % (
                escape(unit), facts.loaded, self._known['point']))

    def _try_until_it_works(self):
        """Mount, again and again while that may help; return the last Diagnosis, or None."""
        while True:
            self._facts['attempts'] += 1
            trouble = self._try_once()
            if trouble is None:
                self._facts['changed'] = True
                return None
            if not trouble.heals or self._facts['attempts'] > self._request.retries:
                return trouble
            time.sleep(self._request.delay)

    def _try_once(self):
        began = explain.uptime()
        text = self._by_units() if self._units.booted else self._by_hand()
        if mountinfo.at(self._request.point) is not None:
            return None
        return explain.explain(self._programs, text, self._known['source'], self._known['point'],
                               began)

    def _by_hand(self):
        done = self._programs.call('mount', (), [self._request.point], self._request.timeout)
        return done.err if done.rc is not None and not done.overdue else said(done).encode('utf-8')

    def _by_units(self):
        """Start the units; return what was said when nothing is mounted then."""
        unit = self._units.name(self._request.point, 'mount')
        began = time.time()
        starts = self._units.name(self._request.point, 'automount') if self._wants_trigger else unit
        self._units.forget_failure(unit)
        done = self._units.start(starts, self._request.timeout)
        text = b'' if done.rc == 0 else said(done).encode('utf-8')
        if self._wants_trigger and done.rc == 0:
            answer = enter(self._programs.children, self._request.point, self._request.timeout)
            text = b'The mount timed out.' if answer.silent else b''
        if mountinfo.at(self._request.point) is not None:
            return b''
        return b'\n'.join([text, self._units.journal(unit, began)])

    def _probe(self):
        found = probe(self._programs, self._request.point, self._request.fsname,
                      self._request.write_test and not self._dry_run, self._request.timeout)
        self._facts['probe'] = found
        self._facts['warnings'] += found.warnings
        return found

    def _warn_of_drift(self, why):
        self._facts['warnings'].append(
            'The mount at %s is not as asked (%s) and was left as it is: %s.' % (
                self._known['point'], ', '.join(self._facts['drift']), why.rstrip('.')))

    def _failed(self, trouble, more=''):
        return self.end(diagnosis=trouble, failure=' '.join(
            part for part in (trouble.message, more, trouble.remedy) if part))
