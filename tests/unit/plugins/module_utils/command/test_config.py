# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""config.json: one clear error for whatever is wrong in it."""

import json

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command import config, settings
from hypothesis import given
from hypothesis import strategies as st

VERBS = ('archive', 'evict')


def positive(value):
    if not isinstance(value, int) or value < 1:
        raise ValueError('must be 1 or more')
    return value


TUNING = {'jobs': positive}
GOOD = {
    'schema': 1,
    'roots': [{'name': 'assets', 'path': '/mnt/cache/nas1/assets', 'cache': 'fc-0123'},
              {'name': 'caf-e_1', 'path': '/mnt/cache/caf\u00e9'}],
    'mounts': [{'path': '/mnt/cache', 'fsname': 'abcd1234'}, {'path': '/mnt/other'}],
    'verbs': ['evict'], 'ceilings': {'jobs': 4}, 'defaults': {'jobs': 2},
    'sweep': {'quiet_period': 60},
}


def parse(data):
    return config.parse(json.dumps(data).encode(), TUNING, VERBS)


def test_a_whole_config():
    found = parse(GOOD)
    assert found.roots['assets'].path == b'/mnt/cache/nas1/assets'
    assert found.roots['caf-e_1'].path == b'/mnt/cache/caf\xc3\xa9'
    assert found.mounts == [(b'/mnt/cache', 'abcd1234'), (b'/mnt/other', '')]
    assert (found.verbs, found.ceilings, found.defaults) == (('evict',), {'jobs': 4}, {'jobs': 2})
    assert found.settings['sweep']['quiet_period'] == 60
    assert set(found.settings) == set(settings.SECTIONS)


def test_only_the_schema_is_needed():
    found = parse({'schema': 1})
    assert found[:-1] == ({}, [], (), {}, {})
    assert set(found.settings) == set(settings.SECTIONS)


@pytest.mark.parametrize('change, said', [
    ({'schema': 2}, 'schema is 2'),
    ({'schema': '1'}, 'schema must be a number'),
    ({'schema': True}, 'schema must be a number'),
    ({'root': []}, 'unknown key "root"'),
    ({'roots': {}}, 'roots must be a list'),
    ({'roots': ['x']}, 'root 1 must be an object'),
    ({'roots': [{'name': 'a'}]}, 'path must be text'),
    ({'roots': [{'name': 'A', 'path': '/a'}]}, 'may hold a-z'),
    ({'roots': [{'name': 'a\n', 'path': '/a'}]}, 'may hold a-z'),
    ({'roots': [{'name': 'a', 'path': 'a'}]}, 'absolute'),
    ({'roots': [{'name': 'a', 'path': '/a/../b'}]}, 'absolute'),
    ({'roots': [{'name': 'a', 'path': '/a/'}]}, 'absolute'),
    ({'roots': [{'name': 'a', 'path': '//a'}]}, 'absolute'),
    ({'roots': [{'name': 'a', 'path': '/a\0b'}]}, 'absolute'),
    ({'roots': [{'name': 'a', 'path': '/\ud800'}]}, 'not text'),
    ({'roots': [{'name': 'a', 'path': '/a', 'paht': '/b'}]}, 'unknown key "paht"'),
    ({'roots': [{'name': 'a', 'path': '/a'}, {'name': 'a', 'path': '/b'}]}, 'two roots'),
    ({'mounts': [{'fsname': 'abcd1234'}]}, 'mount 1: path must be text'),
    ({'mounts': [{'path': '/a/../b'}]}, 'mount 1: the path must be absolute'),
    ({'mounts': [{'path': '/a', 'fsname': 'nine_char'}]}, 'not the name of a Lustre file system'),
    ({'mounts': [{'path': '/a', 'options': 'ro'}]}, 'unknown key "options"'),
    ({'mounts': [{'path': '/a'}, {'path': '/a', 'fsname': 'b'}]}, 'two mounts'),
    ({'sweep': []}, 'sweep must be an object'),
    ({'sweep': {'quiet': 60}}, 'sweep has the unknown key "quiet"; known are'),
    ({'sweep': {'quiet_period': 'soon'}}, 'sweep: quiet_period: a number of seconds'),
    ({'verbs': ['hsm_remove']}, 'verbs names "hsm_remove"'),
    ({'verbs': [{}]}, 'verbs names {}'),
    ({'ceilings': {'job': 4}}, 'unknown key "job"'),
    ({'ceilings': {'jobs': 0}}, 'ceilings: jobs: must be 1 or more'),
    ({'defaults': {'jobs': 'many'}}, 'defaults: jobs'),
])
def test_what_is_refused(change, said):
    with pytest.raises(ValueError) as problem:
        parse(dict(GOOD, **change))
    assert said in str(problem.value)


@pytest.mark.parametrize('raw', [b'', b'{', b'[]', b'null', b'\xff', b'{"schema": 1} x',
                                 b'[' * 100000])
def test_what_is_no_json_object(raw):
    with pytest.raises(ValueError):
        config.parse(raw, TUNING, VERBS)


KEYS = ['schema', 'roots', 'mounts', 'verbs', 'ceilings', 'name', 'path', 'fsname', 'jobs',
        *settings.SECTIONS]


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS), inner), max_leaves=20))
def test_no_json_makes_a_traceback(data):
    try:
        parse(data)
    except ValueError:
        pass
