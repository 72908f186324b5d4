# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deadline_* modules, run by Ansible on the simulated farm by both ways in."""

from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.office import (
    ROOTS,
    fault,
)
from ansible_collections.renderfarm.file_cache.tests.e2e.modules.deadline import task, twice

SETTINGS = {'Paths': ['assets=Z:\\assets\\', 'assets=/mnt/nfs/assets'], 'CacheEviction': False,
            'Shards': 4}
STORED = {'Paths': 'assets=Z:\\assets\\;assets=/mnt/nfs/assets', 'CacheEviction': 'False',
          'Shards': '4', 'State': 'Global Enabled'}


def test_the_event_plugin_is_configured_by_deadlinecommand(controller, office):
    _predicted, done, again = twice(
        controller, 'renderfarm.file_cache.deadline_event_plugin', state='enabled',
        settings=SETTINGS, **office.by_command)
    assert done['changed'] is True and done['verified'] is True
    assert 'is not marked as enabled' in str(done['warnings'])
    assert office.record()['DlInit'] == STORED
    assert again['changed'] is False and again['diff'] == {
        'before': done['diff']['after'], 'after': done['diff']['after']}
    refused, off = controller.plays(
        task('renderfarm.file_cache.deadline_event_plugin', settings={'Path': 'x'},
             **office.by_command),
        task('renderfarm.file_cache.deadline_event_plugin', state='disabled',
             **office.by_command)).results
    assert refused['failed'] is True and 'has no setting Path' in refused['msg']
    assert off['changes'] == ['State'] and office.record()['DlInit']['State'] == 'Disabled'


def test_a_record_that_is_not_made_is_stored_by_the_server(controller, office):
    """deadline 136, both of what is only inferred: no record is made, and State is not all."""
    office.farm.switch(config_creates=False, state_enables=False)
    url = office.rcs()
    fault(url, status=500, times=1)
    alone, done, again = controller.plays(*[
        task('renderfarm.file_cache.deadline_event_plugin', state='enabled', settings=SETTINGS,
             **dict(office.by_command, **more))
        for more in ({}, {'rcs_url': url}, {'rcs_url': url})]).results
    assert alone['failed'] is True and 'give rcs_url' in alone['msg'].lower()
    assert done['changed'] is True and done['verified'] is True and again['changed'] is False
    assert STORED.items() <= office.record()['DlInit'].items()
    assert office.record()['PluginEnabled'] and len(office.record()['DlInit']) > len(STORED)


def test_the_event_plugin_is_configured_by_a_server_alone(controller, office):
    """deadline 137, 138: full replace over TLS; what it cannot tell it says."""
    options = office.rcs_by_tls()
    stranger = dict(options, **{key: options[key].replace('client', 'stranger')
                                for key in ('rcs_client_cert', 'rcs_client_key')})
    nobody = dict(options, rcs_url='https://127.0.0.1:9', timeout=1)
    plugin = 'renderfarm.file_cache.deadline_event_plugin'
    wanted = dict(state='enabled', settings=SETTINGS, param_file=office.param)
    done, unknown, refused, missing, info, worker = controller.plays(
        task(plugin, **dict(wanted, **options)),
        task(plugin, state='enabled', **options),
        task(plugin, **dict(wanted, **stranger)),
        task(plugin, **dict(wanted, **nobody)),
        task('renderfarm.file_cache.deadline_info', **options),
        task('renderfarm.file_cache.deadline_worker', name=['cloud1'], state='disabled',
             **options)).results
    assert done['changed'] is True and done['verified'] is False
    assert STORED.items() <= office.record()['DlInit'].items()
    assert 'needs param_file' in unknown['msg']
    assert refused['failed'] is True and 'certificate' in refused['msg']
    assert missing['failed'] is True and 'cannot be reached' in missing['msg']
    assert info['groups'] == ['cloud_linux'] and info['workers'] is None
    assert all('Use transport deadlinecommand' in told for told in info['not_told'])
    assert worker['failed'] is True and 'Use transport deadlinecommand' in worker['msg']


def test_path_mappings_are_verified(controller, office):
    """deadline 141-151: by this host and by the web service, and what each can prove."""
    module = 'renderfarm.file_cache.deadline_path_mapping'
    office.farm.worker('stray', groups=['cloud_linux'], region='nowhere').start()
    here = dict(roots=[dict(ROOTS[0], groups=['cloud_linux'])], **office.by_command)
    web = dict(here, web_service_url=office.web())
    elsewhere = [dict(ROOTS[0], region='onprem')]
    missing, by_web, gone = controller.plays(
        task(module, **here), task(module, **web), task(module, state='absent', **web)).results
    for result in (missing, by_web):
        assert result['failed'] is True and [
            (rule['replace_path'], rule['linux_path'], rule['region'])
            for rule in result['rules']] == [
                ('Z:\\assets\\', '/mnt/cache/assets/', 'aws'),
                ('/mnt/nfs/assets/', '/mnt/cache/assets/', 'aws')]
    assert not gone.get('failed')
    for rule in by_web['rules']:
        office.farm.map_path(rule['replace_path'], linux=rule['linux_path'], region=rule['region'])
    right, right_by_web, unproven, wrong, left = controller.plays(
        task(module, **here), task(module, **web), task(module, **dict(here, roots=elsewhere)),
        task(module, **dict(web, roots=elsewhere)), task(module, state='absent', **here)).results
    for result in (right, right_by_web):
        assert not result.get('failed') and result['changed'] is False, result['msg']
        assert result['dangers'] == [] and result['rules_listed'] is True
        assert [worker['worker'] for worker in result['workers_elsewhere']] == ['stray']
    assert unproven['unproven'] == ['assets'] and not unproven.get('failed')
    assert wrong['failed'] is True and wrong['rules'][0]['region'] == 'onprem'
    assert left['failed'] is True and len(left['rules']) == 2


def test_a_mapping_that_tells_separators_apart_is_seen(controller, office):
    """deadline 149, field-reports D20: every form of a spelling is tried."""
    office.farm.switch(separators_equal=False)
    for path in ('Z:\\assets\\', '/mnt/nfs/assets/'):
        office.farm.map_path(path, linux='/mnt/cache/assets/', region='aws')
    result, = controller.plays(task('renderfarm.file_cache.deadline_path_mapping', roots=ROOTS,
                                    **office.by_command)).results
    assert result['failed'] is True
    assert {finding['form'] for finding in result['findings']
            if finding['verdict'] != 'mapped'} == {'Z:/assets/', 'z:/assets/'}


def test_a_repository_that_is_away_is_one_sentence(controller, office):
    """deadline 128: an error with exit 0."""
    office.farm.switch(repository_reachable=False, error_exit=0)
    info, plugin, setting = controller.plays(
        task('renderfarm.file_cache.deadline_info', gather=['workers'], **office.by_command),
        task('renderfarm.file_cache.deadline_event_plugin', state='enabled', **office.by_command),
        task('renderfarm.file_cache.deadline_client_setting', key='Region', value='new',
             **office.by_command)).results
    for result in (info, plugin):
        assert result['failed'] is True and 'Could not connect to any of the' in result['msg']
    # What is kept on the host itself needs no repository.
    assert setting['changed'] is True and setting['recognized'] is None


def test_a_key_of_a_host_is_set(controller, office):
    _predicted, done, again = twice(
        controller, 'renderfarm.file_cache.deadline_client_setting', key='LaunchSlaveAtStartup',
        value='$(id) "x"', **office.by_command)
    assert (done['changed'], done['restart_needed']) == (True, True)
    assert (again['changed'], again['value']) == (False, '$(id) "x"')
