# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated cache for the tests of this folder.

Where the machine cannot raise one, the tests are skipped and say why; with FARM=required, as
`make transcripts` sets it, they fail.
"""

import os
import shutil
import subprocess
import sys
import tempfile

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.path.join(os.path.dirname(HERE), "cache")
sys.path[:0] = [HERE, CACHE]

import farm  # noqa: E402


class Client:
    """A mount of a simulated cache, and its `lfs`."""

    def __init__(self, cache):
        self.cache = cache
        self.mount = cache.mount()
        self.binary = os.path.join(cache.tools, "lfs")
        self.control = "%s %s --at %s" % (
            sys.executable, os.path.join(CACHE, "control"), cache.folder
        )

    def lfs(self, *args, **options):
        """Exit status, standard output and standard error of a call."""
        return self.run(self.binary, *args, **options)

    def lctl(self, *args, **options):
        """Likewise."""
        return self.run(os.path.join(self.cache.tools, "lctl"), *args, **options)

    def run(self, *command, **options):
        """Likewise, of any command."""
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, check=False, timeout=60,
            env=dict(self.cache.environment(), LC_ALL="C"), **options
        )
        return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture(scope="module")
def raise_cache():
    """A function that raises a cache of a personality; it is ended with the module."""
    why = farm.lacks()
    if why:
        (pytest.fail if os.environ.get("FARM") == "required" else pytest.skip)(why)
    farm.alone()
    caches = []

    def start(personality):
        # Not pytest's own folders, which a user who is not root may not enter.
        folder = tempfile.mkdtemp(prefix="transcripts-cache-")
        os.chmod(folder, 0o755)
        caches.append(farm.Cache(folder, server_options=["--personality", personality]))
        return Client(caches[-1].start())

    yield start
    for cache in caches:
        cache.stop()
        shutil.rmtree(cache.folder)
