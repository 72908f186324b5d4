# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Room for a hydrate (design, "Space before a hydrate"; lustre-hsm H73, H88)."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import space
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.report import Ost
from hypothesis import given
from hypothesis import strategies as st

MIB, GIB = 1 << 20, 1 << 30


def osts(*frees, total=1200 * GIB):
    return [Ost(index, total, free) for index, free in enumerate(frees)]


def test_a_plan_that_fits():
    assert space.refusal(osts(10 * GIB, 10 * GIB), 15 * GIB, GIB, 5 * GIB) is None
    assert space.refusal([], 15 * GIB, GIB, 0) is None
    assert space.refusal(osts(0, 0), 0, 0, 5 * GIB) is None


def test_a_plan_that_takes_the_reserve():
    text = space.refusal(osts(10 * GIB, 10 * GIB), 15 * GIB + 1, GIB, 5 * GIB)
    assert text == (
        'The plan needs 15.0 GiB and the cache has 20.0 GiB free, of which 5.0 GiB are kept in '
        'reserve. Evict something first, take fewer files, or lower the reserve.')


def test_a_full_ost_while_the_sum_looks_well():
    """H73, H88: only the fullest one tells."""
    text = space.refusal(osts(100 * GIB, MIB, 100 * GIB), 6 * GIB, MIB, 0)
    assert text.startswith('The plan needs about 2.0 GiB on each of the 3 OSTs, and OST 1 has '
                           'only 1.0 MiB free although the whole cache has 200.0 GiB.')


def test_a_file_larger_than_its_stripes_can_hold():
    """filecache-and-peers A3.5: up to 10 GiB lie on eight OSTs, however many there are."""
    many = osts(*[9 * GIB] * 20)
    assert space.refusal(many, 100 * GIB, 60 * GIB, 0) is None
    assert space.fits(many, 100 * GIB)
    small = osts(*[GIB] * 20)
    assert not space.fits(small, 9 * GIB)
    assert space.fits(small, 7 * GIB)
    text = space.refusal(small, 19 * GIB, 19 * GIB, 0)
    assert text.startswith('The largest file of the plan has 19.0 GiB, and the OSTs that it')


@given(st.lists(st.integers(0, 50 * GIB), min_size=1, max_size=40), st.integers(0, 200 * GIB),
       st.integers(0, 10 * GIB))
def test_what_is_accepted_has_room_in_the_sum(frees, wanted, reserve):
    servers = osts(*frees)
    if wanted and space.refusal(servers, wanted, wanted, reserve) is None:
        assert wanted <= sum(frees) - reserve
        assert wanted <= min(frees) * len(frees)


@given(st.lists(st.integers(0, 50 * GIB), min_size=1, max_size=40), st.integers(0, 200 * GIB))
def test_more_room_never_hurts_one_file(frees, length):
    if space.fits(osts(*frees), length):
        assert length <= sum(frees)
        assert space.fits(osts(*[free + MIB for free in frees]), length)
        assert space.fits(osts(*frees), length // 2)


def test_pausing_at_the_reserve():
    assert space.is_short(osts(2 * GIB, 3 * GIB), 5 * GIB)
    assert not space.is_short(osts(2 * GIB, 3 * GIB + 1), 5 * GIB)
    assert not space.is_short([], 5 * GIB)


def test_osts_with_next_to_nothing():
    """H88: why a restore failed without a word."""
    assert space.full(osts(100, 30 * GIB, 0)) == [0, 2]
    assert space.full(osts(10 * GIB, 30 * GIB)) == []


@pytest.mark.parametrize('count, text', [
    (0, '0 bytes'), (1023, '1023 bytes'), (1024, '1.0 KiB'), (1536 * 1024, '1.5 MiB'),
    (3 << 30, '3.0 GiB'), (5 << 40, '5.0 TiB'), (7 << 50, '7.0 PiB'), (1 << 70, '1048576.0 PiB')])
def test_sizes_for_people(count, text):
    assert space.size(count) == text
