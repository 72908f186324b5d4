# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module deadline_path_mapping (deadline 141-149, field-reports D20)."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.modules import deadline_path_mapping
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.modules.deadline import worker

ROOT = {'name': 'assets', 'path': '/mnt/cache/assets', 'region': 'aws',
        'submitted_as': ['Z:\\assets\\', '/mnt/nfs/assets']}
RIGHT = [['Z:\\assets\\', '/mnt/cache/assets/'], ['/mnt/nfs/assets/', '/mnt/cache/assets/']]
URL = 'http://web:8081'


def look(call, **params):
    return call(deadline_path_mapping.main, **dict(dict(roots=[ROOT]), **params))


@pytest.fixture
def farm(deadline):
    deadline.ini['Region'] = 'aws'
    return deadline


@pytest.fixture
def service(monkeypatch, farm):
    """A web service that maps for region aws by the farm's rules, for others not at all."""
    class Service:
        def __init__(self, http):
            assert http.url == URL

        def mapped_paths(self, paths, system, region):
            assert system == 'Linux'
            return farm.path_mappings(paths)['mapped'] if region == 'aws' else list(paths)

    monkeypatch.setattr(deadline_path_mapping, 'WebService', Service)


def test_what_is_missing_is_named_once_with_the_values_to_type(call, farm):
    result = look(call)
    assert result['failed'] is True
    assert [(rule['replace_path'], rule['linux_path'], rule['region'])
            for rule in result['rules']] == [(source, target, 'aws') for source, target in RIGHT]
    assert result['rules'][0]['case_sensitive'] is False and result['rules'][0]['mac_path'] == ''
    for source, target in RIGHT:
        words = 'Replace Path "%s", Linux Path "%s", Region "aws"' % (source, target)
        assert result['msg'].count(words) == 1


def test_it_can_be_a_warning(call, farm):
    result = look(call, missing='warn')
    assert 'failed' not in result and result['changed'] is False
    assert 'Replace Path' in str(result['warnings'])


def test_right_rules_are_right_for_every_form(call, farm):
    farm.rules = RIGHT
    result = look(call)
    assert 'failed' not in result and result['rules'] == [] and result['dangers'] == []
    assert {found['form'] for found in result['findings']} == {
        'Z:\\assets\\', 'z:\\assets\\', 'Z:/assets/', 'z:/assets/', '/mnt/nfs/assets',
        '/mnt/cache/assets'}
    assert all(found['proven'] for found in result['findings'])


def test_a_form_that_is_not_mapped_is_named(call, farm):
    """D20: a rule that is case-sensitive leaves the lower-case drive."""
    farm.rules = RIGHT[1:]
    farm._mapped = lambda path: '/mnt/cache/assets/' + path[10:].replace('\\', '/') \
        if path.startswith('Z:\\assets\\') else path.replace('/nfs/', '/cache/')
    result = look(call)
    assert result['failed'] is True and '"z:/assets/" becomes "z:/assets/' in result['msg']
    assert [rule['replace_path'] for rule in result['rules']] == ['Z:\\assets\\']


def test_another_region_cannot_be_proven_from_here(call, farm):
    farm.ini['Region'] = ''
    farm.rules = RIGHT
    result = look(call)
    assert result['unproven'] == ['assets'] and 'failed' not in result
    assert 'proves nothing' in str(result['warnings']) and 'web_service_url' in result['msg']
    assert not any(found['proven'] for found in result['findings'])


def test_the_web_service_proves_it_for_any_region(call, farm, service):
    farm.ini['Region'] = 'elsewhere'
    farm.rules = RIGHT
    result = look(call, web_service_url=URL)
    assert 'failed' not in result and result['unproven'] == [] and result['rules_listed'] is True
    result = look(call, web_service_url=URL, roots=[dict(ROOT, region='other')])
    assert result['failed'] is True and result['rules'][0]['region'] == 'other'


def test_the_web_service_is_enough(call, farm, service):
    farm.rules = RIGHT
    result = look(call, web_service_url=URL, transport='rcs', rcs_url='http://rcs:8080')
    assert 'failed' not in result and result['rules_listed'] is False


def test_a_server_alone_cannot_do_it(call, farm):
    result = look(call, transport='rcs', rcs_url='http://rcs:8080')
    assert 'Use transport deadlinecommand' in result['msg'] and result['failed'] is True


def test_a_rule_that_spoils_the_path_itself_fails(call, farm):
    """deadline 147: /mnt/ is a dangerous rule."""
    farm.rules = [['/mnt/', '/data/']] + RIGHT
    result = look(call)
    assert result['failed'] is True
    assert 'is itself changed to "/data/cache/assets' in result['msg']
    assert 'also changes paths that are right already' in result['msg']


def test_a_danger_alone_is_a_warning(call, farm):
    farm.rules = RIGHT + [['/assets/', '/data/']]
    result = look(call)
    assert 'failed' not in result and 'also changes paths' in str(result['warnings'])


def test_workers_that_show_another_region_are_named(call, farm):
    """field-reports D19: the mapping is right, and does not hold for them."""
    farm.rules = RIGHT
    farm.all_workers = [
        worker('w1', groups=['cloud'], region='unrecognized'),
        worker('w2', groups=['cloud'], region='aws'), worker('w3', region='none'),
        worker('w4', groups=['cloud'], region='none', state='Offline')]
    result = look(call, roots=[dict(ROOT, groups=['cloud'])])
    assert result['workers_elsewhere'] == [
        {'worker': 'w1', 'region': 'unrecognized', 'root': 'assets'}]
    assert 'Worker w1 is one of root assets and shows region "unrecognized"' in str(
        result['warnings']) and 'failed' not in result


def test_absent_is_verified_too(call, farm):
    assert 'failed' not in look(call, state='absent')
    farm.rules = RIGHT[:1]
    result = look(call, state='absent')
    assert result['failed'] is True and [rule['replace_path'] for rule in result['rules']] == [
        'Z:\\assets\\']
    assert 'remove: Replace Path "Z:\\assets\\"' in result['msg']
    assert 'failed' not in look(call, state='absent', missing='warn')


@pytest.mark.parametrize('roots', [[{'name': 'a'}], [dict(ROOT, region='all')]])
def test_a_root_that_is_none_is_one_sentence(call, farm, roots):
    result = look(call, roots=roots)
    assert result['failed'] is True and 'Traceback' not in result['msg']
