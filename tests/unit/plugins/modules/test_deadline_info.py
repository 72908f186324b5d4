# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module deadline_info."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.modules import deadline_info
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.modules.deadline import (
    job,
    worker,
)

ROOTS = [{'name': 'assets', 'path': '/mnt/cache/assets', 'submitted_as': ['Z:\\assets\\']},
         {'name': 'shots', 'path': '/mnt/cache/shots'}]
SCRIPT = '/opt/file-cache/deadline/FileCacheWriteBack.py'


def test_the_farm_as_it_concerns_a_cache(call, deadline):
    deadline.all_workers = [worker('w1', region='unrecognized')]
    deadline.rules = [['Z:\\assets\\', '/mnt/cache/assets/']]
    deadline.plugin['settings'] = {'State': 'Opt-In', 'Key': 'secret'}
    deadline.all_jobs = [
        job(1, paths=['z:/ASSETS/out/', '/mnt/cache/shots/a.exr'], post_task_script=SCRIPT),
        job(2, paths=['Z:\\assets'], post_task_script='Z:\\tools\\other.py', status='Pending'),
        job(3, paths=['/elsewhere/out']),
        job(4, paths=['Z:\\assets'], status='Completed'),
        job(6, paths=['/elsewhere/out'], post_task_script=SCRIPT),
        job(5, helper=True, helper_root='assets', helper_step='refresh', status='Pending')]
    result = call(deadline_info.main, roots=ROOTS)
    assert result['version'] == '10.3.2.1' and result['pools'] == ['none', 'cloud']
    assert result['workers'][0]['region'] == 'unrecognized'
    assert [(found['name'], found['roots'], found['with_script']) for found in result['jobs']] == [
        ('job 1', ['assets', 'shots'], True), ('job 2', ['assets'], False), ('job 6', [], True)]
    helper, = result['helpers']
    assert (helper['root'], helper['step'], helper['status']) == ('assets', 'refresh', 'Pending')
    assert result['plugin']['state'] == 'Opt-In' and 'secret' not in str(result['plugin'])
    assert result['plugin']['settings']['CacheEviction'] == 'True'
    assert result['mappings'] == [{'from': 'Z:\\assets\\', 'to': '/mnt/cache/assets/'}]
    assert result['changed'] is False and result['not_told'] == []
    assert '2 jobs below the roots, 1 of them without the write-back script' in result['msg']


@pytest.mark.parametrize('enabled', [None, False, True])
def test_what_the_record_says_of_the_plugin_is_told_apart(call, deadline, enabled):
    """deadline 136: which of both counts is not documented."""
    deadline.plugin.update(settings={'State': 'Global Enabled'}, enabled=enabled)
    plugin = call(deadline_info.main, gather=['plugin'])['plugin']
    assert (plugin['state'], plugin['enabled']) == ('Global Enabled', enabled)


def test_a_plugin_that_is_not_there_is_disabled(call, deadline):
    deadline.plugin.update(known=False, param=None)
    plugin = call(deadline_info.main, gather=['plugin'])['plugin']
    assert (plugin['known'], plugin['state']) == (False, 'Disabled')


def test_only_what_was_asked_for(call, deadline):
    result = call(deadline_info.main, gather=['workers'])
    assert result['workers'] == [] and result['jobs'] is None and result['version'] is None


def test_a_server_tells_what_it_can_and_says_what_not(call, deadline):
    params = dict(transport='rcs', rcs_url='http://rcs:8080')
    result = call(deadline_info.main, **params)
    assert result['groups'] == ['none'] and result['workers'] is None
    assert len(result['not_told']) == 5
    assert all('Use transport deadlinecommand' in told for told in result['not_told'])
    result = call(deadline_info.main, gather=['workers'], **params)
    assert result['failed'] is True and 'Use transport deadlinecommand' in result['msg']


def test_a_root_that_is_none_is_one_sentence(call, deadline):
    assert 'needs a path' in call(deadline_info.main, roots=[{'name': 'a'}])['msg']
