# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module lfs_hsm: what it asks of the engine, and what it makes of the answer."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils import hsm_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import options, tally
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.modules import lfs_hsm


def summary_of(verb, outcomes, reasons=None, **more):
    """A summary as the engine gives it, for a run that came to its end."""
    summary = tally.refused(verb, None)
    summary['outcomes'].update(outcomes)
    summary['reasons'].update(reasons or {})
    files = sum(outcomes.values())
    summary.update(complete=True, matched={'files': files, 'bytes': 10 * files}, **more)
    return summary


@pytest.fixture
def engine(monkeypatch):
    """An engine that keeps the options it is given and answers what a test wants."""

    class Engine:
        options = None
        refusal = None
        answer = summary_of('evict', {'done': 1})

        def run(self, asked):
            self.options = asked
            if self.refusal:
                raise Refused(self.refusal)
            return self.answer

    instance = Engine()
    monkeypatch.setattr(hsm_module, 'run', instance.run)
    return instance


@pytest.mark.parametrize('state, verb', [
    ('archived', 'archive'), ('evicted', 'evict'), ('hydrated', 'hydrate'),
    ('refreshed', 'refresh')])
def test_one_table_maps_the_words(call, engine, state, verb):
    call(lfs_hsm.main, path='/mnt/cache/a', state=state)
    assert engine.options.verb == verb


def test_every_parameter_reaches_the_engine(call, engine):
    call(lfs_hsm.main, state='archived', path=['/mnt/a, b', '/mnt/$c'], recurse=True,
         patterns='*.{exr,tx}', excludes=['tmp', 'x y'], older_than='2d', newer_than='1700000000',
         shard='2/5', manifest='/m', resend=True, quiet_period=30, reserve='2K', timeout=7,
         stall_timeout=8, jobs=2, error_limit=9, max_report=5, max_in_flight=11, no_wait=True,
         skips_ok=True, **{'from': '/list', 'from_null': True})
    asked = engine.options
    assert asked.paths == [b'/mnt/a, b', b'/mnt/$c']
    assert (asked.include, asked.exclude) == ([b'*.{exr,tx}'], [b'tmp', b'x y'])
    assert (asked.list_file, asked.null, asked.manifest_file) == (b'/list', True, b'/m')
    assert (asked.recursive, asked.resend, asked.no_wait, asked.skips_ok) == (True,) * 4
    assert (asked.older_than, asked.newer_than, asked.shard) == (172800, 1700000000, (2, 5))
    assert [getattr(asked, name) for name in options.TUNING] == [7, 8, 11, 2, 9, 5, 30, 2048]
    assert asked.dry_run is False and asked.dirty == 'skip'


def test_the_defaults_are_the_engines(call, engine):
    call(lfs_hsm.main, path='/mnt/cache/a', state='evicted', dirty='archive')
    assert {name: getattr(engine.options, name) for name in options.TUNING} == options.DEFAULTS
    assert engine.options.dirty == 'archive'
    assert engine.options.within is None and engine.options.caller is None


def test_check_mode_is_a_dry_run(call, engine):
    assert call(lfs_hsm.main, check=True, path='/mnt/a', state='evicted')['changed'] is True
    assert engine.options.dry_run is True


@pytest.mark.parametrize('outcomes, reasons, changed, failed', [
    ({'done': 2, 'already': 1}, {}, True, False),
    ({'already': 3}, {}, False, False),
    ({}, {}, False, False),
    ({'vanished': 1, 'already': 1}, {}, False, False),
    ({'pending': 2}, {'pending': {'no_wait': 2}}, True, False),
    ({'pending': 2}, {'pending': {'interrupted': 2}}, False, True),
    ({'done': 1, 'failed': 1}, {'failed': {'denied': 1}}, True, True),
    ({'timed_out': 1}, {'timed_out': {'stuck': 1}}, False, True),
    ({'already': 1, 'skipped': 1}, {'skipped': {'dirty': 1}}, False, True),
])
def test_changed_and_failed(call, engine, outcomes, reasons, changed, failed):
    engine.answer = summary_of('evict', outcomes, reasons)
    result = call(lfs_hsm.main, path='/mnt/a', state='evicted')
    assert (result['changed'], result.get('failed', False)) == (changed, failed)
    assert result['summary'] == engine.answer


def test_skips_are_fine_when_told_but_a_conflict_never(call, engine):
    """Design, safety rule 4: a conflict is nobody's to decide."""
    where = dict(path='/mnt/a', state='archived', skips_ok=True)
    engine.answer = summary_of('archive', {'skipped': 1}, {'skipped': {'unfinished': 1}})
    assert not call(lfs_hsm.main, **where).get('failed')
    engine.answer = summary_of('archive', {'skipped': 1}, {'skipped': {'conflict': 1}})
    assert call(lfs_hsm.main, **where)['failed'] is True


def test_advisory_says_it_in_a_warning(call, engine):
    engine.answer = summary_of('evict', {'failed': 1}, {'failed': {'denied': 1}})
    result = call(lfs_hsm.main, path='/mnt/a', state='evicted', advisory=True)
    assert not result.get('failed')
    assert 'denied 1' in str(result['warnings'])


def test_an_incomplete_listing_fails(call, engine):
    """Design, safety rule 9; field-reports L4."""
    engine.answer = dict(summary_of('evict', {'done': 1}), complete=False,
                         error='The listing is incomplete.')
    result = call(lfs_hsm.main, path='/mnt/a', state='evicted')
    assert result['failed'] is True
    assert result['msg'] == 'evict: 1 file, 10 bytes: 1 done. The listing is incomplete.'


def test_the_diff_shows_files_and_bytes_by_state(call, engine):
    engine.answer['states']['before']['clean'] = {'files': 2, 'bytes': 30}
    engine.answer['states']['after']['released'] = {'files': 2, 'bytes': 30}
    result = call(lfs_hsm.main, diff=True, path='/mnt/a', state='evicted')
    assert result['diff'] == {'before': 'clean: 2 files, 30 bytes\n',
                              'after': 'released: 2 files, 30 bytes\n'}
    assert 'diff' not in call(lfs_hsm.main, path='/mnt/a', state='evicted')


@pytest.mark.parametrize('params, complaint', [
    ({'path': 'mnt/a'}, 'path must be absolute'),
    ({'from': 'list'}, 'from must be absolute'),
    ({'from': '-'}, 'from must be absolute'),
    ({'from_null': True}, 'from_null says how a list is written, and there is none. Give from.'),
    ({'resend': True}, 'resend needs manifest'),
    ({'dirty': 'archive'}, 'dirty belongs to evict and refresh'),
    ({'state': 'evicted', 'manifest': '/m'}, 'manifest belongs to archive'),
    ({'shard': '5/4'}, '5/4'),
    ({'shard': '0/4'}, '0/4'),
    ({'older_than': '2 days'}, 'older_than'),
    ({'reserve': 'much'}, 'reserve'),
    ({'jobs': 0}, 'jobs'),
])
def test_bad_input_is_one_sentence_in_the_modules_words(call, engine, params, complaint):
    result = call(lfs_hsm.main, **dict(dict(path='/mnt/a', state='archived'), **params))
    assert result['failed'] is True
    assert complaint in result['msg'] and '--' not in result['msg']
    assert engine.options is None, 'the engine was asked all the same'
    assert result['summary']['error'] == result['msg']


def test_what_the_engine_refuses_is_the_message(call, engine):
    engine.refusal = '"/mnt/a" is a folder. Give --recursive to take what is below it.'
    result = call(lfs_hsm.main, path='/mnt/a', state='evicted')
    assert result['msg'] == '"/mnt/a" is a folder. Give recurse to take what is below it.'
    assert result['changed'] is False
