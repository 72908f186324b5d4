# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Spot host at work: cache, watch, a worker in the middle of a frame, the guard, and EC2.

systemctl is a stand-in that stops the processes behind two units as systemd does: TERM, and
back when they are gone. The real one is for the scenarios in containers.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from ansible_collections.renderfarm.file_cache.tests.e2e.watch.host import PATIENCE, wait_for
from ansible_collections.renderfarm.file_cache.tests.e2e.writeback.host import SavingHost

LAUNCHER, WATCH = 'deadline10launcher.service', 'file-cache-watch.service'
MARKER = Path('/run/file-cache/guard.json')
DONE = 'all that could be done is done'

# A unit is a file with a process id below UNITS; one named UNIT.hangs is never back.
SYSTEMCTL = """#!/bin/sh
echo "$*" >> UNITS/calls
verb=$1
shift 2
for unit; do
    [ -e "UNITS/$unit" ] || continue
    read -r pid < "UNITS/$unit"
    [ $verb = kill ] && kill -KILL "$pid"
    [ $verb = stop ] && kill -TERM "$pid"
    [ $verb = stop ] && [ -e "UNITS/$unit.hangs" ] && exec sleep 1000
    while :; do
        case $(cat "/proc/$pid/stat" 2> /dev/null) in '' | *') Z '*) break ;; esac
        sleep 0.05
    done
done
"""

# Frames, each written and closed; then one whose second half never comes.
WORKER = """
import os, signal, sys
folder, frames, size, stubborn = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
if stubborn == 'stubborn':
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
for number in range(frames):
    with open('%s/beauty.%04d.exr' % (folder, 1001 + number), 'wb') as frame:
        frame.write(os.urandom(size))
half = open(folder + '/half.exr', 'wb', buffering=0)
half.write(b'header and some lines')
print('working', flush=True)
signal.pause()
while True:
    signal.pause()
"""


class SpotHost(SavingHost):
    """A host of the tests of `writeback`, with a worker and a guard on it."""

    def __init__(self, folder, cache, command, machine, imds):
        super().__init__(folder, cache, command, machine)
        self._overlay('/run', folder / 'run')
        self.imds = imds
        self.units = folder / 'units'
        self.units.mkdir()
        machine.program('/usr/bin', 'systemctl', SYSTEMCTL.replace('UNITS', str(self.units)))
        self._processes = []
        self._said = folder / 'guard.log'

    # -- processes -------------------------------------------------------------------

    def watch(self):
        self.start()
        self.wait_for_marks(1)
        (self.units / WATCH).write_text('%d\n' % self.service.pid)

    def work(self, frames=3, size=4096, stubborn=False):
        """Start the worker; back when it is in the middle of its last frame."""
        worker = subprocess.Popen(
            [sys.executable, '-c', WORKER, str(self.shot), str(frames), str(size),
             'stubborn' if stubborn else 'meek'], stdout=subprocess.PIPE, cwd='/')
        self._processes.append(worker)
        assert worker.stdout.readline() == b'working\n'
        (self.units / LAUNCHER).write_text('%d\n' % worker.pid)
        self.frames = {name: data for name, data in self.in_cache().items() if name != b'half.exr'}
        # Until its close has been told of, a frame is none that was finished before.
        if self.service is not None:
            self.listed()
        return worker

    def guard(self):
        with open(self._said, 'ab') as log:
            guard = subprocess.Popen(
                [sys.executable, '-I', str(self.command), 'guard'], stdin=subprocess.DEVNULL,
                env={'PATH': '/usr/bin:/bin',
                     'AWS_EC2_METADATA_SERVICE_ENDPOINT': self.imds.endpoint},
                stdout=log, stderr=log, start_new_session=True)
        self._processes.append(guard)
        return guard

    def taken_away(self, seconds):
        """EC2 gives notice to a guard that starts; return how long it was until all was done."""
        self.imds.control(notice={'action': 'terminate', 'seconds': seconds})
        began = time.monotonic()
        guard = self.guard()
        wait_for(lambda: DONE in self.said or guard.poll() is not None, seconds + PATIENCE)
        assert guard.poll() is None, self.said
        return time.monotonic() - began

    # -- what came of it ---------------------------------------------------------------

    @property
    def said(self):
        return self._said.read_text()

    @property
    def calls(self):
        """What systemctl was asked, in order."""
        path = self.units / 'calls'
        return path.read_text().splitlines() if path.exists() else []

    def is_mounted(self):
        with open('/proc/self/mountinfo') as lines:
            return any(line.split()[4] == str(self.mount) for line in lines)

    def marker(self):
        return json.loads(MARKER.read_text())

    def close(self):
        for process in self._processes:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
        super().close()


def instance_of(host):
    return host.cache.instance(os.fspath(host.mount))
