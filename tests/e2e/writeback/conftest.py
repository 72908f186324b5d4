# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker with `file-cache watch` up, one root, and a filer behind the simulated cache."""

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.machine import Machine
from ansible_collections.renderfarm.file_cache.tests.e2e.watch.conftest import command
from ansible_collections.renderfarm.file_cache.tests.e2e.writeback.host import SavingHost, begin
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm

__all__ = ['command', 'idle', 'host']


@pytest.fixture
def idle(tmp_path, command):
    """The service does not run yet."""
    with Machine(tmp_path / 'machine') as machine, farm.Cache(str(tmp_path / 'farm')) as cache:
        one = SavingHost(tmp_path, cache, command, machine)
        one.configure()
        try:
            yield one
        finally:
            one.close()


@pytest.fixture
def host(idle):
    """The same, with the service up."""
    begin(idle)
    return idle
