# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker with the client installed, and one mount of a simulated cache."""

import pathlib
import types

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.programs import Programs
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.tests.e2e.machine import Machine
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm

# Not the usual one: instances are counted by name, and other tests may run beside these.
NAME = 'mntcache'
# Seconds for what answers: a machine stands still at times.
PATIENCE = 60


@pytest.fixture
def machine(tmp_path):
    with Machine(tmp_path / 'machine') as made:
        yield made


@pytest.fixture
def host(machine, tmp_path):
    """cache, point (a mount of it, with the file f), programs, machine."""
    filer = tmp_path / 'farm' / 'filer'
    filer.mkdir(parents=True)
    (filer / 'f').write_bytes(b'on the filer')
    children = Children()
    with farm.Cache(str(tmp_path / 'farm'), NAME) as cache:
        machine.install(cache)
        yield types.SimpleNamespace(cache=cache, point=pathlib.Path(cache.mount()),
                                    programs=Programs(children), machine=machine)
    children.close()
