# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holes in what was covered, against a count second by second."""

from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch import coverage
from hypothesis import given
from hypothesis import strategies as st

MOMENTS = st.integers(0, 30)
SPANS = st.lists(st.tuples(MOMENTS, MOMENTS).map(sorted).map(tuple), max_size=6)


@given(SPANS, MOMENTS, MOMENTS)
def test_holes_are_exactly_what_no_span_covers(spans, began, ended):
    found = coverage.holes(spans, began, ended)
    missed = {second for start, stop in found for second in range(start, stop)}
    assert missed == {second for second in range(began, ended)
                      if not any(start <= second < stop for start, stop in spans)}


@given(SPANS, MOMENTS, MOMENTS)
def test_holes_are_in_order_and_none_is_empty(spans, began, ended):
    edges = [edge for hole in coverage.holes(spans, began, ended) for edge in hole]
    assert edges == sorted(set(edges))


def test_within():
    assert coverage.within([(0, 5), (5, 9)], 1, 8)
    assert not coverage.within([(0, 5), (6, 9)], 1, 8)
