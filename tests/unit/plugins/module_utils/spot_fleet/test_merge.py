# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block reaches every document of the fleets, and each group is told what has to follow."""

import base64
import copy
import json

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet import (
    configuration,
    following,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet.merge import (
    Templates,
    merge,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet.refusal import (
    Refusal,
)

SCRIPT = '#!/bin/sh\necho ours\n'


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def takes(version, **template):
    return {'LaunchSpecifications': [], 'LaunchTemplateConfigs': [
        {'LaunchTemplateSpecification': dict(template or {'LaunchTemplateId': 'lt-1'},
                                             **({'Version': version} if version else {}))}] * 2}


def template(**values):
    return dict({'id': 'lt-1', 'name': None, 'version': 7, 'user_data': encoded('#!/bin/sh\n'),
                 'tag_specifications': []}, **values)


# One group of each kind (D34).
CONFIG = {
    'pinned': takes('3'),
    'default': takes(None),
    'latest': takes('$Latest'),
    'specified': {'LaunchSpecifications': [
        {'UserData': encoded('#!/bin/bash\necho one\n')}, {'ImageId': 'ami'}, {'UserData': ''}]},
}


def run(config, templates, script=SCRIPT):
    """(the configuration after, documents, steps of each group)"""
    config = configuration.parse(copy.deepcopy(config))
    groups = configuration.groups_of(config)
    documents = merge(groups, templates, script)
    return config, documents, {
        group.name: following.settle(group, templates, documents) for group in groups}


def test_every_document_has_the_block_and_loses_it_again():
    config, documents, _steps = run(CONFIG, Templates([template()]))
    assert [document.owner for document in documents] == [
        'group "specified", launch specification 1', 'group "specified", launch specification 2',
        'group "specified", launch specification 3', 'launch template lt-1']
    for document in documents:
        assert b'echo ours' in base64.b64decode(document.after)
    assert run(config, Templates([]))[0] == config
    back, documents, _steps = run(config, Templates([template(user_data=documents[3].after)]), None)
    assert json.dumps(back) == json.dumps(CONFIG)
    assert documents[3].after == template()['user_data']


def test_each_kind_of_group_is_told_its_own_next_step():
    config, _documents, steps = run(CONFIG, Templates([template()]))
    assert config['pinned'] == CONFIG['pinned']
    assert {name: len(steps[name]) for name in steps} == {
        'pinned': 2, 'default': 2, 'latest': 2, 'specified': 1}
    assert 'names version 3 of the launch template lt-1' in steps['pinned'][0]
    assert 'make it the default' in steps['default'][0]
    assert 'the configuration stays as it is' in steps['latest'][0]
    for name in CONFIG:
        assert steps[name][-1].startswith('Requests for fleets that run now')


def test_a_pinned_group_gets_the_number_of_the_version_that_has_the_block():
    merged = run(CONFIG, Templates([template()]))[1][-1].after
    config, _documents, steps = run(
        {name: CONFIG[name] for name in ('pinned', 'default', 'latest')},
        Templates([template(version=8, user_data=merged)]))
    assert {entry['LaunchTemplateSpecification']['Version']
            for entry in config['pinned']['LaunchTemplateConfigs']} == {'8'}
    assert len(steps.pop('pinned')) == 1
    assert steps == {'default': [], 'latest': []}


def test_a_template_is_found_by_its_name_and_one_that_was_not_given_is_named():
    config = {'a': takes('$Latest', LaunchTemplateName='workers')}
    named = Templates([template(id=None, name='workers')])
    assert 'latest version' in run(config, named)[2]['a'][0]
    assert 'template workers was not given' in run(config, Templates([template()]))[2]['a'][0]


@pytest.mark.parametrize('config, given, words', [
    ({'a': {'LaunchSpecifications': [{'UserData': 7}]}}, {}, 'group "a", launch .* is not text'),
    ({'a': {'LaunchSpecifications': [{}, {'UserData': encoded('<powershell>')}]}}, {},
     'group "a", launch specification 2 is refused: .* Windows'),
    (CONFIG, {'user_data': '#!/bin/sh'}, 'launch template lt-1 is refused: .* not base64'),
    (CONFIG, {'tag_specifications': [{'Tags': [{'Key': 'aws-rfdk', 'Value': ''}]}]},
     'launch template lt-1 belongs to RFDK'),
])
def test_a_refusal_names_its_document(config, given, words):
    with pytest.raises(Refusal, match=words):
        run(config, Templates([template(**given)]))
