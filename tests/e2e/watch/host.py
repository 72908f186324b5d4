# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host: its config, its state and its watch service.

/etc is an overlay. It is made in the mount namespace that the tests have of their own
(farm.alone), so that service and writers share their mounts, as they do on a host.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.store import PATH, Store

# Seconds; a machine stands still at times.
PATIENCE = 120


def wait_for(happened, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, 'not within %d s' % seconds
        time.sleep(0.05)


class Host:
    def __init__(self, folder, cache, command):
        self.command = command
        self.cache = cache
        self.folder = folder
        self.mounts = []
        self.service = None
        self._log = folder / 'log'
        self._overlays = []
        self._overlay('/etc', folder / 'etc')
        os.mkdir('/etc/file-cache')
        self._manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._manager.bind(str(folder / 'notify'))
        self._manager.settimeout(PATIENCE)

    def _overlay(self, point, folder):
        # The upper layer needs a file system that an overlay can stand on, which /tmp may not be.
        folder.mkdir()
        subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', str(folder)], check=True)
        self._overlays.append(str(folder))
        for name in ('upper', 'work'):
            (folder / name).mkdir()
        layers = 'lowerdir=%s,upperdir=%s,workdir=%s' % (point, folder / 'upper', folder / 'work')
        subprocess.run(['mount', '-t', 'overlay', 'overlay', '-o', layers, point], check=True)
        self._overlays.append(point)

    # -- mounts ----------------------------------------------------------------------

    def add_mount(self, point=None):
        """Mount the cache as one more client, and have it watched from the next start on."""
        point = self.cache.mount(point)
        self.mounts.append(point)
        return Path(point)

    def add_kernel_mount(self):
        """The same with a file system of the kernel's own, which gives out file handles."""
        point = self.folder / 'tmpfs'
        point.mkdir()
        subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', str(point)], check=True)
        self._overlays.append(str(point))
        self.mounts.append(str(point))

    @property
    def mount(self):
        return Path(self.mounts[0])

    def configure(self, **changes):
        Path('/etc/file-cache/config.json').write_text(json.dumps(dict({
            'schema': 1, 'mounts': [{'path': point} for point in self.mounts]}, **changes)))

    # -- the service -----------------------------------------------------------------

    def start(self, ready=True):
        self.configure()
        environment = {'PATH': '/usr/bin:/bin', 'NOTIFY_SOCKET': str(self.folder / 'notify')}
        with open(self._log, 'ab') as log:
            self.service = subprocess.Popen(
                [sys.executable, '-I', str(self.command), 'watch'], env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        if ready:
            self.told('READY=1')

    def told(self, word):
        """Wait until the service manager is told this."""
        while True:
            try:
                said = self._manager.recv(4096).decode()
            except socket.timeout:
                raise AssertionError('%s was not told: %s' % (word, self.journal))
            if word in said.split('\n'):
                return said

    def stop(self):
        """End the service as a service manager does; return its exit status."""
        self.service.terminate()
        return self.service.wait(PATIENCE)

    def kill(self):
        self.service.kill()
        self.service.wait(PATIENCE)

    @property
    def journal(self):
        return self._log.read_text()

    def wait_for_marks(self, number):
        """Wait until a mount was marked for this number of times."""
        wait_for(lambda: self.journal.count('is watched') >= number)

    def readers(self):
        """Return the processes that the service has made."""
        with open('/proc/%d/task/%d/children' % (self.service.pid, self.service.pid)) as stream:
            return [int(word) for word in stream.read().split()]

    @contextlib.contextmanager
    def held_up(self):
        """Meanwhile no event is read: the readers are stopped."""
        readers = self.readers()
        assert readers
        for pid in readers:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in readers:
                os.kill(pid, signal.SIGCONT)

    # -- the list --------------------------------------------------------------------

    def listed(self, **options):
        """Return the entries, once everything that has happened is among them."""
        until = time.time()
        wait_for(lambda: self.ask('settled', self.points(), until))
        return self.ask('written', **options)

    def names(self):
        """Return {path on the list, below the first mount: its entry}."""
        return {os.path.relpath(entry.path, os.fsencode(self.mounts[0])): entry
                for entry in self.listed()}

    def ask(self, question, *words, **options):
        store = Store(PATH)
        try:
            answer = getattr(store, question)(*words, **options)
            return list(answer) if question == 'written' else answer
        finally:
            store.close()

    def points(self):
        return [os.fsencode(point) for point in self.mounts]

    def fallback(self, since, until=None):
        """Return why the list does not suffice, once the service has come so far."""
        until = until or time.time()
        wait_for(lambda: self.ask('settled', self.points(), until))
        return self.ask('fallback', self.points(), since, until)

    def close(self):
        if self.service is not None and self.service.poll() is None:
            self.kill()
        self._manager.close()
        for point in reversed(self._overlays):
            subprocess.run(['umount', '-l', point], check=True)
