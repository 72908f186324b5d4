# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module deadline_worker."""

import functools

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline import busy
from ansible_collections.renderfarm.file_cache.plugins.modules import deadline_worker
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.modules.deadline import worker


@pytest.fixture
def farm(deadline, monkeypatch):
    monkeypatch.setattr(busy, 'wait', functools.partial(busy.wait, sleep=lambda seconds: None))
    deadline.all_workers = [worker('w1'), worker('W2', enabled=False), worker('w3')]
    return deadline


TASK = dict(worker='w1', job_id='j1', job='render', task='3', frames='1004-1004')


def test_workers_take_no_more_tasks_and_then_again(call, farm):
    params = dict(name=['W1', 'w2'], state='disabled')
    predicted = call(deadline_worker.main, check=True, diff=True, **params)
    assert not farm.writes
    result = call(deadline_worker.main, diff=True, **params)
    for key in ('changed', 'workers', 'running', 'diff'):
        assert predicted[key] == result[key]
    assert result['workers'] == ['w1'] and farm.writes == [('w1', False)]
    assert result['diff'] == {'before': 'w1: enabled\nW2: disabled\n',
                              'after': 'w1: disabled\nW2: disabled\n'}
    assert call(deadline_worker.main, **params)['changed'] is False
    result = call(deadline_worker.main, name=['w1', 'w2'], state='enabled')
    assert result['workers'] == ['w1', 'W2'] and farm.all_workers[2]['enabled'] is True


def test_an_unknown_name_changes_nothing(call, farm):
    result = call(deadline_worker.main, name=['w1', 'nobody'], state='disabled')
    assert 'knows no worker nobody' in result['msg'] and not farm.writes


def test_what_still_runs_is_named_and_waited_for(call, farm):
    farm.tasks = [TASK]
    result = call(deadline_worker.main, name=['w1'], state='disabled')
    assert 'failed' not in result and result['running'] == [dict(TASK, state='Idle')]
    result = call(deadline_worker.main, name=['w1'], state='disabled', wait=True, wait_timeout=0)
    assert result['failed'] is True and result['changed'] is False
    assert 'w1: task 3 (frames 1004-1004) of job "render" (j1)' in result['msg']
    assert 'did not end within 0 seconds' in result['msg']
    assert call(deadline_worker.main, check=True, name=['w1'], state='disabled', wait=True)[
        'running']


def test_a_wait_that_ends_well(call, farm):
    result = call(deadline_worker.main, name=['w1'], state='disabled', wait=True, delay=1)
    assert (result['changed'], result['running']) == (True, [])


def test_a_stalled_worker_is_no_end(call, farm):
    farm.all_workers[0].update(state='Stalled', job_id='j1', job='render', tasks=['3'])
    result = call(deadline_worker.main, name=['w1'], state='disabled', wait=True, delay=1)
    assert result['failed'] is True and len(result['stalled']) == 1
    assert 'has lost sight of these workers' in result['msg']


def test_a_worker_that_stays_as_it_was_is_an_error(call, farm):
    farm.set_worker = lambda name, enabled: None
    result = call(deadline_worker.main, name=['w1'], state='disabled')
    assert result['failed'] is True and 'reads as before' in result['msg']


@pytest.mark.parametrize('params', [
    dict(state='enabled', wait=True), dict(state='disabled', wait_timeout=-1),
    dict(state='disabled', delay=0), dict(state='disabled', timeout=0)])
def test_what_makes_no_sense_is_refused(call, farm, params):
    result = call(deadline_worker.main, name=['w1'], **params)
    assert result['failed'] is True and not farm.writes
