# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A farm for a test, and event plugins in it."""

import os
import sys
import time

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]

from deadline_farm.farm import Farm  # noqa: E402
from texts import LISTENER, PARAM, SUBSCRIBE, indented  # noqa: E402


@pytest.fixture
def farm(tmp_path):
    with Farm(str(tmp_path / "farm")) as one:
        yield one


@pytest.fixture
def plugin(farm):
    """plugin(name, body, start=..., param=..., **settings): an event plugin that is switched on."""

    def make(name, body, start=SUBSCRIBE, param=PARAM, **settings):
        farm.write_event_plugin(name, LISTENER % (indented(start), indented(body)), param)
        farm.set_event(name, **dict({"State": "Global Enabled"}, **settings))

    return make


@pytest.fixture
def artist(farm):
    return farm.machine("artist")


@pytest.fixture
def worker(farm):
    return farm.worker("worker")


@pytest.fixture
def wait_for():
    """wait_for(condition): until it holds."""

    def wait(condition):
        ends = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < ends, "it does not become true"
            time.sleep(0.05)

    return wait
