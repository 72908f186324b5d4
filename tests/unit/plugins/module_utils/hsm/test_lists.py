# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of names."""

import os
import threading
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import lists, streams
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Root
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.lists import ListSource
from hypothesis import given
from hypothesis import strategies as st

ROOTS = [Root(b'/mnt/cache/shot', None)]
TWO = [Root(b'/mnt/cache/shot', None), Root(b'/mnt/cache/assets', None)]
COMPONENT = st.binary(min_size=1, max_size=12).filter(
    lambda raw: b'/' not in raw and b'\0' not in raw and raw not in (b'.', b'..'))
REL = st.lists(COMPONENT, min_size=1, max_size=4).map(b'/'.join)


def read(tmp_path, data, null=False, roots=None, max_bytes=lists.MAX_BYTES,
         max_names=lists.MAX_NAMES):
    path = os.fsencode(str(tmp_path)) + b'/list'
    with open(path, 'wb') as target:
        target.write(data)
    source = ListSource(path, null, max_bytes, max_names)
    return list(lists.read(source, roots or ROOTS, lambda: None))


def refusal(*arguments, **options):
    with pytest.raises(Refused) as refused:
        read(*arguments, **options)
    text = str(refused.value)
    assert 'Nothing was requested.' in text and '\n' not in text and '\r' not in text
    return text


@given(st.lists(REL, unique=True, max_size=20), st.booleans())
def test_any_names_in_a_nul_list(tmp_path_factory, names, ended):
    data = b'\0'.join(names) + (b'\0' if ended and names else b'')
    assert read(tmp_path_factory.getbasetemp(), data, null=True) == [(0, n) for n in names]


@given(st.lists(st.binary(min_size=1, max_size=9), max_size=12), st.integers(1, 7))
def test_names_come_whole_whatever_the_pieces(names, piece):
    names = [name.replace(b'\0', b'0') for name in names]
    splitter = lists.Splitter(ListSource(b'x', True, 10 ** 6, 10 ** 6))
    data = b''.join(name + b'\0' for name in names)
    got = []
    for start in range(0, len(data), piece):
        got += splitter.feed(data[start:start + piece])
    assert got + list(splitter.finish()) == names


def test_newline_lists(tmp_path):
    data = b'a.exr\n\nplates/two words\n caf\xe9\xff\nlast'
    assert [rel for _root, rel in read(tmp_path, data)] == [
        b'a.exr', b'plates/two words', b' caf\xe9\xff', b'last']
    assert read(tmp_path, b'') == [] and read(tmp_path, b'\n\n') == []


def test_names_are_taken_once_and_in_order(tmp_path):
    # lustre-hsm H25: a name twice in two requests would break its own archive.
    data = b'b\na\n/mnt/cache/shot/b\n./b\n.//a\nc/./d\nc//d\n'
    assert [rel for _root, rel in read(tmp_path, data)] == [b'b', b'a', b'c/d']


def test_absolute_names_find_their_root(tmp_path):
    data = b'/mnt/cache/assets/x\n/mnt//cache/./shot/y/z\n'
    assert read(tmp_path, data, roots=TWO) == [(1, b'x'), (0, b'y/z')]
    assert read(tmp_path, b'/etc/x\n', roots=[Root(b'/', None)]) == [(0, b'etc/x')]
    one = [Root(b'/mnt/cache/shot', b'f')]
    assert read(tmp_path, b'f\n/mnt/cache/shot/f\n', roots=one) == [(0, b'f')]
    assert 'one file' in refusal(tmp_path, b'g\n', roots=one)


@pytest.mark.parametrize('name, words', [
    (b'/etc/passwd', 'none of the roots'),
    (b'/mnt/cache/shot2/a', 'none of the roots'),
    (b'/mnt/cache/shot/../../../etc/passwd', '".." component'),
    (b'a/../b', '".." component'),
    (b'..', '".." component'),
    (b'/mnt/cache/shot', 'the root itself'),
    (b'/mnt/cache/shot//.', 'the root itself'),
    (b'.', 'the root itself'),
])
def test_a_name_outside_is_refused_with_its_number(tmp_path, name, words):
    # Also when it is the last one: a list is checked whole before anything is requested.
    text = refusal(tmp_path, b'good\nfine\n' + name + b'\n')
    assert words in text and 'entry 3' in text


def test_the_refused_name_is_shown_escaped(tmp_path):
    assert '/etc/\\x1b[2J\\xff' in refusal(tmp_path, b'/etc/\x1b[2J\xff\0', null=True)


def test_a_relative_name_needs_one_root(tmp_path):
    assert 'there are 2 roots' in refusal(tmp_path, b'a\n', roots=TWO)


def test_an_empty_entry_of_a_nul_list_is_named(tmp_path):
    assert 'number 2' in refusal(tmp_path, b'a\0\0b\0', null=True)
    assert 'number 1' in refusal(tmp_path, b'\0', null=True)


def test_a_nul_list_taken_for_lines(tmp_path):
    assert 'give -0' in refusal(tmp_path, b'a\0b\0')


def test_windows_line_ends(tmp_path):
    # lustre-hsm H34: a CR is part of the name; when every line has one, it is a slip.
    text = refusal(tmp_path, b'a\r\nb\r\n')
    assert 'carriage return' in text and '-0' in text
    assert [rel for _root, rel in read(tmp_path, b'a\r\nb\n')] == [b'a\r', b'b']
    assert [rel for _root, rel in read(tmp_path, b'a\r\0', null=True)] == [b'a\r']


def test_a_byte_order_mark(tmp_path):
    assert 'byte order mark' in refusal(tmp_path, b'\xef\xbb\xbfa\nb\n')


def test_a_missing_or_unreadable_list(tmp_path):
    for path in (b'/no/such/list', os.fsencode(str(tmp_path))):
        with pytest.raises(Refused) as refused:
            lists.read(ListSource(path, True, 10, 10), ROOTS, lambda: None)
        assert 'list' in str(refused.value)


def test_too_many_names_or_bytes(tmp_path):
    assert len(read(tmp_path, b'a\nb\nc', max_names=3)) == 3
    assert 'more than 2 names' in refusal(tmp_path, b'a\nb\nc\n', max_names=2)
    assert 'longer than 4 bytes' in refusal(tmp_path, b'a\nb\nc\n', max_bytes=4)


def test_one_name_without_end(tmp_path):
    assert 'leave out -0' in refusal(tmp_path, b'name\n' * 300000, null=True)


def test_a_stream_without_end_is_refused_at_the_limit():
    reader, writer = os.pipe()

    def flood():
        try:
            while True:
                os.write(writer, b'frame.exr\n' * 1000)
        except OSError:
            os.close(writer)
    thread = threading.Thread(target=flood)
    thread.start()
    source = ListSource(b'/proc/self/fd/%d' % reader, False, 10 ** 6, 10 ** 6)
    try:
        with pytest.raises(Refused):
            lists.read(source, ROOTS, lambda: None)
    finally:
        os.close(reader)
        thread.join()


def test_a_slow_producer_is_waited_for_with_signs_of_life(monkeypatch):
    monkeypatch.setattr(streams, 'BEAT_SECONDS', 0.01)
    reader, writer = os.pipe()

    def slow():
        for part in (b'a', b'\n', b'b\n'):
            time.sleep(0.1)
            os.write(writer, part)
        os.close(writer)
    thread = threading.Thread(target=slow)
    thread.start()
    beats = []
    source = ListSource(b'/proc/self/fd/%d' % reader, False, 10 ** 6, 10 ** 6)
    got = list(lists.read(source, ROOTS, lambda: beats.append(1)))
    thread.join()
    os.close(reader)
    assert got == [(0, b'a'), (0, b'b')] and len(beats) > 10


def test_the_list_is_spooled_not_held(tmp_path):
    names = b''.join(b'seq/%06d.exr\n' % number for number in range(50000))
    assert len(read(tmp_path, names)) == 50000
