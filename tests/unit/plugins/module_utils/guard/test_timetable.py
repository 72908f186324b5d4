# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two minutes are shared so that the sum fits, whatever is left of them."""

from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.timetable import (
    LEAST,
    share,
)
from hypothesis import given
from hypothesis import strategies as st

MOMENTS = st.floats(0, 1e9)
SECONDS = st.floats(-1e4, 1e4)


@given(MOMENTS, SECONDS, st.floats(0, 60))
def test_the_phases_follow_each_other_and_end_before_the_host_does(now, left, reserve):
    table = share(now, now + left, reserve)
    moments = (now,) + tuple(table)
    assert list(moments) == sorted(moments)
    assert table.unmount <= now + max(left, LEAST) + 1e-6
    if left >= 4 * reserve and left >= LEAST:
        assert table.unmount <= now + left - reserve + 1e-6


@given(st.floats(LEAST, 120), st.floats(0, 60))
def test_every_phase_gets_something(left, reserve):
    table = share(0, left, reserve)
    parts = [later - earlier for earlier, later in zip((0,) + tuple(table), table)]
    assert min(parts) > 0.5
    assert table.writeback - table.services >= max(parts) * 0.9


def test_two_minutes():
    assert [round(moment) for moment in share(0, 120)] == [38, 85, 90, 110]
