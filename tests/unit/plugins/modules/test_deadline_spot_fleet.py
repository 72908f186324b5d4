# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module deadline_spot_fleet: what it renders, and when it pushes."""

import base64
import contextlib
import json

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils import deadline_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    StaleToken,
)
from ansible_collections.renderfarm.file_cache.plugins.modules.deadline_spot_fleet import main

USER_DATA = base64.b64encode(b'#!/bin/bash\necho studio\n').decode()
CONFIG = {'cloud': {'LaunchSpecifications': [{'UserData': USER_DATA}], 'TargetCapacity': 10},
          'windows': {'LaunchSpecifications': [
              {'UserData': base64.b64encode(b'<powershell>').decode()}]}}
PARAMS = {'config': CONFIG, 'script': 'echo ours\n', 'groups': ['cloud']}


class Server:
    """Server data with tokens, as the Remote Connection Server has it."""

    def __init__(self):
        self.text, self.token, self.stale = None, '', False

    def server_data_token(self, _name):
        return self.token

    def put_server_data(self, name, values, token):
        assert name == 'event.plugin.spot'
        if self.stale or token != self.token:
            raise StaleToken('Somebody else changed it. Run again.')
        self.text, self.token = values['Config'], self.token + 'x'


@pytest.fixture
def server(monkeypatch):
    found = Server()
    monkeypatch.setattr(deadline_module, 'connected',
                        lambda params: contextlib.nullcontext(found))
    return found


def test_it_renders_and_changes_nothing(call):
    result = call(main, diff=True, **PARAMS)
    assert (result['changed'], result['differs']) == (False, True)
    assert json.loads(result['config_text']) == result['config']
    assert result['config']['windows'] == CONFIG['windows']
    assert result['documents'] == [{'document': 'group "cloud", launch specification 1',
                                    'before': 24, 'after': result['documents'][0]['after']}]
    assert 'echo ours' in result['diff'][0]['after'] and 'ours' not in result['diff'][0]['before']
    again = call(main, **dict(PARAMS, config=result['config_text']))
    assert (again['differs'], again['config']) == (False, result['config'])
    back = call(main, config=result['config'], state='absent', groups=['cloud'])
    assert back['config'] == CONFIG


def test_a_push_is_done_once(call, server, tmp_path):
    push = dict(PARAMS, push=True, state_file=str(tmp_path / 'spot.json'))
    predicted = call(main, check=True, **push)
    assert predicted['changed'] and server.text is None
    assert not (tmp_path / 'spot.json').exists()
    done = call(main, **push)
    assert done['changed'] and server.text == done['config_text']
    assert 'has not pushed before' in str(done['warnings'])
    assert not call(main, **push)['changed']
    server.token = 'of somebody else'
    assert 'Somebody changed' in str(call(main, check=True, **push)['warnings'])
    assert call(main, **push)['changed']


def test_a_change_under_way_is_not_overwritten(call, server, tmp_path):
    server.stale = True
    result = call(main, push=True, state_file=str(tmp_path / 'spot.json'), **PARAMS)
    assert result['failed'] and 'Run again' in result['msg']
    assert not (tmp_path / 'spot.json').exists()


@pytest.mark.parametrize('params, words', [
    ({'groups': None}, 'group "windows", launch specification 1 is refused'),
    ({'groups': ['cluod']}, 'has no group "cluod". It has: cloud, windows'),
    ({'script': None}, 'script'),
    ({'push': True}, 'state_file'),
    ({'config': '{'}, 'not JSON'),
    ({'launch_templates': [{'version': 1}]}, 'one of the following'),
])
def test_bad_input_is_one_sentence(call, params, words):
    result = call(main, **{key: value for key, value in dict(PARAMS, **params).items()
                           if value is not None})
    assert result['failed'] and words in result['msg']


def test_a_state_file_of_somebody_else_is_left_alone(call, server, tmp_path):
    (tmp_path / 'spot.json').write_text('hello')
    result = call(main, push=True, state_file=str(tmp_path / 'spot.json'), **PARAMS)
    assert result['failed'] and 'Remove it' in result['msg']
    assert server.text is None
