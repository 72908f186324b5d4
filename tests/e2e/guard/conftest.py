# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Spot host: its worker is in the middle of a frame."""

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.guard.spot import SpotHost
from ansible_collections.renderfarm.file_cache.tests.e2e.machine import Machine
from ansible_collections.renderfarm.file_cache.tests.e2e.watch.conftest import command
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm
from ansible_collections.renderfarm.file_cache.tests.farm.imds.imds import Imds

__all__ = ['command', 'host']


@pytest.fixture
def host(tmp_path, command):
    with Machine(tmp_path / 'machine') as machine, Imds() as imds, \
            farm.Cache(str(tmp_path / 'farm')) as cache:
        one = SpotHost(tmp_path, cache, command, machine, imds)
        try:
            yield one
        finally:
            one.close()
