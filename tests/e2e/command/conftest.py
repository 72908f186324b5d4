# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated cache with a small filer behind it, and a worker on it."""

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.command.worker import Worker
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm

FILES = ('assets/a/1.tx', 'assets/a/2.tx', 'assets/b/3.tx', 'private/secret.tx')


@pytest.fixture
def worker(tmp_path):
    with farm.Cache(str(tmp_path / 'farm')) as cache:
        for name in FILES:
            path = tmp_path / 'farm' / 'filer' / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b'as the filer has it: ' + name.encode())
        one = Worker(tmp_path, cache)
        one.configure()
        # Resident and clean: everything below can be evicted by whoever gets at it.
        for name in FILES:
            (one.mount / name).read_bytes()
        yield one
        one.close()
