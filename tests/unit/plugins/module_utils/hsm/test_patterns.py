# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of --include and --exclude."""

import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.patterns import Pattern
from hypothesis import given
from hypothesis import strategies as st

COMPONENT = st.binary(min_size=1, max_size=12).filter(
    lambda raw: b'/' not in raw and b'\0' not in raw and raw not in (b'.', b'..'))
REL = st.lists(COMPONENT, min_size=1, max_size=4).map(b'/'.join)


@pytest.mark.parametrize('pattern, name, picked', [
    (b'*.exr', b'beauty.0001.exr', True),
    (b'*.exr', b'shot/beauty.0001.exr', True),
    (b'*.exr', b'beauty.EXR', False),
    (b'*', b'.hidden', True),
    (b'*', b'new\nline', True),
    (b'a?c', b'a\xffc', True),
    (b'a?c', b'ac', False),
    (b'[ab]1', b'b1', True),
    (b'[!ab]1', b'b1', False),
    (b'[a-c]x', b'bx', True),
    (b'[]]x', b']x', True),
    (b'[!]]x', b'ax', True),
    (b'[a-]x', b'-x', True),
    (b'[a^]x', b'^x', True),
    (b'\\*', b'*', True),
    (b'\\*', b'ab', False),
    (b'{a,b}', b'{a,b}', True),
    (b'a.b', b'axb', False),
    (b'a$', b'a$', True),
    (b'a', b'a\n', False),
    (b'tex/*', b'tex/wall.tx', True),
    (b'tex/*', b'tex/old/wall.tx', False),
    (b'tex/*', b'a/tex/wall.tx', False),
    (b'/wall.tx', b'wall.tx', True),
    (b'/wall.tx', b'tex/wall.tx', False),
    (b'tex/**', b'tex/old/wall.tx', True),
    (b'tex/**', b'tex/wall.tx', True),
    (b'tex/**', b'tex', False),
    (b'**/wall.tx', b'wall.tx', True),
    (b'**/wall.tx', b'a/b/wall.tx', True),
    (b'a/**/z', b'a/z', True),
    (b'a/**/z', b'a/b/c/z', True),
    (b'a/**/z', b'a/b/c/zz', False),
    (b'**/b/**/d', b'a/b/c/b/x/d', True),
    (b'a/x**y/z', b'a/x/y/z', False),
    (b'a/x**y/z', b'a/x..y/z', True),
    (b'**', b'a/b', True),
])
def test_what_a_pattern_picks(pattern, name, picked):
    assert Pattern(pattern).matches(name) is picked


@pytest.mark.parametrize('pattern, words', [
    (b'', 'empty pattern'),
    (b'[abc', 'without its "]"'),
    (b'[]', 'without its "]"'),
    (b'a[b/c]d', 'without its "]"'),
    (b'[z-a]', 'backwards'),
    (b'[[:alpha:]]', 'list the characters'),
    ('[\u00e9]'.encode(), 'not ASCII'),
    (b'end\\', 'nothing to quote'),
    (b'tex/', 'write "tex/**"'),
    (b'a//b', 'component'),
    (b'../x', 'component'),
    (b'./x', 'component'),
    (b'a\0b', 'NUL'),
])
def test_a_pattern_that_picks_nothing_is_refused_by_name(pattern, words):
    with pytest.raises(Refused) as refused:
        Pattern(pattern)
    assert words in str(refused.value)


def quote(raw):
    return b''.join(b'\\' + raw[i:i + 1] if raw[i:i + 1] in b'*?[]\\' else raw[i:i + 1]
                    for i in range(len(raw)))


@given(REL, REL)
def test_a_quoted_name_picks_exactly_itself(name, other):
    pattern = Pattern(b'/' + quote(name))
    assert pattern.matches(name)
    assert pattern.matches(other) == (name == other)


def slow_match(pattern, name):
    """A reference for '*' and '?' in one component."""
    if not pattern:
        return not name
    if pattern[:1] == b'*':
        return any(slow_match(pattern[1:], name[at:]) for at in range(len(name) + 1))
    return bool(name) and pattern[:1] in (b'?', name[:1]) and slow_match(pattern[1:], name[1:])


ALPHABET = st.lists(st.sampled_from([b'a', b'b', b'*', b'?']), min_size=1, max_size=8)


@given(ALPHABET.map(b''.join), st.lists(st.sampled_from([b'a', b'b']), max_size=8).map(b''.join))
def test_stars_match_as_the_plain_definition_says(pattern, name):
    assert Pattern(pattern).matches(name) == slow_match(pattern, name)


def slow_path_match(parts, names):
    if not parts:
        return not names
    if parts[0] == b'**':
        low = 1 if len(parts) == 1 else 0
        return any(slow_path_match(parts[1:], names[at:]) for at in range(low, len(names) + 1))
    return bool(names) and parts[0] in (b'*', names[0]) and slow_path_match(parts[1:], names[1:])


@given(st.lists(st.sampled_from([b'a', b'b', b'*', b'**']), min_size=2, max_size=6),
       st.lists(st.sampled_from([b'a', b'b']), min_size=1, max_size=6))
def test_folders_match_as_the_plain_definition_says(parts, names):
    assert Pattern(b'/'.join(parts)).matches(b'/'.join(names)) == slow_path_match(parts, names)


def test_many_stars_take_no_exponential_time():
    pattern = Pattern(b'*a' * 60 + b'*b')
    started = time.time()
    assert not pattern.matches(b'a' * 255)
    assert time.time() - started < 1
