# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shapes of a fleet configuration that are known, and the refusal of all others."""

import json

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet import configuration
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet.refusal import (
    Refusal,
)
from hypothesis import given
from hypothesis import strategies as st

REQUEST = {'LaunchSpecifications': [{'ImageId': 'ami-1'}], 'Unknown': [1, {'kept': None}]}
RFDK = {'TagSpecifications': [{'ResourceType': 'spot-fleet-request',
                               'Tags': [{'Key': 'aws-rfdk', 'Value': '1.3.0'}]}]}


def test_groups_of_one_region_keep_their_order():
    text = json.dumps({'zeta': REQUEST, 'alpha': REQUEST})
    config = configuration.parse(text)
    assert [group[:2] for group in configuration.groups_of(config)] == [('', 'zeta'), ('', 'alpha')]
    assert configuration.text_of(config) == text


def test_groups_of_several_regions():
    """deadline 180"""
    config = configuration.parse({'regions': [
        {'region_name': 'us-west-2', 'group_configs': {'a': REQUEST}, 'other': 1},
        {'region_name': 'eu-west-1', 'group_configs': {'a': REQUEST, 'b': REQUEST}}]})
    assert [group[:2] for group in configuration.groups_of(config)] == [
        ('us-west-2', 'a'), ('eu-west-1', 'a'), ('eu-west-1', 'b')]


@pytest.mark.parametrize('given_config, words', [
    ('{', 'not JSON'),
    ('{"a": {}, "a": {}}', '"a" stands twice'),
    ('[]', 'not a JSON object'),
    ('{}', 'not a JSON object'),
    ({'a': []}, 'group "a" is no request'),
    ({'a': {'TargetCapacity': 1}}, 'group "a" is no request'),
    ({'a': {'LaunchSpecifications': []}}, 'neither'),
    ({'a': {'LaunchSpecifications': 'x'}}, 'something in LaunchSpecifications'),
    ({'a': {'LaunchSpecifications': ['x']}}, 'something in LaunchSpecifications'),
    ({'a': {'LaunchTemplateConfigs': [{}]}}, 'something in LaunchTemplateConfigs'),
    ({'regions': {}}, 'shape that is not known'),
    ({'regions': [{'region_name': 'x'}]}, 'shape that is not known'),
    ({'a': dict(REQUEST, **RFDK)}, 'belongs to RFDK'),
])
def test_what_is_not_known_is_refused(given_config, words):
    with pytest.raises(Refusal, match=words):
        configuration.groups_of(configuration.parse(given_config))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=10)


@given(st.dictionaries(st.sampled_from(['regions', 'a']), VALUES | st.fixed_dictionaries({
    'LaunchSpecifications': VALUES, 'LaunchTemplateConfigs': VALUES, 'TagSpecifications': VALUES})))
def test_any_json_is_known_or_refused_in_a_sentence(value):
    try:
        configuration.groups_of(configuration.parse(json.dumps(value)))
    except Refusal as refusal:
        assert str(refusal).endswith('.')
