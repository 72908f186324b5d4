#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""file-cache against what a person would type instead, in the same run on the same cache.

    benchmarks/run [--files 20000]

Only the ratios mean something: both sides pay the same simulated cache. `seed` is the
blog post's form (one lfs a file), `best` the best bare form known (lustre-hsm P1-P9). The
seed's form is timed on a sample and scaled, as it grows with the number of files.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / 'tests' / 'farm' / 'cache'))

import farm  # noqa: E402  the farm is no package of the collection

COMMAND = PROJECT / 'build' / 'command' / 'file-cache'
FOLDERS = 200
SAMPLE = 500
TICKS = os.sysconf('SC_CLK_TCK')


class Bench:
    def __init__(self, cache, mount, files):
        self.cache, self.mount, self.files = cache, mount, files
        self.rows = []

    def bare(self, line):
        """Time a shell line of a person; $TREE is the tree."""
        began = time.monotonic()
        subprocess.run(['sh', '-c', line], env=dict(os.environ, TREE=str(self.mount)),
                       stdout=subprocess.DEVNULL, check=True)
        return time.monotonic() - began

    def seed(self, verb):
        """Seconds of the seed's form for all files, by a sample of them."""
        spent = self.bare('find "$TREE" -type f -print0 | head -z -n %d | '
                          'xargs -0 -n 1 lfs %s' % (SAMPLE, verb))
        return spent * self.files / SAMPLE

    def ours(self, *words):
        """Return (seconds, CPU share of the cache's server meanwhile)."""
        before, began = self.server_seconds(), time.monotonic()
        subprocess.run([sys.executable, '-I', str(COMMAND), *words, str(self.mount), '-r', '-q'],
                       check=True)
        spent = time.monotonic() - began
        return spent, (self.server_seconds() - before) / spent

    def server_seconds(self):
        fields = Path('/proc/%d/stat' % self.cache.pid).read_text().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def row(self, what, ours, other, name):
        self.rows.append((what, ours[0], ours[1], name, other, other / ours[0]))

    def show(self):
        print('%-28s %9s %7s  %-34s %9s %7s' % (
            'what', 'ours', 'server', 'instead', 'takes', 'ratio'))
        for what, ours, share, name, other, ratio in self.rows:
            print('%-28s %7.1f s %6.0f%%  %-34s %7.1f s %6.1fx' % (
                what, ours, share * 100, name, other, ratio))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print('largest child: %.0f MiB resident' % peak)


def measure(bench):
    everything = 'find "$TREE" -type f -print0 | xargs -0 '
    clean = 'while lfs_left; do sleep 0.1; done'.replace(
        'lfs_left', everything + '-n 2000 lfs hsm_state | grep -cv "0x00000009" >/dev/null')

    best = bench.bare(everything + '-n 50 lfs hsm_archive; ' + clean)
    rewrite(bench)
    ours = bench.ours('archive')
    bench.row('archive, until saved', ours, best, 'xargs -n 50 lfs hsm_archive, poll')

    ours = bench.ours('state')
    bench.row('state', ours, bench.seed('hsm_state'), 'seed: xargs -n 1 lfs hsm_state')
    bench.row('state', ours, bench.bare(everything + '-n 2000 -P 4 lfs hsm_state'),
              'best: xargs -n 2000 -P 4')

    seed = bench.seed('hsm_release')
    bench.ours('hydrate')
    best = bench.bare(everything + '-n 50 -P 4 lfs hsm_release')
    bench.ours('hydrate')
    ours = bench.ours('evict')
    bench.row('evict', ours, seed, 'seed: xargs -n 1 lfs hsm_release')
    bench.row('evict', ours, best, 'best: xargs -n 50 -P 4')

    ours = bench.ours('evict')
    bench.row('evict again', ours, bench.bare(everything + '-n 50 -P 4 lfs hsm_release'),
              'best: xargs -n 50 -P 4')

    ours = bench.ours('hydrate')
    bench.bare(everything + '-n 50 -P 4 lfs hsm_release')
    reading = bench.bare('find "$TREE" -type f -print0 | head -z -n %d | xargs -0 cat' % SAMPLE)
    bench.row('hydrate', ours, reading * bench.files / SAMPLE, 'the render reads them one by one')


def rewrite(bench):
    for path in bench.mount.rglob('*.exr'):
        path.write_bytes(b'again')


def furnish(mount, files):
    for folder in range(FOLDERS):
        place = mount / ('shot_%03d' % folder)
        place.mkdir()
        for number in range(files // FOLDERS):
            (place / ('beauty.%04d.exr' % number)).write_bytes(b'pixels')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--files', type=int, default=20000)
    files = parser.parse_args().files // FOLDERS * FOLDERS
    with tempfile.TemporaryDirectory(prefix='file-cache-bench-') as folder:
        with farm.Cache(folder) as cache:
            mount = Path(cache.mount())
            os.environ.update(cache.environment())
            furnish(mount, files)
            bench = Bench(cache, mount, files)
            measure(bench)
            print('%d files in %d folders' % (files, FOLDERS))
            bench.show()


if __name__ == '__main__':
    main()
