# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options: defaults, limits, and what does not go together."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.options import (
    DEFAULTS,
    TUNING,
    UNLIMITED,
    Options,
)

PATHS = [b'/mnt/cache']


def test_defaults_are_what_their_checks_let_through():
    assert set(DEFAULTS) == set(TUNING)
    assert set(UNLIMITED) <= set(TUNING)
    for name in TUNING:
        assert TUNING[name](DEFAULTS[name]) == DEFAULTS[name]
    options = Options('archive', PATHS)
    assert {name: getattr(options, name) for name in DEFAULTS} == DEFAULTS


@pytest.mark.parametrize('name, text, value', [
    ('timeout', '0', 0), ('timeout', '1.5', 1.5), ('stall_timeout', 600, 600),
    ('reserve', '2T', 2 << 40), ('reserve', '10g', 10 << 30), ('reserve', '1GiB', 1 << 30),
    ('reserve', 512, 512), ('jobs', '64', 64), ('max_in_flight', '1', 1),
    ('error_limit', '0', 0), ('max_report', '0', 0),
])
def test_values_that_are_taken(name, text, value):
    assert TUNING[name](text) == value
    assert getattr(Options('archive', PATHS, **{name: text}), name) == value


@pytest.mark.parametrize('name, text', [
    ('timeout', '-1'), ('timeout', 'soon'), ('timeout', ''), ('timeout', True),
    ('jobs', '0'), ('jobs', '65'), ('jobs', '1.5'), ('jobs', True), ('max_in_flight', '0'),
    ('reserve', '1X'), ('reserve', '-1G'), ('reserve', '1.5G'), ('reserve', None),
    ('max_report', '-1'), ('error_limit', 'ten'), ('jobs', '٣'),
])
def test_values_that_are_refused(name, text):
    with pytest.raises(ValueError):
        TUNING[name](text)
    with pytest.raises(Refused, match='--' + name.replace('_', '-')):
        Options('archive', PATHS, **{name: text})


@pytest.mark.parametrize('verb, words, said', [
    ('remove', {}, 'no verb'),
    ('evict', {'dirty': 'drop'}, 'skip, archive, fail'),
    ('archive', {'dirty': 'archive'}, 'evict and refresh'),
    ('evict', {'manifest_file': b'm'}, 'archive'),
    ('archive', {'resend': True}, '--manifest'),
    ('archive', {'null': True}, '--from'),
    ('archive', {'list_file': b'-', 'manifest_file': b'-'}, 'standard input'),
    ('archive', {'expect_clean': True}, 'state'),
    ('state', {'no_wait': True}, 'archive'),
    ('state', {'dry_run': True}, 'archive'),
    ('archive', {'shard': '5/4'}, '5/4'),
    ('archive', {'shard': '0/4'}, '0/4'),
    ('archive', {'older_than': 'a week'}, 'a week'),
    ('archive', {'newer_than': '-1'}, '-1'),
])
def test_what_does_not_go_together(verb, words, said):
    with pytest.raises(Refused, match=said):
        Options(verb, PATHS, **words)


def test_a_word_that_nobody_knows_is_an_error_of_ours():
    with pytest.raises(TypeError):
        Options('archive', PATHS, tmieout=3)
