# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine on a mounted, simulated cache: one server and one mount a test."""

import os
import shutil
import subprocess
import tempfile

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.options import Options
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.run import run
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import exit_code
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm


class World:
    """A cache, a mount of it, and the engine on that mount.

    path: the mount (str); filer: the backing folder (str).
    """

    def __init__(self, cache):
        self.cache = cache
        self.path = cache.mount()
        self.filer = cache.filer
        self.binary = os.path.join(cache.tools, 'lfs')
        self.code = None

    def at(self, name):
        return os.path.join(self.path, name)

    def write(self, name, data=b'data'):
        """Write a file through the cache: new, or changed."""
        os.makedirs(os.path.dirname(self.at(name)), exist_ok=True)
        with open(self.at(name), 'wb') as file:
            file.write(data)

    def many(self, count, folder='many'):
        for number in range(count):
            self.write('%s/%04d' % (folder, number), b'%d' % number)

    def on_filer(self, name):
        """Return what the filer has, or None."""
        try:
            with open(os.path.join(self.filer, name), 'rb') as file:
                return file.read()
        except FileNotFoundError:
            return None

    def put_on_filer(self, name, data=b'data'):
        path = os.path.join(self.filer, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(data)

    def state(self, name):
        """Return the state bits as the server has them."""
        return int(self.cache.control('state', name).split()[0], 16)

    def lfs(self, *words):
        return subprocess.run([self.binary, *words], env=self.cache.environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True).stdout

    def run(self, verb, *paths, stop=None, progress=None, **words):
        """Run a verb and return its summary; `code` is then its exit status."""
        words.setdefault('recursive', True)
        options = Options(verb, [os.fsencode(self.at(path)) for path in paths]
                          or [os.fsencode(self.path)], **words)
        summary = run(options, progress, stop, binary=os.fsencode(self.binary))
        if verb != 'state':
            assert sum(summary['outcomes'].values()) == summary['matched']['files']
        self.code = exit_code(summary, options)
        return summary


def counts(summary):
    """Return what happened without the zeros: {'done': 3, 'skipped dirty': 1}."""
    found = {}
    for outcome, count in summary['outcomes'].items():
        reasons = summary['reasons'].get(outcome)
        if reasons:
            found.update(('%s %s' % (outcome, reason), reasons[reason]) for reason in reasons)
        elif count:
            found[outcome] = count
    return found


@pytest.fixture(name='make_world')
def make_world_factory():
    caches = []

    def make(*server_options):
        # Not below pytest's own folder, which every session of pytest closes to other users.
        folder = tempfile.mkdtemp(prefix='engine-')
        os.chmod(folder, 0o755)
        cache = farm.Cache(folder, server_options=server_options)
        caches.append(cache)
        return World(cache.start())

    yield make
    for cache in caches:
        cache.stop()
        shutil.rmtree(cache.folder, ignore_errors=True)


@pytest.fixture(name='world', params=['2.12', '2.17'])
def make_world(request, make_world):
    return make_world('--personality', request.param)


@pytest.fixture
def cache(tmp_path):
    """A farm.Cache that runs, with nothing mounted yet."""
    with farm.Cache(str(tmp_path / 'farm')) as one:
        yield one


@pytest.fixture
def children():
    children = Children()
    yield children
    children.close()
