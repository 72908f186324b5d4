# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module deadline_event_plugin (deadline 134-137)."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.modules import deadline_event_plugin
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.modules.deadline import PARAM

WANTED = dict(state='enabled', settings={'Paths': ['a=Z:\\a\\', 'a=/a'], 'CacheEviction': False})
STORED = {'State': 'Global Enabled', 'Paths': 'a=Z:\\a\\;a=/a', 'CacheEviction': 'False'}


def test_what_is_wanted_is_set_once_and_read_back(call, deadline):
    predicted = call(deadline_event_plugin.main, check=True, diff=True, **WANTED)
    assert not deadline.writes and predicted['verified'] is False
    result = call(deadline_event_plugin.main, diff=True, **WANTED)
    for key in ('changed', 'changes', 'settings', 'diff'):
        assert predicted[key] == result[key]
    assert result['changes'] == ['CacheEviction', 'Paths', 'State'] and result['verified'] is True
    assert deadline.plugin['settings'] == STORED
    assert result['diff'] == {'before': '', 'after': (
        'CacheEviction=False\nPaths=a=Z:\\a\\;a=/a\nState=Global Enabled\n')}
    again = call(deadline_event_plugin.main, **WANTED)
    assert again['changed'] is False and again['verified'] is True and len(deadline.writes) == 1


def test_only_what_differs_is_written(call, deadline):
    deadline.plugin['settings'] = dict(STORED, Paths='old', CacheEviction='false')
    call(deadline_event_plugin.main, **WANTED)
    assert deadline.writes == [('set', {'Paths': STORED['Paths']})]


@pytest.mark.parametrize('params, why', [
    ({'settings': {'Path': 'x'}}, 'has no setting Path. It has CacheEviction, Key, Paths, State'),
    ({'settings': {'CacheEviction': 'perhaps'}}, 'is true or false'),
    ({'settings': {'State': 'On'}}, 'is one of'),
    ({'settings': {'State': 'Opt-In'}, 'state': 'enabled'}, 'given twice'),
    ({'param_file': '/nowhere/x.param'}, 'cannot be read'),
])
def test_what_cannot_be_stored_is_refused_before_anything_is(call, deadline, params, why):
    result = call(deadline_event_plugin.main, **params)
    assert result['failed'] is True and why in result['msg'] and not deadline.writes


def test_a_plugin_that_is_not_there_is_one_sentence(call, deadline):
    deadline.plugin['known'] = False
    assert 'knows no event plugin' in call(deadline_event_plugin.main, **WANTED)['msg']


def test_without_a_param_file_names_are_not_checked_and_it_says_so(call, deadline):
    deadline.plugin['param'] = None
    result = call(deadline_event_plugin.main, settings={'New': 'x'})
    assert deadline.plugin['settings'] == {'New': 'x'}
    assert 'not checked' in str(result['warnings'])


def test_a_record_that_is_not_made_is_an_error_without_a_server(call, deadline):
    """deadline 136."""
    deadline.deaf = True
    result = call(deadline_event_plugin.main, **WANTED)
    assert result['failed'] is True and 'does not hold' in result['msg']
    assert 'Configure Events' in result['msg'] and 'rcs_url' in result['msg']


def test_the_server_stores_the_whole_record_then(call, deadline):
    """deadline 136, 137: with all settings, and with what the plugin keeps for itself."""
    deadline.deaf = True
    result = call(deadline_event_plugin.main, rcs_url='http://rcs:8080', **WANTED)
    assert result['verified'] is True
    assert deadline.writes[1] == ('replace', dict(STORED, Key=''), {'helper_a': '{}'})


def test_a_plugin_that_is_turned_on_unseen_is_also_stored_by_the_server(call, deadline):
    """deadline 136: State may not be all that turns a plugin on."""
    params = dict(WANTED, rcs_url='http://rcs:8080')
    call(deadline_event_plugin.main, **params)
    assert [write[0] for write in deadline.writes] == ['set', 'replace']
    assert deadline.plugin['enabled'] is True
    call(deadline_event_plugin.main, **dict(params, state='disabled'))
    assert call(deadline_event_plugin.main, **dict(params, state='disabled'))['changed'] is False
    assert [write[0] for write in deadline.writes] == ['set', 'replace', 'set']


def test_a_record_that_says_off_is_a_warning_and_the_server_corrects_it(call, deadline):
    """deadline 136: whether State alone enables a plugin is not documented."""
    deadline.plugin.update(settings=dict(STORED), enabled=False)
    for settings, changed in ((dict(STORED), False), ({}, True)):
        deadline.plugin['settings'] = settings
        result = call(deadline_event_plugin.main, **WANTED)
        assert 'failed' not in result and result['changed'] is changed
        assert 'is not marked as enabled' in str(result['warnings'])
    assert call(deadline_event_plugin.main, **dict(WANTED, state='disabled')).get('warnings') in (
        None, [])
    params = dict(WANTED, rcs_url='http://rcs:8080')
    assert call(deadline_event_plugin.main, check=True, **params)['changes'] == ['State']
    result = call(deadline_event_plugin.main, **params)
    assert result['changed'] is True and deadline.plugin['enabled'] is True
    assert call(deadline_event_plugin.main, **params)['changed'] is False


def test_by_a_server_everything_is_replaced_and_it_says_so(call, deadline, tmp_path):
    param = tmp_path / 'FileCacheHandler.param'
    param.write_text(PARAM, encoding='utf-8')
    params = dict(WANTED, transport='rcs', rcs_url='http://rcs:8080', param_file=str(param))
    assert call(deadline_event_plugin.main, check=True, **params)['changed'] is True
    assert not deadline.writes
    result = call(deadline_event_plugin.main, **params)
    assert deadline.writes == [('replace', dict(STORED, Key=''), None)]
    assert (result['changed'], result['verified']) == (True, False)
    assert 'forgotten which helper jobs are open' in str(result['warnings'])


@pytest.mark.parametrize('given, why', [
    (dict(state='enabled'), 'needs param_file'),
    (dict(param_file=True), 'state has to be given')])
def test_by_a_server_all_has_to_be_known(call, deadline, tmp_path, given, why):
    param = tmp_path / 'FileCacheHandler.param'
    param.write_text(PARAM, encoding='utf-8')
    if 'param_file' in given:
        given = dict(param_file=str(param))
    result = call(deadline_event_plugin.main, transport='rcs', rcs_url='http://rcs', **given)
    assert result['failed'] is True and why in result['msg'] and not deadline.writes


def test_a_password_is_seen_nowhere(call, deadline):
    deadline.plugin['settings'] = dict(STORED, Key='old-secret')
    result = call(deadline_event_plugin.main, diff=True, settings={'Key': 'new-secret'})
    assert deadline.plugin['settings']['Key'] == 'new-secret'
    assert result['settings']['Key'] == '(a password)'
    assert 'secret' not in str(result)
