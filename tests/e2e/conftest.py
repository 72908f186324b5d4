# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every test below runs on a simulated cache: it needs root, FUSE and a compiler."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm


@pytest.fixture(scope='session', autouse=True)
def _farm_can_be_raised():
    """FARM=required (as make sets it) turns what this machine lacks into a failure."""
    lacking = farm.lacks()
    if lacking and os.environ.get('FARM') == 'required':
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
    farm.alone()
