# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roots, entries and the frames that carry entries to the parent."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import wire
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import (
    PROBLEMS,
    Entry,
    Root,
    is_rel,
    path_of,
    without_nested,
)
from hypothesis import given
from hypothesis import strategies as st

COMPONENT = st.binary(min_size=1, max_size=20).filter(
    lambda raw: b'/' not in raw and b'\0' not in raw and raw not in (b'.', b'..'))
REL = st.lists(COMPONENT, min_size=1, max_size=5).map(b'/'.join)
ENTRIES = st.builds(
    Entry, st.integers(0, 2), REL, st.integers(0, 2 ** 60), st.integers(-10 ** 22, 10 ** 20),
    st.integers(0, 2 ** 64 - 1), st.integers(0, 2 ** 32), st.sampled_from(PROBLEMS))


@given(st.lists(ENTRIES, max_size=8), st.integers(1, 50))
def test_entries_cross_the_pipe_in_any_pieces(entries, piece):
    reader, writer = os.pipe()
    sender = wire.Sender(writer)
    for entry in entries:
        sender.entry(entry)
    sender.end()
    os.close(writer)
    frames = wire.Frames()
    got = []
    while True:
        data = os.read(reader, piece)
        if not data:
            break
        got += frames.feed(data)
    os.close(reader)
    kind, payload = got.pop()
    assert kind == wire.END and wire.unpack_seen(payload) == (
        0, len(entries), sum(entry.size for entry in entries))
    assert [wire.unpack_entry(payload, 3) for _kind, payload in got] == entries


@given(st.binary(max_size=80))
def test_nonsense_is_an_error_and_never_an_entry_outside(payload):
    for unpack in (wire.unpack_entry, wire.unpack_problem):
        try:
            rel = unpack(payload, 2).rel if unpack is wire.unpack_entry else unpack(payload, 2)[1]
        except wire.BrokenFrame:
            continue
        assert rel == b'' or is_rel(rel)


def test_a_child_that_says_dotdot_is_not_believed():
    payload = wire.pack_entry(Entry(0, b'../../etc/passwd', 1, 1, 1, 1, None))
    with pytest.raises(wire.BrokenFrame):
        wire.unpack_entry(payload, 1)


def test_a_frame_without_end_is_not_waited_for():
    with pytest.raises(wire.BrokenFrame):
        wire.Frames().feed(b'E\xff\xff\xff\xff')


@pytest.mark.parametrize('rel, good', [
    (b'a', True), (b'a/b', True), (b'-r', True), (b'...', True), (b'a\n', True),
    (b'', False), (b'/a', False), (b'a/', False), (b'a//b', False), (b'.', False),
    (b'a/../b', False), (b'..', False), (b'a\0', False),
])
def test_what_a_root_relative_name_is(rel, good):
    assert is_rel(rel) is good


def test_paths_are_whole_below_the_top_folder_too():
    entry = Entry(0, b'a/b', 0, 0, 0, 0, None)
    assert path_of([Root(b'/', None)], entry) == b'/a/b'
    assert path_of([Root(b'/mnt', None)], entry) == b'/mnt/a/b'


def test_a_root_inside_another_is_covered_by_it():
    # lustre-hsm H25: the same file by two roots would be archived twice.
    outer, inner = Root(b'/mnt/shot', None), Root(b'/mnt/shot/plates', None)
    alike, one, twin = Root(b'/mnt/shot2', None), Root(b'/mnt/shot', b'a'), Root(b'/m', b'f')
    assert without_nested([inner, alike, outer, one, twin, twin]) == [alike, outer, twin]
    assert without_nested([Root(b'/mnt', b'a'), Root(b'/mnt', b'b')]) == [
        Root(b'/mnt', b'a'), Root(b'/mnt', b'b')]
    assert without_nested([Root(b'/', None), outer]) == [Root(b'/', None)]
