# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of an event plugin: the .param file, and values as Deadline stores them."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline import param
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    DeadlineError,
)
from hypothesis import given
from hypothesis import strategies as st

TEXT = '''\ufeff# a comment
[About]
Type=label
Default=What it is

[State]
Type=Enum
Items=Global Enabled;Opt-In;Disabled
Category=State
Default=Disabled
Description=One; of = these
; another
[Paths]
type=MultiLineString
Default=
[ CacheEviction ]
Type=Boolean
Default=True
[Shards]
Type=Integer
Minimum=1
Maximum=1000
Default=8
[Speed]
Type=Float
DefaultValue=1.5
[Mode]
Type=Enum
Values=fast;safe
[Key]
Type=Password
'''


def test_what_a_param_file_declares():
    """deadline 13-17: case of keys, synonyms, comments, and the entry that is only shown."""
    found = param.parse(TEXT.replace('\n', '\r\n'))
    assert list(found) == ['State', 'Paths', 'CacheEviction', 'Shards', 'Speed', 'Mode', 'Key']
    assert found['State'] == ('State', 'enum', 'Disabled',
                              ['Global Enabled', 'Opt-In', 'Disabled'], None, None)
    assert (found['Shards'].minimum, found['Shards'].maximum) == (1, 1000)
    assert found['Speed'].default == '1.5' and found['Mode'].items == ['fast', 'safe']


@given(st.text())
def test_any_text_is_read(text):
    assert isinstance(param.parse(text), dict)


@pytest.mark.parametrize('key, value, stored', [
    ('CacheEviction', True, 'True'), ('CacheEviction', 'no', 'False'), ('CacheEviction', 1, 'True'),
    ('State', 'global enabled', 'Global Enabled'), ('Mode', 'SAFE', 'safe'),
    ('Shards', 4, '4'), ('Shards', '007', '7'), ('Speed', '2.25', '2.25'), ('Speed', 2, '2'),
    ('Paths', ['a=Z:\\a\\', 'b=/b'], 'a=Z:\\a\\;b=/b'), ('Paths', [], ''), ('Paths', 'x;y', 'x;y'),
    ('Other', False, 'False'), ('Other', 2.5, '2.5'),
])
def test_a_value_as_it_is_stored(key, value, stored):
    """deadline 18, 19, 24: every value is a text."""
    assert param.stored(key, value, param.parse(TEXT).get(key)) == stored


@pytest.mark.parametrize('key, value, why', [
    ('CacheEviction', 'perhaps', 'is true or false'), ('State', 'on', 'is one of Global Enabled'),
    ('Shards', '0', 'at least 1'), ('Shards', 1001, 'at most 1000'), ('Shards', '1.5', 'integer'),
    ('Shards', 'nan', 'is a number'), ('Shards', 'inf', 'is a number'),
    ('Paths', ['a;b'], 'without ";"'), ('Paths', [1], 'without ";"'), ('Paths', None, 'is no text'),
    ('Paths', {'a': 1}, 'is no text'), ('Paths', 'a\nState=x', 'control character'),
    ('Paths', 'a\0', 'control character'),
])
def test_a_value_that_cannot_stand_there_is_one_sentence(key, value, why):
    with pytest.raises(DeadlineError, match=why):
        param.stored(key, value, param.parse(TEXT).get(key))


@pytest.mark.parametrize('one, other, key, same', [
    ('true', 'True', 'CacheEviction', True), ('true', 'True', 'Paths', False),
    (None, 'Disabled', 'State', False), (None, None, 'State', True), ('', None, 'Paths', False)])
def test_what_means_the_same(one, other, key, same):
    """deadline 210: booleans without regard to case."""
    assert param.equal(one, other, param.parse(TEXT)[key]) is same
