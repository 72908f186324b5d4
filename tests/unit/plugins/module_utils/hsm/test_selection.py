# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files a run takes."""

import hashlib

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.selection import (
    Selection,
    is_unfinished,
    parse_age,
    parse_moment,
    parse_shard,
    shard_of,
)
from hypothesis import given
from hypothesis import strategies as st

COMPONENT = st.binary(min_size=1, max_size=12).filter(
    lambda raw: b'/' not in raw and b'\0' not in raw and raw not in (b'.', b'..'))
REL = st.lists(COMPONENT, min_size=1, max_size=4).map(b'/'.join)
NAMES = st.lists(REL, max_size=30)
PATTERNS = st.lists(st.sampled_from(
    [b'*', b'a*', b'*b', b'?', b'[a-m]*', b'*/*', b'**/x', b'a/**']), max_size=3)
SECOND = 10 ** 9


@given(NAMES, st.integers(1, 9))
def test_the_shards_are_a_partition(names, count):
    taken = [[name for name in names if Selection(shard=(index, count)).takes_listed(name)]
             for index in range(1, count + 1)]
    assert sorted(sum(taken, [])) == sorted(n for n in names if Selection().takes_listed(n))


def test_a_shard_is_the_same_on_every_host():
    # Deadline tasks on several hosts must agree: the figures are part of the interface.
    names = [b'a', b'shot/beauty.0001.exr', b'\xff', b'plates/x y']
    assert [shard_of(name, 7) for name in names] == [
        int(hashlib.sha256(name).hexdigest()[:16], 16) % 7 + 1 for name in names]
    assert [shard_of(name, 7) for name in names] == [5, 6, 3, 4]


@given(REL, PATTERNS, PATTERNS)
def test_exclude_wins_and_include_narrows(name, include, exclude):
    everything = Selection(everything=True).takes_listed(name)
    assert everything
    both = Selection(include, exclude, everything=True).takes_listed(name)
    assert both == (Selection(include, everything=True).takes_listed(name)
                    and Selection((), exclude, everything=True).takes_listed(name))
    if exclude:
        assert not Selection(exclude, exclude, everything=True).takes_listed(name)


@given(REL, PATTERNS, PATTERNS)
def test_more_patterns_include_more_and_exclude_more(name, first, second):
    def takes(include, exclude):
        return Selection(include, exclude, everything=True).takes_listed(name)
    if first and takes(first, ()):
        assert takes(first + second, ())
    if not takes((), first):
        assert not takes((), first + second)


def test_an_excluded_folder_takes_its_files_along():
    one = Selection(exclude=[b'tmp', b'shot/old'])
    assert not one.enters(b'tmp') and not one.enters(b'a/tmp') and not one.enters(b'shot/old')
    assert not one.takes_listed(b'a/tmp/x.exr') and not one.takes_listed(b'shot/old/a/x.exr')
    assert one.takes_listed(b'old/x.exr') and one.takes_listed(b'shot/older/x')


def test_an_include_pattern_looks_at_the_file_only():
    one = Selection(include=[b'shot'])
    assert one.enters(b'a') and one.takes_name(b'a/shot') and not one.takes_name(b'shot/a')


@pytest.mark.parametrize('name', [
    b'.snapshot/hourly.0/a', b'~snapshot/a', b'.zfs/snapshot/a', b'a/.ckpt/b',
    b'.file-cache/fc-0123.manifest', b'shot/.nfs000000000a1b2c3d00000001',
])
def test_names_left_out_of_moving(name):
    # design.md, the engine: left out by default; the audit of a drain leaves nothing out.
    assert not Selection().takes_listed(name)
    assert Selection(everything=True).takes_listed(name)


def test_ages():
    now = 1000000 * SECOND
    one = Selection(older_than=60, now_ns=now)
    assert one.takes_time(now - 60 * SECOND) and not one.takes_time(now - 59 * SECOND)
    one = Selection(newer_than=999940, now_ns=now)
    assert one.takes_time(999940 * SECOND) and not one.takes_time(999940 * SECOND - 1)
    assert Selection(older_than=0, now_ns=now).takes_time(-5 * SECOND)


@pytest.mark.parametrize('age, unfinished', [
    (0, True), (59.9, True), (60, False), (-30, True), (-61, False), (1e9, False), (-1e12, False),
])
def test_a_file_is_unfinished_while_it_is_young(age, unfinished):
    now = 1700000000 * SECOND
    assert is_unfinished(int(now - age * SECOND), now, 60) is unfinished
    assert not is_unfinished(now, now, 0)


@pytest.mark.parametrize('text, seconds', [
    ('0', 0), ('90', 90), ('90s', 90), ('30m', 1800), ('2h', 7200), ('7d', 604800),
    ('2w', 1209600),
])
def test_an_age_is_read(text, seconds):
    assert parse_age(text, '--older-than') == seconds


@pytest.mark.parametrize('text', ['', 's', '-1', '1.5h', '1 h', '1H', '1y', '1e3', '9' * 13,
                                  '\u0661', '5\n', 'caf\udce9'])
def test_what_is_no_age_is_refused_by_name(text):
    with pytest.raises(Refused) as refused:
        parse_age(text, '--older-than')
    assert '--older-than' in str(refused.value) and '\n' not in str(refused.value)


def test_a_moment_is_an_epoch_or_an_age():
    assert parse_moment('1700000000', '--newer-than') == 1700000000
    # field-reports L28: cut, so that the file of that very second is not missed.
    assert parse_moment('1700000000.9', '--newer-than') == 1700000000
    assert parse_moment('90s', '--newer-than', now=1000.5) == 910
    for text in ('-5', 'yesterday', '1,5', ''):
        with pytest.raises(Refused):
            parse_moment(text, '--newer-than')


def test_shards_are_read():
    assert parse_shard('1/1') == (1, 1) and parse_shard('3/4') == (3, 4)
    for text in ('5/4', '0/4', '1/0', '4', '1/', 'a/b', '1/4/4', '-1/4', '', '1/4\n'):
        with pytest.raises(Refused):
            parse_shard(text)
