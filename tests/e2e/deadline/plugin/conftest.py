# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A studio for each test."""

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.plugin.studio import Studio


@pytest.fixture
def studio(tmp_path):
    one = Studio(tmp_path / 'deadline')
    yield one
    one.farm.close()
