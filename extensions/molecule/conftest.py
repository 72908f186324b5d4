# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of all scenarios have in common."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent / 'shared'))

import farm_hosts  # noqa: E402  the scenarios are no package


@pytest.fixture
def farm():
    return farm_hosts.Farm()


@pytest.fixture(params=farm_hosts.WORKERS)
def worker(request):
    """Every worker in turn."""
    return farm_hosts.Worker(request.param)
