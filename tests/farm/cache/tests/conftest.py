# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fresh simulated cache for each test.

Where the machine cannot raise one, the tests are skipped and say why; with FARM=required, as
`make farm` sets it, they fail.
"""

import os
import subprocess
import sys
import tempfile
import time

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]

import farm  # noqa: E402


class Site:
    """A cache, its filer, one client, and what a test does with them."""

    def __init__(self, cache):
        self.cache = cache
        self.control = cache.control
        self.point = cache.mount()
        self.children = []

    def path(self, name, point=None):
        """A name on a client."""
        return os.path.join(point or self.point, name)

    def on_filer(self, name):
        """A name on the filer."""
        return os.path.join(self.cache.filer, name)

    def put(self, path, text="text"):
        """Write a whole file."""
        with open(path, "w") as stream:
            stream.write(text)
        return path

    def read(self, path):
        """Read a whole file."""
        with open(path) as stream:
            return stream.read()

    def lfs(self, *words, rc=0):
        """Call lfs; its output."""
        done = subprocess.run([os.path.join(self.cache.tools, "lfs"), *words],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                              env=self.cache.environment(), check=False)
        assert done.returncode == rc, (words, done)
        return (done.stdout + done.stderr).decode()

    def bits(self, name):
        """(state bits, action verb, running) as the server knows them."""
        bits, verb, running, _ = self.control("state", name).split()
        return int(bits, 16), int(verb), running == "1"

    def settle(self, name, bits, seconds=60):
        """Wait until a file has these bits and no action."""
        deadline = time.monotonic() + seconds
        while self.bits(name) != (bits, 0, False):
            assert time.monotonic() < deadline, (name, hex(bits), self.bits(name))
            time.sleep(0.005)

    def archived(self, name, text="text"):
        """A clean file."""
        path = self.put(self.path(name), text)
        self.lfs("hsm_archive", path)
        self.settle(name, 0x9)
        return path

    def released(self, name, text="text"):
        """A released file."""
        path = self.archived(name, text)
        self.lfs("hsm_release", path)
        self.settle(name, 0xd)
        return path

    def begin(self, *words):
        """A child that may sleep for ever."""
        child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=self.cache.environment(), cwd="/")
        self.children.append(child)
        return child

    def end(self):
        """The server first, then the children that it frees."""
        self.cache.stop()
        for child in self.children:
            child.kill()
            child.communicate()


@pytest.fixture(scope="session")
def alone():
    """Other caches of the machine are out of sight."""
    why = farm.lacks()
    if why:
        (pytest.fail if os.environ.get("FARM") == "required" else pytest.skip)(why)
    farm.alone()


@pytest.fixture
def site(request, alone):
    """A running cache; parametrise with server options (indirect)."""
    with tempfile.TemporaryDirectory(prefix="cache-") as folder:
        os.chmod(folder, 0o755)
        cache = farm.Cache(folder, server_options=getattr(request, "param", ()))
        site = Site(cache.start())
        try:
            yield site
        finally:
            site.end()


def state_of(child):
    """The letter of /proc/PID/stat."""
    with open("/proc/%d/stat" % child.pid) as stream:
        return stream.read().rpartition(")")[2].split()[0]


@pytest.fixture
def asleep():
    """Says that a child sleeps where SIGKILL does not reach it (H80)."""
    def check(child):
        time.sleep(0.1)
        assert child.poll() is None
        child.kill()
        time.sleep(0.1)
        assert child.poll() is None and state_of(child) == "D"
    return check
