# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy: the tables of lustre-hsm H40-H47, and what holds for every combination of bits."""

import itertools

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import bits, policy
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.reasons import REMEDIES

BITS = (bits.EXISTS, bits.DIRTY, bits.RELEASED, bits.ARCHIVED, bits.NEVER_RELEASE,
        bits.NEVER_ARCHIVE, bits.LOST, 0x80, 0x100)
ALL = [sum(chosen) for size in range(len(BITS) + 1)
       for chosen in itertools.combinations(BITS, size)]
VERBS = ('archive', 'evict', 'hydrate', 'refresh')
DIRTY = ('skip', 'archive', 'fail')


@pytest.mark.parametrize('verb', VERBS)
@pytest.mark.parametrize('dirty', DIRTY)
def test_every_combination_has_a_plan_that_drops_no_byte(verb, dirty):
    # Safety rule 1
    for flags in ALL:
        plan = policy.plan(verb, flags, dirty)
        assert bool(plan.steps) != bool(plan.outcome)
        if plan.outcome in ('skipped', 'failed'):
            assert plan.reason
        if plan.outcome == 'failed':
            assert plan.reason in REMEDIES
        if 'release' in plan.steps:
            # Either the filer has the bytes, or they are sent there first.
            assert bits.is_clean(flags) or plan.steps[0] == 'archive'
            assert not flags & (bits.LOST | bits.NEVER_RELEASE)
        if 'archive' in plan.steps:
            assert not flags & (bits.NEVER_ARCHIVE | bits.RELEASED)
            assert verb == 'archive' or dirty == 'archive'
        if 'restore' in plan.steps:
            assert verb in ('hydrate', 'refresh')
        assert 'mark' not in plan.steps


def test_nothing_that_is_only_here_passes_for_saved():
    for flags in ALL:
        plan = policy.plan('archive', flags)
        if plan == policy.ALREADY:
            assert not flags & bits.LOST
            assert bits.is_clean(flags) or flags & bits.RELEASED


@pytest.mark.parametrize('verb', VERBS)
def test_predicted_steps_reach_their_ends(verb):
    for flags in ALL:
        for step in policy.plan(verb, flags, 'archive').steps:
            flags = policy.after(step, flags)
            assert policy.reached(step, flags)


def test_only_a_plain_clean_file_is_marked_dirty():
    # Safety rule 2
    for verdict, resend in itertools.product(
            ('same', 'newer', 'missing', 'different', 'conflict'), (False, True)):
        for flags in ALL:
            plan = policy.by_manifest(verdict, flags, resend)
            marks = plan is not None and 'mark' in plan.steps
            assert marks == (verdict == 'missing' and resend and flags == 9)


def test_a_conflict_is_nobodys_to_decide():
    # Safety rule 4
    for flags in ALL:
        assert policy.by_manifest('conflict', flags, True) == policy.skipped('conflict')
