# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each test here runs on the oldest ansible-core with a Python 3.6 target, and on the newest."""

import os
import pathlib
import re
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.office import Office
from ansible_collections.renderfarm.file_cache.tests.e2e.modules.controller import (
    ROOT,
    Controller,
)
from ansible_collections.renderfarm.file_cache.tests.e2e.modules.host import Host
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm

WORLDS = {
    'core-2.16 on Python 3.6': ('core-2.16', ['3.6']),
    'newest core on Python 3.13': ('dev', ['3.13', '3.12', '3.9']),
}


def _tool(*words):
    done = subprocess.run([str(ROOT / 'tools' / words[0])] + list(words[1:]), check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    if done.returncode:
        message = done.stderr.strip()
        if os.environ.get('FARM') == 'required':
            pytest.fail(message)
        pytest.skip(message)
    return done.stdout.strip()


@pytest.fixture(scope='session', params=sorted(WORLDS))
def world(request):
    """(virtual environment, target Python)"""
    environment, pythons = WORLDS[request.param]
    return _tool('venv', environment), _tool('find-python', *pythons)


@pytest.fixture
def controller(world, tmp_path):
    """An Ansible that manages this host; it finds no simulated cache."""
    environment, python = world
    folder = tmp_path / 'controller'
    folder.mkdir()
    return Controller(environment, python, folder, os.environ)


@pytest.fixture
def make_host(world, tmp_path):
    """Return a function that makes a Host and the Controller that manages it."""
    hosts = []

    def made(**options):
        host = Host(tmp_path / 'host', **options)
        hosts.append(host)
        folder = tmp_path / 'controller'
        folder.mkdir()
        environment, python = world
        return host, Controller(environment, python, folder, os.environ, host.enter)

    yield made
    for host in hosts:
        host.close()


class Worker:
    """A worker on a simulated cache, managed by a real Ansible."""

    def __init__(self, cache, controller):
        self.cache = cache
        self.controller = controller
        self.mount = pathlib.Path(cache.mount())
        self.filer = pathlib.Path(cache.filer)

    def state(self, name):
        """The state bits of a file, as `lfs` has them."""
        said = subprocess.run(['lfs', 'hsm_state', str(self.mount / name)], check=True,
                              env=self.cache.environment(), stdout=subprocess.PIPE).stdout
        return int(re.search(rb': \(0x([0-9a-f]{8})\)', said).group(1), 16)

    def requests(self):
        """How many requests the server has seen so far, by verb."""
        return {verb: counts['requested'] for verb, counts in self.cache.stats().items()}


@pytest.fixture
def worker(world, tmp_path):
    """A cache over a filer with three small files; `lfs` is on the worker's PATH."""
    environment, python = world
    folder = tmp_path / 'controller'
    folder.mkdir()
    shot = tmp_path / 'farm' / 'filer' / 'shot'
    shot.mkdir(parents=True)
    for name in ('a.exr', 'b, with $HOME.exr', 'c.tx'):
        (shot / name).write_bytes(b'as on the filer')
    with farm.Cache(str(tmp_path / 'farm')) as cache:
        yield Worker(cache, Controller(environment, python, folder, cache.environment()))


@pytest.fixture
def office(request, tmp_path):
    """A farm whose deadlinecommand prints lines of its own around every answer.

    An old Deadline for the old Ansible, a new one for the new.
    """
    old = '2.16' in request.node.callspec.params['world']
    made = Office(tmp_path, version='10.1.23.6' if old else '10.4.2.3')
    made.farm.switch(command_noise=True)
    yield made
    made.close()
