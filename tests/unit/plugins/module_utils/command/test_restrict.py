# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a caller through sudo may not do (design.md, safety rule 7)."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.arguments import (
    fill,
    parse,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.config import (
    NOTHING,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.restrict import (
    restrict,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused

ALL = NOTHING._replace(verbs=('archive', 'evict', 'hydrate', 'refresh', 'state', 'manifest',
                              'changes'))


def restricted(words, config=ALL):
    arguments = parse(words)
    fill(arguments, config.defaults)
    return arguments, restrict(arguments, config)


@pytest.mark.parametrize('words, said', [
    (['evict', '@a', '--from', '/etc/shadow'], 'standard input only'),
    (['archive', '@a', '--manifest', '/etc/shadow'], 'standard input only'),
    (['manifest', '/mnt', '--output', '/etc/cron.d/x'], 'only output'),
    (['changes', '/etc/shadow', '/etc/passwd'], 'does not run through sudo'),
])
def test_no_file_that_an_option_names_is_opened(words, said):
    with pytest.raises(Refused) as problem:
        restricted(words)
    assert said in str(problem.value)


def test_a_verb_that_the_host_does_not_allow():
    with pytest.raises(Refused) as problem:
        restricted(['evict', '@a'], NOTHING._replace(verbs=('archive', 'state')))
    assert 'allowed are: archive, state' in str(problem.value)


def test_a_config_without_verbs_allows_none():
    with pytest.raises(Refused) as problem:
        restricted(['state', '@a'], NOTHING)
    assert 'none' in str(problem.value)


def test_lists_on_standard_input_are_fine():
    assert restricted(['evict', '@a', '--from', '-', '-0'])[1] == []


@pytest.mark.parametrize('words, value, said', [
    (['--jobs', '64'], 2, True),
    (['--jobs', '1'], 1, False),
    ([], 2, True),
])
def test_a_ceiling_lowers_and_never_raises(words, value, said):
    arguments, lines = restricted(['evict', '@a'] + words, ALL._replace(ceilings={'jobs': 2}))
    assert arguments.jobs == value
    assert bool(lines) == said


def test_no_limit_at_all_is_above_every_ceiling():
    arguments, lines = restricted(['evict', '@a', '--timeout', '0'],
                                  ALL._replace(ceilings={'timeout': 3600}))
    assert arguments.timeout == 3600
    assert '--timeout' in lines[0]


def test_a_ceiling_of_an_option_that_the_verb_lacks():
    assert restricted(['state', '@a'], ALL._replace(ceilings={'max_in_flight': 10}))[1] == []


def test_the_default_of_the_host():
    assert restricted(['evict', '@a'], ALL._replace(defaults={'jobs': 3}))[0].jobs == 3
