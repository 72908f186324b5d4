# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""deadline_spot_fleet, run by Ansible on the simulated farm by both ways in."""

import base64
import json

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.office import Office, fault
from ansible_collections.renderfarm.file_cache.tests.e2e.modules.deadline import task, twice

MODULE = 'renderfarm.file_cache.deadline_spot_fleet'
SCRIPT = '#!/bin/sh\necho ours\n'
CONFIG = {'cloud_linux': {
    'LaunchSpecifications': [
        {'ImageId': 'ami-1', 'UserData': base64.b64encode(b'#!/bin/bash\necho one\n').decode()},
        {'ImageId': 'ami-2', 'UserData': base64.b64encode(b'#!/usr/bin/perl\n1;\n').decode()},
    ], 'TargetCapacity': 10, 'Type': 'maintain'}}


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.close()


def stored(office):
    """What the database holds of the Spot event plugin's fleets."""
    return (office.farm.database.get('server_data', 'event.plugin.spot') or {}).get(
        'values', {}).get('Config')


def test_fleets_are_pushed_to_the_server_once(controller, office, tmp_path):
    """deadline 163: concurrency tokens; client certificates are asked for."""
    push = dict(office.rcs_by_tls(), config=CONFIG, script=SCRIPT, push=True,
                state_file=str(tmp_path / 'spot.json'))
    predicted, done, again = twice(controller, MODULE, **push)
    assert predicted['changed'] and stored(office) == done['config_text']
    assert again['changed'] is False
    merged = json.loads(stored(office))['cloud_linux']
    assert [b'echo ours' in base64.b64decode(specification['UserData'])
            for specification in merged['LaunchSpecifications']] == [True, True]
    assert merged['TargetCapacity'] == 10
    # Somebody saves another configuration in the Monitor.
    office.admin.api('AddOrUpdateServerData', 'event.plugin.spot', 'Config', '{}')
    over = controller.play(task(MODULE, **push))
    assert over['changed'] and 'Somebody changed' in over['warnings'][0]
    back = controller.play(task(MODULE, **dict(push, config=stored(office), state='absent')))
    assert back['changed'] and json.loads(stored(office)) == CONFIG


def test_fleets_are_pushed_by_deadlinecommand(controller, office, tmp_path):
    """deadline 162: nothing can be read back there, and the module says so."""
    office.farm.switch(command_noise=True)
    push = dict(office.by_command, config=json.dumps(CONFIG), script=SCRIPT, push=True,
                state_file=str(tmp_path / 'spot.json'))
    _predicted, done, again = twice(controller, MODULE, **push)
    assert stored(office) == done['config_text']
    assert 'replaces whatever' in done['warnings'][0]
    assert again['changed'] is False


def test_a_server_that_fails_once_is_asked_again_and_one_that_is_away_is_said(
        controller, office, tmp_path):
    url = office.rcs()
    push = dict(transport='rcs', rcs_url=url, config=CONFIG, script=SCRIPT, push=True,
                state_file=str(tmp_path / 'spot.json'))
    fault(url, status=500, times=1)
    assert controller.play(task(MODULE, **push))['changed'] is True
    away = controller.play(task(MODULE, **dict(push, rcs_url='http://127.0.0.1:9', config={
        'cloud': CONFIG['cloud_linux']})))
    assert away['failed'] and '127.0.0.1:9' in away['msg']


def test_without_a_push_deadline_is_not_asked(controller):
    result = controller.play(task(MODULE, config=CONFIG, script=SCRIPT), diff=True)
    assert (result['changed'], result['differs']) == (False, True)
    assert len(result['diff']) == 2
