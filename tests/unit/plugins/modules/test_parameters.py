# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module parameters of type raw: a string is one word, a list is many."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.parameters import (
    absolute_path,
    absolute_paths,
    words,
)


@pytest.mark.parametrize('value, paths', [
    ('/mnt/cache/a', [b'/mnt/cache/a']),
    ('/mnt/cache/a,b c,$HOME/~', [b'/mnt/cache/a,b c,$HOME/~']),
    (['/a', '/b'], [b'/a', b'/b']),
    ('/mnt/\udcff', [b'/mnt/\xff']),
])
def test_paths_are_taken_as_they_are(value, paths):
    assert absolute_paths(value, 'path') == paths


@pytest.mark.parametrize('value, complaint', [
    ('mnt/cache', 'must be absolute, "mnt/cache" is not'),
    ('~/cache', 'must be absolute'),
    (['/a', 'b'], '"b" is not'),
    ('', 'is none that can be used'),
    ([], 'Give at least one absolute path'),
    (7, '7 is none that can be used'),
    (['/a', None], 'None is none that can be used'),
    ({'/a': 1}, 'is none that can be used'),
    ('/a\0b', 'is none that can be used'),
])
def test_what_is_no_path_is_refused_in_a_sentence(value, complaint):
    with pytest.raises(Refused, match=complaint) as problem:
        absolute_paths(value, 'path')
    assert str(problem.value).startswith('path ')


def test_one_path_is_one():
    assert absolute_path('/a', 'dest') == b'/a'
    assert absolute_path(None, 'dest') is None
    with pytest.raises(Refused, match='dest is one path, not a list'):
        absolute_path(['/a'], 'dest')


def test_no_words_are_none():
    assert words([], 'patterns') == []
