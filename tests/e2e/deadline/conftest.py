# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A farm of an old and of a new version, and the client on it."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.local import (
    DeadlineCommand,
)
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.office import Office

VERSIONS = ['10.1.23.6', '10.4.2.3']


@pytest.fixture(params=VERSIONS)
def office(request, tmp_path):
    made = Office(tmp_path, version=request.param)
    yield made
    made.close()


@pytest.fixture
def command(office):
    way = DeadlineCommand(office.admin.deadlinecommand)
    yield way
    way.close()
