# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions compare as versions."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.client.version import (
    key,
    within,
)


def test_in_order():
    """filecache-and-peers A1.2: 8.10 was once taken for less than 8.2."""
    assert key('8.10') > key('8.2')
    assert key('5.14.0-362.18.1.el9_3.x86_64') > key('5.14.0-362.8.1.el9_3.x86_64')
    assert key('5.14.0-427.el9.x86_64') < key('5.14.0-427.8.1.el9_4.x86_64')


@pytest.mark.parametrize('text, numbers', [
    ('5.14.0-427.13.1.el9_4.x86_64', (5, 14, 0, 427, 13, 1)),
    ('6.14.0-1018-aws-64k', (6, 14, 0, 1018)),
    ('6.1.79-99.167.amzn2023.x86_64', (6, 1, 79, 99, 167)),
    ('4.18.0-553.rt7.342.el8_10.x86_64', (4, 18, 0, 553)),
    ('jammy', ()),
    ('', ()),
])
def test_the_leading_numbers_count(text, numbers):
    assert key(text) == numbers


@pytest.mark.parametrize('text, inside', [
    ('5.15.0-1019', False), ('5.15.0-1020', True), ('5.15.0-1051', True), ('5.15.0-1051.1', True),
    ('5.15.0-1052', False), ('5.19.0-1020', False),
])
def test_both_ends_belong_to_a_range(text, inside):
    assert within(text, '5.15.0-1020', '5.15.0-1051') is inside


def test_the_end_stands_for_all_that_it_begins():
    assert within('6.12.40', '6.12', '6.12') and not within('6.13', '6.12', '6.12')
