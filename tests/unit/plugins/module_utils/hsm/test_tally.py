# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts, the summary object and the exit status."""

import itertools

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Entry, Root
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.options import Options
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.reasons import REMEDIES
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import (
    OUTCOMES,
    Tally,
    exit_code,
    refused,
)

KEYS = {
    'schema', 'version', 'verb', 'dry_run', 'host', 'mount', 'roots', 'shard', 'started',
    'elapsed', 'interrupted', 'error', 'complete', 'matched', 'moved', 'outcomes', 'reasons',
    'states', 'flags', 'in_progress', 'space', 'filer', 'lfs_calls', 'hsm_requests', 'files',
    'files_truncated',
}
ROOTS = [Root(b'/mnt/cache', None)]


def make(verb='archive', **words):
    options = Options(verb, [b'/mnt/cache'], **words)
    tally = Tally(options, ROOTS, b'/mnt/cache')
    tally.complete = True
    return tally, options


def entry(name, size=10):
    return Entry(0, name, size, 0, 1, 1, None)


def settle(tally, outcome, reason=None, name=b'f', before=0, after=9):
    tally.match(entry(name))
    tally.settle(entry(name), outcome, reason, before, after)


def code(tally, options):
    return exit_code(tally.summary(), options)


def test_every_key_is_always_there():
    assert set(refused('archive', 'No.')) == KEYS
    for verb in ('archive', 'state'):
        tally, _options = make(verb)
        assert set(tally.summary()) == KEYS


def test_a_refused_call_counts_nothing():
    summary = refused('evict', 'There is no lfs.', dry_run=True, roots=[b'/mnt/\xff'])
    assert summary['error'] == 'There is no lfs.'
    assert summary['outcomes'] == dict.fromkeys(OUTCOMES, 0)
    assert summary['matched'] == {'files': 0, 'bytes': 0}
    assert summary['roots'] == ['/mnt/\\xff']
    assert summary['complete'] is False
    assert refused('state', 'No.')['outcomes'] is None


def test_counts_add_up():
    tally, _options = make()
    for number, outcome in enumerate(OUTCOMES):
        for _again in range(number + 1):
            reason = 'denied' if outcome in ('skipped', 'failed') else (
                'stuck' if outcome == 'timed_out' else None)
            settle(tally, outcome, reason)
    summary = tally.summary()
    assert sum(summary['outcomes'].values()) == summary['matched']['files'] == 28
    assert summary['reasons']['skipped'] == {'denied': 3}
    assert summary['moved'] == {'files': 2, 'bytes': 20}
    assert summary['states']['before']['new'] == {'files': 28, 'bytes': 280}
    assert summary['states']['after']['clean']['files'] == 28


def test_what_did_not_get_done_is_named_first():
    tally, _options = make(max_report=4)
    for number in range(3):
        settle(tally, 'done', name=b'd%d' % number)
    settle(tally, 'skipped', 'dirty', name=b's')
    settle(tally, 'failed', 'denied', name=b'bad\n\\name')
    settle(tally, 'already', name=b'a')
    summary = tally.summary()
    assert [item['path'] for item in summary['files']] == [
        '/mnt/cache/bad\\x0a\\\\name', '/mnt/cache/s', '/mnt/cache/d0', '/mnt/cache/d1']
    assert summary['files'][0] == {
        'path': '/mnt/cache/bad\\x0a\\\\name', 'outcome': 'failed', 'reason': 'denied',
        'state': 'clean'}
    assert summary['files_truncated'] is True
    for number in range(1000):
        settle(tally, 'failed', 'denied', name=b'x%d' % number)
    assert len(tally.summary()['files']) == 4


@pytest.mark.parametrize('outcome, reason, expected', [
    ('already', None, 0), ('done', None, 0), ('vanished', None, 0), ('pending', 'no_wait', 0),
    ('skipped', 'dirty', 3), ('skipped', 'conflict', 3), ('failed', 'not_saved', 1),
    ('timed_out', 'stalled', 1), ('pending', 'timeout', 1), ('pending', 'error_limit', 1),
])
def test_exit_codes(outcome, reason, expected):
    tally, options = make()
    settle(tally, outcome, reason)
    assert code(tally, options) == expected


def test_the_first_code_that_applies_wins():
    tally, options = make()
    settle(tally, 'skipped', 'dirty')
    settle(tally, 'failed', 'denied')
    assert code(tally, options) == 1
    tally.interrupted = 'SIGINT'
    assert code(tally, options) == 130
    tally.interrupted = 'SIGTERM'
    assert code(tally, options) == 143


def test_skips_may_be_fine_but_never_a_conflict():
    tally, options = make(skips_ok=True)
    settle(tally, 'skipped', 'dirty')
    assert code(tally, options) == 0
    settle(tally, 'skipped', 'conflict')
    assert code(tally, options) == 3


def test_advisory_says_it_and_exits_0():
    tally, options = make(advisory=True)
    settle(tally, 'failed', 'denied')
    assert tally.summary()['error']
    assert code(tally, options) == 0
    tally.interrupted = 'SIGTERM'
    assert code(tally, options) == 143


def test_an_incomplete_listing_is_1():
    tally, options = make()
    tally.complete = False
    assert code(tally, options) == 1


@pytest.mark.parametrize('flags, expect_clean, expected', [
    (9, True, 0), (13, True, 0), (11, True, 3), (0, True, 3), (1, True, 3), (0x49, True, 3),
    (0x4d, True, 3), (11, False, 0), (None, False, 1), (None, True, 1)])
def test_what_state_expects(flags, expect_clean, expected):
    tally, options = make('state', expect_clean=expect_clean)
    tally.match(entry(b'f'))
    tally.report(entry(b'f'), flags)
    assert code(tally, options) == expected


def test_an_action_under_way_is_not_clean():
    tally, options = make('state', expect_clean=True)
    tally.in_progress['archive'] = 1
    assert code(tally, options) == 3


def test_trouble_comes_with_its_remedy():
    tally, _options = make()
    settle(tally, 'failed', 'not_saved')
    settle(tally, 'timed_out', 'stalled')
    assert tally.summary()['error'] == ' '.join([REMEDIES['not_saved'], REMEDIES['stalled']])


def test_errors_are_few_and_each_once():
    tally, _options = make()
    for text in itertools.chain(['One.', 'One.'], map(str, range(1000))):
        tally.error(text)
    said = tally.summary()['error']
    assert said.count('One.') == 1
    assert len(said) < 100
