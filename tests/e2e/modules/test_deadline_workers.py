# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers of the simulated farm, as the deadline_* modules see and change them."""

from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.office import ROOTS
from ansible_collections.renderfarm.file_cache.tests.e2e.modules.deadline import task, twice


def test_workers_are_disabled_when_their_tasks_have_ended(controller, office):
    cloud = office.farm.worker('cloud1')
    office.admin.submit({'Plugin': 'CommandLine', 'Name': 'long "one"', 'Frames': '7'},
                        {'ShellExecute': 'True', 'Arguments': 'sleep 3600'})
    cloud.begin()
    module = 'renderfarm.file_cache.deadline_worker'
    asked = dict(name=['CLOUD1'], state='disabled', **office.by_command)
    predicted, done, again, waited = (
        controller.play(task(module, **asked), check=True, diff=True),
        *controller.plays(task(module, **asked), task(module, **asked),
                          task(module, wait=True, wait_timeout=2, delay=1, **asked),
                          diff=True).results)
    assert predicted['diff'] == done['diff'] == {'before': 'cloud1: enabled\n',
                                                 'after': 'cloud1: disabled\n'}
    assert (predicted['changed'], done['changed'], again['changed']) == (True, True, False)
    assert waited['failed'] is True and 'task 0 (frames 7) of job "long "one""' in waited['msg']
    assert office.farm.database.get('workers', 'cloud1')['enabled'] is False
    cloud.kill()
    office.farm.pulse.house_cleaning(stalled=['cloud1'])
    ended, unknown, enabled = controller.plays(
        task(module, wait=True, delay=1, **asked),
        task(module, **dict(asked, name=['cloud1', 'nobody'])),
        task(module, **dict(asked, state='enabled'))).results
    assert not ended.get('failed') and ended['running'] == []
    assert 'knows no worker nobody' in unknown['msg'] and enabled['changed'] is True


def test_the_farm_is_told_as_it_concerns_the_cache(controller, office):
    office.farm.worker('cloud1', pools=['cloud'], groups=['cloud_linux'], region='aws')
    office.farm.map_path('Z:\\assets\\', linux='/mnt/cache/assets/', region='aws')
    job = office.admin.submit({'Plugin': 'Nuke', 'Name': 'ours', 'OutputDirectory0': 'z:/Assets/o',
                               'PostTaskScript': 'Z:\\x\\FileCacheWriteBack.py'}, {})
    office.admin.submit({'Plugin': 'Nuke', 'Name': 'other', 'OutputDirectory0': '/elsewhere'}, {})
    office.admin.submit({
        'Plugin': 'CommandLine', 'Name': 'helper', 'ExtraInfoKeyValue0':
        'FileCacheHandlerGenerated=True', 'ExtraInfoKeyValue1': 'FileCacheHandlerRoot=assets',
        'ExtraInfoKeyValue2': 'FileCacheHandlerStep=refresh'}, {})
    result, = controller.plays(task('renderfarm.file_cache.deadline_info', roots=ROOTS,
                                    **office.by_command)).results
    assert result['version'] == office.version and result['changed'] is False
    worker, = result['workers']
    assert (worker['name'], worker['pools'], worker['groups']) == (
        'cloud1', ['cloud'], ['cloud_linux'])
    found, = result['jobs']
    assert (found['id'], found['roots'], found['with_script']) == (job, ['assets'], True)
    helper, = result['helpers']
    assert (helper['name'], helper['root'], helper['step']) == ('helper', 'assets', 'refresh')
    assert result['plugin']['known'] is True and result['plugin']['state'] == 'Disabled'
    assert result['mappings'] == [{'from': 'Z:\\assets\\', 'to': '/mnt/cache/assets/'}]
    assert result['not_told'] == []


def test_a_host_gets_its_region(controller, office):
    """deadline 152-154, field-reports D19: old value, then unrecognized, then right."""
    module = 'renderfarm.file_cache.deadline_client_setting'
    cloud = office.farm.worker('cloud1', version=office.version)
    cloud.start()
    asked = dict(key='Region', value='new', worker='cloud1', deadlinecommand=cloud.deadlinecommand)
    _predicted, done, again = twice(controller, module, **asked)
    assert (done['changed'], done['restart_needed'], done['recognized']) == (True, True, None)
    assert (again['changed'], again['restart_needed'], again['recognized']) == (False, True, None)

    cloud.stop()
    cloud.start()
    reserved, unknown = controller.plays(
        task(module, **dict(asked, value='All')),
        task(module, **asked)).results
    assert reserved['failed'] is True and 'keeps for itself' in reserved['msg']
    assert (unknown['changed'], unknown['recognized']) == (False, False)
    assert 'Region Settings > Add, name "new"' in unknown['msg']

    office.farm.define(regions=['new'])
    cloud.stop()
    cloud.start()
    right, = controller.plays(task(module, **asked)).results
    assert (right['changed'], right['recognized'], right['restart_needed']) == (False, True, False)
