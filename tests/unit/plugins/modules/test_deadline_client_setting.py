# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module deadline_client_setting (deadline 152-154, field-reports D19)."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    DeadlineError,
)
from ansible_collections.renderfarm.file_cache.plugins.modules import deadline_client_setting
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.modules.deadline import worker

HOST = os.uname()[1].split('.')[0]


def region(call, value='aws-usw2', **how):
    return call(deadline_client_setting.main, key='Region', value=value, **how)


def test_a_worker_is_told_its_region_and_has_to_be_restarted(call, deadline):
    """D19: the worker that runs keeps the old value; then it is unrecognized, then it is right."""
    deadline.all_workers = [worker(HOST, region='none'), worker('other', region='unrecognized')]
    predicted = region(call, check=True, diff=True)
    assert not deadline.writes
    result = region(call, diff=True, all_users=True)
    for key in ('changed', 'restart_needed', 'recognized', 'value', 'diff'):
        assert predicted[key] == result[key]
    assert (result['changed'], result['restart_needed'], result['recognized']) == (True, True, None)
    assert 'Restart the worker itself, not only its launcher' in result['msg']
    assert result['diff'] == {'before': 'Region=\n', 'after': 'Region=aws-usw2\n'}
    assert deadline.writes == [('Region', 'aws-usw2', True)]

    result = region(call)
    assert (result['changed'], result['restart_needed']) == (False, True)

    deadline.all_workers[0]['region'] = 'unrecognized'
    result = region(call)
    assert (result['changed'], result['recognized'], result['restart_needed']) == (
        False, False, False)
    assert 'Region Settings > Add, name "aws-usw2"' in result['msg']

    deadline.all_workers[0]['region'] = 'aws-usw2'
    result = region(call)
    assert (result['changed'], result['recognized'], result['restart_needed']) == (
        False, True, False)


def test_a_host_without_a_worker_needs_no_restart(call, deadline):
    result = region(call)
    assert (result['restart_needed'], result['worker_region']) == (False, None)
    assert 'knows no worker of this host' in result['msg']


def test_an_image_is_made_where_no_repository_is(call, deadline):
    def away():
        raise DeadlineError('The repository cannot be reached.')
    deadline.workers = away
    result = region(call)
    assert (result['changed'], result['restart_needed'], result['recognized']) == (True, True, None)
    assert result['msg'].count('cannot be reached') == 1 and deadline.ini == {'Region': 'aws-usw2'}
    assert region(call)['restart_needed'] is False


def test_workers_of_another_name_are_found_by_their_host_or_named(call, deadline):
    deadline.all_workers = [worker('gpu-1', host=HOST + '.studio', region='old'),
                            worker('gpu-2', region='aws-usw2')]
    deadline.ini['Region'] = 'aws-usw2'
    assert region(call)['worker_region'] == 'old'
    assert region(call, worker='GPU-2')['restart_needed'] is False


def test_none_and_empty_are_no_region(call, deadline):
    deadline.ini['Region'] = 'none'
    assert region(call, '')['changed'] is False


@pytest.mark.parametrize('value', ['all', 'NONE', 'Unrecognized', 'us west', 'a;b', 'a\nb', '$x'])
def test_what_cannot_be_a_region_is_refused(call, deadline, value):
    """deadline 153."""
    result = region(call, value)
    assert result['failed'] is True and not deadline.writes


def test_other_keys_say_nothing_of_regions(call, deadline):
    params = dict(key='LaunchSlaveAtStartup', value='True')
    result = call(deadline_client_setting.main, **params)
    assert (result['changed'], result['restart_needed'], result['recognized']) == (True, True, None)
    result = call(deadline_client_setting.main, **params)
    assert (result['changed'], result['restart_needed']) == (False, False)


@pytest.mark.parametrize('params', [dict(key='Region;x', value=''), dict(key='', value=''),
                                    dict(key='ProxyRoot', value='a\nNetworkRoot=b')])
def test_what_would_break_the_file_is_refused(call, deadline, params):
    assert call(deadline_client_setting.main, **params)['failed'] is True
    assert not deadline.writes


@pytest.mark.parametrize('deaf', [False, True])
def test_a_password_is_seen_nowhere(call, deadline, deaf):
    deadline.ini['ProxySSLPassword'] = 'old-phrase'
    deadline.deaf = deaf
    result = call(deadline_client_setting.main, diff=True, key='ProxySSLPassword',
                  value='new-phrase')
    assert result.get('failed', False) is deaf and 'phrase' not in str(result)


def test_a_value_that_does_not_hold_is_an_error(call, deadline):
    deadline.deaf = True
    result = region(call)
    assert result['failed'] is True and 'reads ""' in result['msg']


def test_a_server_cannot_do_it(call, deadline):
    result = region(call, transport='rcs', rcs_url='http://rcs:8080')
    assert 'Use transport deadlinecommand' in result['msg']
