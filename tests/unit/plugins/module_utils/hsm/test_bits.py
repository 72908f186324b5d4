# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State bits and their words (lustre-hsm H2, H4)."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import bits


@pytest.mark.parametrize('flags, name', [
    (None, 'unknown'),
    (0x0, 'new'),
    (0x1, 'incomplete'),
    (0x3, 'dirty'),
    (0x9, 'clean'),
    (0xb, 'dirty'),
    (0xd, 'released'),
    (0x4d, 'lost'),
    (0x49, 'lost'),
    (0x19, 'clean'),        # never_release (H45)
    (0x29, 'clean'),        # never_archive (H46)
    (0x2d, 'released'),
    (0x20, 'new'),
    (0x10, 'new'),
    (0x8, 'incomplete'),    # archived and not existing: nothing that proves a copy
    (0x109, 'clean'),       # a PCC bit of newer builds says nothing about the filer
    (0x10b, 'dirty'),
])
def test_the_word_for_flags(flags, name):
    assert bits.state_name(flags) == name
    assert name in bits.STATES


def test_nothing_dirty_lost_or_unarchived_counts_as_clean():
    for flags in range(0x200):
        clean = bits.state_name(flags) == 'clean'
        assert clean is bits.is_clean(flags)
        if clean:
            assert flags & (bits.EXISTS | bits.ARCHIVED) == bits.EXISTS | bits.ARCHIVED
            assert not flags & (bits.DIRTY | bits.LOST | bits.RELEASED)
        if flags & bits.DIRTY:
            assert bits.state_name(flags) in ('dirty', 'lost', 'released')
