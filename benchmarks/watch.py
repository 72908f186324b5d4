#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What file-cache watch costs those who write: many small files with and without the service.

    benchmarks/run watch [--files 5000] [--rounds 5] [--mount DIR]

Both ways are tried in turn on the same mount, round by round; only their ratio means
something, and on a busy machine only with many rounds. Small files are the worst case: an
event is a file closed, whatever its size. Without --mount a simulated cache is raised,
whose server takes its share of the processors.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / 'tests' / 'farm' / 'cache'))

import farm  # noqa: E402  the farm is no package of the collection

COMMAND = PROJECT / 'build' / 'command' / 'file-cache'
LIST = '/var/lib/file-cache/written.sqlite'
TICKS = os.sysconf('SC_CLK_TCK')

# Its own process, so that nothing of ours is timed; no program is started a file.
WRITER = """
import os, sys, time
folder, files = sys.argv[1].encode(), int(sys.argv[2])
began = time.monotonic()
for number in range(files):
    with open(folder + b'/%d' % number, 'wb') as stream:
        stream.write(b'x' * 100)
print(time.monotonic() - began)
"""


class Service:
    """file-cache watch, as a service manager runs it."""

    def __init__(self, folder):
        self._address = os.path.join(folder, 'notify')
        self._process = None

    def __enter__(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(self._address)
            manager.settimeout(60)
            self._process = subprocess.Popen(
                [sys.executable, '-I', str(COMMAND), 'watch'], stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={'PATH': os.environ['PATH'], 'NOTIFY_SOCKET': self._address})
            while b'READY=1' not in manager.recv(4096).split(b'\n'):
                pass
        os.unlink(self._address)
        return self

    def __exit__(self, *unused):
        """Its last word is on the list when it has ended."""
        self._process.terminate()
        self._process.wait(60)

    def settle(self, files):
        """Wait until so many files are on the list."""
        ends = time.monotonic() + 600
        while listed() < files:
            if time.monotonic() > ends:
                raise SystemExit('only %d of %d files came on the list' % (listed(), files))
            time.sleep(0.1)

    def cost(self):
        """Return (CPU seconds, MiB of memory) of it and its readers, what they share once."""
        seconds = memory = 0
        for pid in [self._process.pid] + children(self._process.pid):
            fields = Path('/proc/%d/stat' % pid).read_text().rsplit(')', 1)[1].split()
            seconds += (int(fields[11]) + int(fields[12])) / TICKS
            sizes = Path('/proc/%d/smaps_rollup' % pid).read_text().split('\n')
            memory += sum(int(line.split()[1]) for line in sizes if line.startswith('Pss:')) / 1024
        return seconds, memory


def children(pid):
    return [int(word) for word in
            Path('/proc/%d/task/%d/children' % (pid, pid)).read_text().split()]


def listed():
    return ask('SELECT COUNT(*) FROM written')


def ask(question):
    with contextlib.closing(sqlite3.connect(LIST, timeout=60)) as database:
        return database.execute(question).fetchone()[0]


class Bench:
    def __init__(self, mount, files, folder):
        self.files = files
        self.service = Service(folder)
        self._place = Path(mount) / ('bench-%d' % os.getpid())
        self._place.mkdir()
        self._folders = 0

    def write(self):
        """Return the seconds that the writer took, in a folder of its own."""
        self._folders += 1
        folder = self._place / str(self._folders)
        folder.mkdir()
        done = subprocess.run([sys.executable, '-I', '-c', WRITER, str(folder), str(self.files)],
                              stdout=subprocess.PIPE, check=True)
        return float(done.stdout)

    def round(self, number):
        """Return (seconds without, seconds with, CPU seconds of the service, MiB)."""
        without = self.write()
        with self.service as service:
            idle, _memory = service.cost()
            took = self.write()
            service.settle(number * self.files)
            busy, memory = service.cost()
        return without, took, busy - idle, memory

    def clean(self):
        shutil.rmtree(str(self._place))


@contextlib.contextmanager
def a_mount(folder, given):
    """The mount to write on: the given one, or that of a simulated cache."""
    if given:
        yield given
        return
    with farm.Cache(folder) as cache:
        yield cache.mount()


def own_state(folder, mount):
    """Config and list of this run, in the mount namespace that it has of its own."""
    etc = Path(folder) / 'etc'
    (etc / 'file-cache').mkdir(parents=True)
    (etc / 'file-cache' / 'config.json').write_text(
        json.dumps({'schema': 1, 'mounts': [{'path': mount}]}))
    subprocess.run(['mount', '-t', 'overlay', 'etc', '-o', 'lowerdir=%s:/etc' % etc, '/etc'],
                   check=True)
    subprocess.run(['mount', '-t', 'tmpfs', 'state', '/var/lib'], check=True)


def show(files, rows):
    """The fastest rounds count: whatever else the machine did made the others slower."""
    without, took, seconds, memory = zip(*rows)
    for name, times in (('without', without), ('with', took)):
        print('%-7s the service: %6.2f s, fastest of %s' % (
            name, min(times), ' '.join('%.2f' % one for one in times)))
    print('ratio: %.2f' % (min(took) / min(without)))
    print('the service: %.0f us of CPU a file, %.0f MiB of memory' % (
        min(seconds) / files * 1e6, max(memory)))
    print('seen: %d of %d files, %d gaps; watched as %s' % (
        listed(), files * len(rows), ask('SELECT COUNT(*) FROM gaps'),
        ask("SELECT how FROM spans WHERE mount > x'' LIMIT 1")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--files', type=int, default=5000)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--mount', help='a mounted cache; not given: a simulated one')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='file-cache-bench-') as folder:
        farm.apart()
        with a_mount(folder, options.mount) as mount:
            own_state(folder, mount)
            bench = Bench(mount, options.files, folder)
            try:
                rows = [bench.round(number + 1) for number in range(options.rounds)]
            finally:
                bench.clean()
            print('%d files of 100 bytes, %d rounds' % (options.files, options.rounds))
            show(options.files, rows)


if __name__ == '__main__':
    main()
