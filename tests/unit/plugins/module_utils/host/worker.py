# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker with systemd, as the host layer sees it: units, mounts and programs in one place.

The real systemd is met by the molecule scenarios; this one answers at once and can fail.
"""

import os
import subprocess

from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import (
    mounting,
    probe,
    programs,
    questions,
    units,
    unmount,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.mountinfo import Mount
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused

SOURCE = b'10.0.0.1@tcp:/abcd1234'
TRIGGER = Mount(b'', b'/', b'systemd-1', b'autofs', (b'rw',), (0, 1), 9)


def done(rc=0, out=b'', err=b'', **more):
    return programs.Done(rc, out, err, more.get('stuck', False), more.get('overdue', False),
                         more.get('pid'))


class Worker(object):
    """What is called is kept in `said`; mounts: points with something mounted, by point."""

    def __init__(self, point, monkeypatch):
        self.point = point
        self.mount = self.armed = None
        self.source = SOURCE
        self.options = (b'rw', b'relatime', b'flock', b'lazystatfs')
        self.alive = set()
        self.children = None
        self.said = []
        self.loaded = 'loaded'
        self.stale = False
        # What systemd goes by is the mount alone.
        self.lost = False
        self.silent = False
        self.missing = {'lsattr', 'chattr', 'modinfo', 'dmesg', 'journalctl'}
        # What the next mounts end as: (exit status, journal); nothing: they work.
        self.failures = []
        self.umount = None
        self.journal = b''
        self.numbers = iter(range(100, 1000))
        for module in (mounting, probe, unmount):
            monkeypatch.setattr(module.mountinfo, 'read', self.read)
        monkeypatch.setattr(mounting, 'enter', self.enter)
        monkeypatch.setattr(probe, 'enter', self.enter)
        monkeypatch.setattr(units, 'enter', self.enter)
        monkeypatch.setattr(units.mountinfo, 'read', self.read)
        monkeypatch.setattr(unmount.processes, 'using', lambda _mount: list(self.users))
        monkeypatch.setattr(unmount.processes, 'asleep', list)
        monkeypatch.setattr(unmount.processes, 'elsewhere', lambda _fsname: [])
        monkeypatch.setattr(unmount.processes, 'detached', list)
        monkeypatch.setattr(mounting.explain.port, 'taker', lambda: None)
        monkeypatch.setattr(unmount.instances, 'ask_name', self.name)
        self.users = []
        self.units = units.Units(self, booted=True)

    # What the kernel shows

    def read(self, pid='self'):
        shown = []
        if self.armed:
            shown.append(TRIGGER._replace(point=self.point))
        if self.mount:
            shown.append(self.mount)
        return shown

    def appear(self):
        self.mount = Mount(self.point, b'/', self.source, b'lustre', self.options, (1, 2),
                           next(self.numbers))
        self.alive.add(b'abcd1234-ff01')

    def enter(self, _children, _point, _seconds):
        """What an access of the folder does while a trigger lies there."""
        self.said.append('enter')
        if self.armed and not self.mount:
            self._try_to_mount()
        return questions.Answer(b'', None, self.silent)

    def name(self, _children, _point, _seconds=0):
        return ('abcd1234', 'ff01')

    def _try_to_mount(self):
        if self.failures:
            code, self.journal = self.failures.pop(0)
            return code
        self.appear()
        return 0

    # Programs

    def there(self, program):
        return None if program in self.missing else b'/usr/bin/' + program.encode()

    def call(self, program, words=(), names=(), deadline=30):
        assert tuple(words) in programs.ALLOWED[program], (program, words)
        if self.there(program) is None:
            raise Refused('There is no %s on this host.' % program)
        if program in ('systemd-escape', 'lctl', 'journalctl') or words[:1] == ('show',):
            return getattr(self, '_' + program.replace('-', '_'))(words, names)
        verb = ' '.join([program] + [word for word in words if not word.startswith('--')])
        self.said.append(' '.join([verb] + [os.fsdecode(name) for name in names]))
        return getattr(self, '_' + program)(words, names)

    def _systemd_escape(self, words, names):
        """By the real one: any name."""
        out = subprocess.check_output(['systemd-escape'] + list(words) + [os.fsdecode(names[0])])
        return done(out=out)

    def _lctl(self, words, _names):
        if words[0] == 'list_nids':
            return done(out=b'')
        return done(out=b''.join(b'llite.%s.uuid\n' % name for name in self.alive))

    def _journalctl(self, words, names):
        """Of a helper that ended at once journald knows the unit, and not the run."""
        known = any(name.startswith(b'_SYSTEMD_UNIT=') for name in names)
        return done(out=self.journal if known and '--since' in words else b'')

    def _umount(self, _words, names):
        if self.umount is not None:
            return self.umount
        if self.users:
            return done(32, err=b'umount: %s: target is busy.\n' % names[0])
        if self.mount:
            self.mount = None
            self.alive.clear()
        else:
            self.armed = None
        return done()

    def _systemctl(self, words, names):
        if words[0] == 'show':
            return done(out=self._show(names[0]))
        act = {'start': self._start, 'stop': self._stop}.get(words[0])
        if words[0] == 'daemon-reload':
            self.stale, self.lost, self.loaded = False, False, 'loaded'
        return act(names[0]) if act else done()

    def _show(self, unit):
        active = self.armed if unit.endswith(b'.automount') else self.mount
        return ('LoadState=%s\nActiveState=%s\nNeedDaemonReload=%s\nFragmentPath=%s\n' % (
            self.loaded, 'active' if active else 'inactive', 'yes' if self.stale else 'no',
            '' if self.lost else '/run/systemd/generator/x')).encode()

    def _start(self, unit):
        if unit.endswith(b'.automount'):
            self.armed = True
            return done()
        code = self._try_to_mount()
        return done(code and 1, err=b'Job for %s failed.\n' % unit if code else b'')

    def _stop(self, unit):
        if unit.endswith(b'.automount'):
            # field-reports L2: whatever is mounted is detached with it.
            assert not self.mount, 'a lazy unmount'
            self.armed = None
        return done()
