# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RFDK, installed once, and the farm that it synthesised.

Where there is no Node the tests are skipped and say why; under CI they fail.
"""

import os
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [ROOT, os.path.join(ROOT, "rfdk")]

import judge  # noqa: E402
from deadline_farm.servers import certificates  # noqa: E402


@pytest.fixture(scope="session")
def rfdk():
    lacks = judge.lacks()
    if lacks and os.environ.get("CI") != "true":
        pytest.skip(lacks)
    assert not lacks, lacks
    return judge


@pytest.fixture(scope="session")
def fleets(rfdk, tmp_path_factory):
    """(folder, {name: content}) of what RFDK synthesised."""
    folder = tmp_path_factory.mktemp("fleets")
    return folder, rfdk.fleets(folder)


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """A folder of certificates."""
    return certificates.make(str(tmp_path_factory.mktemp("certificates")))
