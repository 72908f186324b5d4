# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spellings of roots, what their mapping shows, and rules that endanger them (D20, 147-149)."""

import re

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline import (
    mapping,
    region,
    roots,
    shape,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    DeadlineError,
)
from hypothesis import given
from hypothesis import strategies as st

ITEM = {'name': 'assets', 'path': '/mnt/cache/nas1/assets', 'region': 'aws-usw2', 'cache': 'fc-0',
        'submitted_as': ['Z:\\assets\\', '/mnt/nfs/assets/', '\\\\nas1\\assets']}
ROOT, = roots.parse([ITEM])


@pytest.mark.parametrize('path, below', [
    ('z:/ASSETS/wall.tx', True), ('Z:\\assets', True), ('Z:\\assets_old\\a', False),
    ('Z:\\assets\\..\\other', False), ('//NAS1/assets/a', True), ('\\\\nas1\\assets\\a', True),
    ('/mnt/nfs/assets/a', True), ('/mnt/nfs/Assets/a', False), ('/mnt/nfs/assets2', False),
    ('/mnt/nfs//assets/./a', True), ('/mnt/cache/nas1/assets', True), ('', False), ('Z:', False),
])
def test_paths_are_compared_by_their_shape(path, below):
    """deadline 43, 149; field-reports D20."""
    assert bool(roots.of_path(path, [ROOT])) is below


@given(st.sampled_from(ITEM['submitted_as']), st.text(
    alphabet='abcAB .$-', min_size=1).filter(lambda name: name.strip('. ')))
def test_every_form_of_a_file_below_a_root_is_below_it(spelling, name):
    for form in shape.forms(shape.ended(spelling) + name):
        assert shape.is_below(form, spelling)


@given(st.text())
def test_any_text_can_be_compared(path):
    assert shape.is_below(path, path)
    assert path in shape.forms(path)


def test_the_forms_of_a_drive():
    assert shape.forms('Z:\\a\\') == ['Z:\\a\\', 'z:\\a\\', 'Z:/a/', 'z:/a/']
    assert shape.forms('/a') == ['/a']


@pytest.mark.parametrize('change, why', [
    ({'name': None}, 'needs a name'), ({'path': 'cache'}, 'a folder of cloud workers'),
    ({'path': '/'}, 'a folder of cloud workers'), ({'path': 'Z:\\a'}, 'a folder of cloud workers'),
    ({'submitted_as': 'Z:\\a'}, 'is a list'), ({'submitted_as': ['a/b']}, 'is no absolute path'),
    ({'submitted_as': [1]}, 'is a list of texts'), ({'pools': 'cloud'}, 'is a list of texts'),
    ({'region': 'us west'}, 'is no name of'),
    ({'region': 'All'}, 'keeps for itself')])
def test_a_root_that_is_none_is_one_sentence(change, why):
    with pytest.raises(DeadlineError, match=why):
        roots.parse([dict(ITEM, **change)])


@pytest.mark.parametrize('change, pools, groups, its', [
    ({'groups': ['Cloud']}, [], ['cloud', 'x'], True), ({'groups': ['a']}, ['a'], [], False),
    ({'groups': ['a'], 'pools': ['p']}, ['p'], ['A'], True),
    ({'groups': ['a'], 'pools': ['p']}, ['q'], ['a'], False), ({}, ['p'], ['a'], False)])
def test_the_workers_of_a_root_are_those_of_its_pools_and_groups(change, pools, groups, its):
    root, = roots.parse([dict(ITEM, **change)])
    assert roots.has_worker(root, {'pools': pools, 'groups': groups}) is its


def mapped(rules, text):
    """Path mapping as row 147 has it: replace text, separators alike, rules in order."""
    for source, target in rules:
        flat, wanted = text.replace('\\', '/').lower(), source.replace('\\', '/').lower()
        at = flat.find(wanted)
        if at >= 0 and target:
            text = text[:at] + target + text[at + len(wanted):]
            break
    return text


def verdicts(rules):
    found = {}
    for spelling, form, sent in mapping.samples(ROOT):
        found.setdefault(spelling, set()).add(
            mapping.judge(ROOT, spelling, form, sent, mapped(rules, sent)).verdict)
    return found


RIGHT = [(spelling, '/mnt/cache/nas1/assets/')
         for spelling in ('Z:\\assets\\', '/mnt/nfs/assets/', '\\\\nas1\\assets\\')]


def test_the_rules_that_we_ask_for_are_right():
    asked = [mapping.rule(ROOT, spelling) for spelling in ROOT.spellings[1:]]
    assert [(rule.replace_path, rule.linux_path) for rule in asked] == RIGHT
    assert set.union(*verdicts(RIGHT).values()) == {'mapped'}
    assert not mapping.dangers(RIGHT, [ROOT])
    assert mapping.words(asked[0]) == ('Replace Path "Z:\\assets\\", Linux Path '
                                       '"/mnt/cache/nas1/assets/", Region "aws-usw2"')


def test_without_rules_all_but_the_path_is_missing():
    assert verdicts([]) == {'/mnt/cache/nas1/assets': {'mapped'}, 'Z:\\assets\\': {'missing'},
                            '/mnt/nfs/assets/': {'missing'}, '\\\\nas1\\assets': {'missing'}}


def test_a_lost_separator_leads_elsewhere():
    assert verdicts([('Z:\\assets\\', '/mnt/cache/nas1/assets')])['Z:\\assets\\'] == {'elsewhere'}


@pytest.mark.parametrize('rules, why', [
    ([('/mnt/', '/data/')], 'also changes paths that are right already'),
    ([('/assets/', '/data/')], 'also changes paths that are right already'),
    ([('Z:\\assets', '/mnt/cache/nas1/assets')], 'end both sides with a separator'),
    ([('Z:\\assets\\', '/mnt/cache/nas1/assets')], 'end both sides with a separator'),
    ([('Z:\\', '/mnt/z/')] + RIGHT, 'comes before "Z:\\\\assets'),
    ([('z:/assets', '/other/')] + RIGHT, 'comes before'),
])
def test_dangerous_rules_are_named(rules, why):
    """deadline 147: a short rule, the order, the end separator."""
    assert any(re.search(why, danger) for danger in mapping.dangers(rules, [ROOT]))


@pytest.mark.parametrize('rules', [
    RIGHT * 2, [('/mnt/', '')], RIGHT + [('Z:\\', '/mnt/z/')],
    [('/mnt/cache/nas1/assets/', '/mnt/cache/nas1/assets/')], [('Y:\\', '/mnt/y/')]])
def test_harmless_rules_are_not(rules):
    assert not mapping.dangers(rules, [ROOT])


@pytest.mark.parametrize('one, other, same', [
    ('', 'none', True), ('None', '', True), ('a', 'a', True), ('a', 'A', False), ('a', '', False)])
def test_regions(one, other, same):
    assert region.same(one, other) is same
