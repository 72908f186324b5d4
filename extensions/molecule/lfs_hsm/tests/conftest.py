# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How these tests look at the farm: from outside, never through the collection."""

import hashlib
import os
import pathlib
import subprocess

import pytest
import testinfra

CONTROL = pathlib.Path(__file__).parents[4] / 'tests' / 'farm' / 'cache' / 'control'
FRAMES = ['/mnt/cache/shots/sh010/beauty.%d.exr' % number for number in range(1001, 1021)]
ASSETS = ['/mnt/cache/assets/brick %02d.tx' % number for number in range(1, 41)]


def figures(text):
    return {line.split()[0]: int(line.split()[1]) for line in text.splitlines()}


class Farm:
    """The cache's server and its filer, on this machine."""

    def __init__(self, folder):
        self.folder = folder
        self.filer = pathlib.Path(folder) / 'filer'
        self.frames = FRAMES
        self.assets = ASSETS

    def requests(self):
        """{verb: requests that reached the cache in this scenario}"""
        said = subprocess.run([str(CONTROL), '--at', self.folder, 'stats'], check=True,
                              stdout=subprocess.PIPE, universal_newlines=True).stdout
        before = figures((pathlib.Path(self.folder) / 'before.stats').read_text(encoding='utf-8'))
        return {verb: count - before[verb] for verb, count in figures(said).items()}

    def on_filer(self, path):
        """Where the filer keeps a file of the cache."""
        return self.filer / os.path.relpath(path, '/mnt/cache')

    def checksum(self, path):
        """SHA-256 of the filer's bytes of a file of the cache."""
        return hashlib.sha256(self.on_filer(path).read_bytes()).hexdigest()


class Worker:
    """One worker, as a person sees it who logs in."""

    def __init__(self, name):
        self.host = testinfra.get_host('%s://%s-%s' % (
            os.environ['CONTAINER_ENGINE'], os.environ['FARM_NAME'], name))

    def states(self, paths):
        """The states of files, as `lfs hsm_state` words them."""
        said = self.host.check_output(
            'lfs hsm_state' + ' %s' * len(paths), *paths).splitlines()
        assert len(said) == len(paths)
        return [line[len(path) + 2:] for path, line in zip(paths, said)]

    def checksum(self, path):
        """SHA-256 of what this worker reads."""
        return self.host.check_output('sha256sum %s', path).split()[0]

    def known(self, record):
        """{name: checksum} that the worker noted when it wrote files."""
        lines = self.host.check_output('cat %s', record).splitlines()
        return {name: checksum for checksum, name in map(str.split, lines)}


@pytest.fixture
def farm():
    return Farm(os.environ['FARM_FOLDER'])


@pytest.fixture
def renderer():
    """The worker that wrote the frames."""
    return Worker('worker-apt')


@pytest.fixture(params=['worker-apt', 'worker-dnf'])
def worker(request):
    """Every worker in turn."""
    return Worker(request.param)
