# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as people read them."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command import text


@pytest.mark.parametrize('size, shown', [
    (0, '0 B'), (1023, '1023 B'), (1024, '1.0 KiB'), (3435973836, '3.2 GiB'),
    (2 ** 60, '1024.0 PiB'),
])
def test_amount(size, shown):
    assert text.amount(size) == shown


@pytest.mark.parametrize('seconds, shown', [
    (0.4, '0 s'), (59.9, '59 s'), (200, '3 min 20 s'), (7500, '2 h 5 min'),
])
def test_duration(seconds, shown):
    assert text.duration(seconds) == shown
