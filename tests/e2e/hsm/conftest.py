# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated cache for the engine.

Where the machine cannot raise one, these tests are skipped and say why; with FARM=required, as
`make test` sets it, they fail.
"""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm


@pytest.fixture
def cache(tmp_path):
    """A farm.Cache that runs, with nothing mounted yet."""
    why = farm.lacks()
    if why:
        (pytest.fail if os.environ.get('FARM') == 'required' else pytest.skip)(why)
    with farm.Cache(str(tmp_path / 'farm')) as one:
        yield one


@pytest.fixture
def children():
    children = Children()
    yield children
    children.close()
