# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests: the format, and how a file compares."""

import datetime

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import manifest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Entry
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.manifest import (
    Parser,
    Record,
    decode_time,
    encode,
    encode_end,
    encode_time,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.table import RecordTable
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.verdict import judge
from hypothesis import given
from hypothesis import strategies as st

SECOND = 10 ** 9
COMPONENT = st.binary(min_size=1, max_size=12).filter(
    lambda raw: b'/' not in raw and b'\0' not in raw and raw not in (b'.', b'..'))
REL = st.lists(COMPONENT, min_size=1, max_size=4).map(b'/'.join)
TIMES = st.integers(-10 ** 20, 10 ** 20)
RECORDS = st.lists(st.builds(Record, st.integers(0, 2 ** 63 - 1), TIMES, TIMES, REL), max_size=9)


def parse(data, piece=None, max_bytes=manifest.MAX_BYTES):
    parser = Parser('The manifest "m"', max_bytes)
    records = []
    for start in range(0, len(data), piece or len(data) or 1):
        records += parser.feed(data[start:start + (piece or len(data))])
    parser.finish()
    return records


def whole(*records):
    return b''.join(encode(record) for record in records) + encode_end(len(records))


@given(RECORDS, st.integers(1, 40))
def test_any_names_and_times_come_back(records, piece):
    assert parse(whole(*records), piece) == records


@given(RECORDS, st.data())
def test_a_manifest_cut_short_anywhere_is_refused(records, data):
    # The design, "Manifest": without its last record it proves nothing.
    text = whole(*records)
    end = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(Refused):
        parse(text[:end])


@given(RECORDS, st.binary(min_size=1, max_size=30))
def test_nothing_may_follow_the_end(records, more):
    with pytest.raises(Refused):
        parse(whole(*records) + more)


@given(st.binary(max_size=200))
def test_nonsense_is_refused_and_nothing_else_happens(data):
    try:
        parse(data)
    except Refused as refused:
        assert 'file-cache manifest' in str(refused)


def test_the_words_of_the_format():
    record = Record(5, -1500000000, 1699999999900000000, b'a/b')
    assert whole(record) == b'5\x00-1.500000000\x001699999999.900000000\0a/b\x001\0end\0\0\0'


GOOD = b'5\x001.5\x001.5\0a\0'


@pytest.mark.parametrize('data, words', [
    (b'', 'is empty'),
    (GOOD, 'no end record after record 1'),
    (GOOD + b'2\0end\0\0\0', 'says that it holds 2 records, and holds 1'),
    (GOOD + b'1\0end\0\0\0x', 'goes on after its end'),
    (GOOD + b'1\0end\0\0\0' + GOOD, 'goes on after its end'),
    (GOOD + b'1\0end\0x\0\0', 'broken end record'),
    (GOOD + b'\0end\0\0\0', 'broken end record'),
    (GOOD + b'-5\x001.5\x001.5\0b\0', 'record 2 "-5" where its size'),
    (GOOD + b'5e3\x001.5\x001.5\0b\0', 'record 2 "5e3" where its size'),
    (GOOD + b'5\x001,5\x001.5\0b\0', 'decimal comma'),
    (b'5\x001.5\x00nan\0b\0', 'record 1 "nan" where a time'),
    (b'5\x001.\x001\0b\0', '"1." where a time'),
    (b'5\x001\x001\0/etc/passwd\0', 'plain path'),
    (b'5\x001\x001\0a/../b\0', 'plain path'),
    (b'5\x001\x001\0./a\0', 'plain path'),
    (b'5\x001\x001\0\0', 'plain path'),
    (b'a.exr\nb.exr\n' * 100000, 'it is no manifest'),
    (b'5 1.5 a\n', 'no end record'),
])
def test_what_is_wrong_is_named(data, words):
    with pytest.raises(Refused) as refused:
        parse(data)
    assert words in str(refused.value)
    assert '\n' not in str(refused.value) and '\0' not in str(refused.value)


def test_a_manifest_without_end_is_refused_at_the_limit():
    with pytest.raises(Refused):
        parse(GOOD * 1000, max_bytes=5000)


@given(TIMES)
def test_times_come_back(nanoseconds):
    assert decode_time(encode_time(nanoseconds)) == nanoseconds


@pytest.mark.parametrize('text, second', [
    # field-reports L28: cut, never rounded; find's %T@ has ten digits.
    (b'1699999999.900000000', 1699999999),
    (b'1699999999.9999999999', 1699999999),
    (b'1700000000', 1700000000),
    (b'-1.5', -2),
    (b'-1.0000000001', -2),
    (b'-1', -1),
    (b'0', 0),
    (b'-0.5', -1),
    (b'4102444800.25', 4102444800),
])
def test_whole_seconds_as_the_file_systems_have_them(text, second):
    assert decode_time(text) // SECOND == second


def entry(size, mtime):
    return Entry(0, b'a', size, int(mtime * SECOND), 1, 1, None)


def record(size, mtime, ctime=0):
    return Record(size, int(mtime * SECOND), ctime, b'a')


@pytest.mark.parametrize('ours, theirs, clean, dirty', [
    (entry(5, 100), None, 'missing', 'missing'),
    (entry(5, 100), record(5, 100), 'same', 'same'),
    (entry(5, 100), record(5, 100.75), 'same', 'same'),
    (entry(5, 100.25), record(5, 100.75), 'same', 'same'),
    (entry(5, 100.75), record(5, 100.25), 'same', 'same'),
    (entry(5, 100.99), record(5, 101), 'newer', 'conflict'),
    (entry(5, 100), record(9, 101), 'newer', 'conflict'),
    (entry(5, 100), record(9, 100.5), 'different', 'different'),
    (entry(5, 100), record(5, 99.9), 'different', 'different'),
    (entry(5, -1.5), record(5, -1.25), 'same', 'same'),
    (entry(5, -2), record(5, -1.5), 'same', 'same'),
    (entry(5, 2 ** 33), record(5, 2 ** 33 + 0.5), 'same', 'same'),
])
def test_how_a_file_compares(ours, theirs, clean, dirty):
    # The design, "Safety chain" and rule 4; field-reports L28.
    assert judge(ours, theirs) == clean
    assert judge(ours, theirs, dirty=True) == dirty


def test_an_edit_since_the_baseline():
    now, before = record(5, 100.1, 7), record(5, 100.9, 6)
    ours = entry(5, 100)
    # field-reports L28: within one second the times cannot tell, the baseline can.
    assert judge(ours, now, False, before) == 'newer'
    assert judge(ours, now, True, before) == 'conflict'
    assert judge(ours, now, False, now) == judge(ours, now, True, now) == 'same'
    # Not in the baseline: new on the filer since then, perhaps our own archive.
    assert judge(ours, now, False, None) == 'same'
    assert judge(ours, now, True, None) == 'conflict'
    # ctime alone: content put back with an old date.
    assert judge(entry(5, 200), record(5, 100, 8), True, record(5, 100, 7)) == 'conflict'
    assert judge(entry(5, 200), record(5, 100, 7), True, record(5, 100, 7)) == 'different'
    assert judge(ours, None, True, before) == 'missing'


@given(st.integers(0, 3), st.integers(-3 * SECOND, 3 * SECOND),
       st.integers(0, 3), st.integers(-3 * SECOND, 3 * SECOND), st.booleans())
def test_the_verdicts_agree_with_plain_time(size, mine, other_size, other, dirty):
    verdict = judge(Entry(0, b'a', size, mine, 1, 1, None),
                    Record(other_size, other, 0, b'a'), dirty)
    epoch = datetime.datetime(1970, 1, 1)

    def whole_second(nanoseconds):
        moment = epoch + datetime.timedelta(microseconds=nanoseconds // 1000)
        return moment.replace(microsecond=0)
    if whole_second(other) > whole_second(mine):
        assert verdict == ('conflict' if dirty else 'newer')
    else:
        same = whole_second(other) == whole_second(mine) and size == other_size
        assert verdict == ('same' if same else 'different')


@given(RECORDS, REL)
def test_a_table_of_records(records, other):
    table = RecordTable()
    model = {}
    for one in records:
        assert table.add(one) == (one.rel not in model)
        model.setdefault(one.rel, one)
    assert table.count == len(model) and table.find(other) == model.get(other)
    for number, (rel, one) in enumerate(model.items()):
        assert table.find(rel) == one
        if number % 2:
            assert table.meet(rel) and not table.meet(rel)
    assert not table.meet(b'not/' + other * 9)
    assert table.met == len(model) // 2
    assert [r.rel for r in table.unmet()] == [r for n, r in enumerate(model) if not n % 2]
    table.close()


def test_a_kept_table_is_opened_by_another(tmp_path):
    path = str(tmp_path / 'table')
    table = RecordTable(path)
    for number in range(5000):
        table.add(Record(number, 1, 10 ** 25, b'%d' % number), met=number < 3)
    table.keep()
    other = RecordTable.open(path)
    assert (other.count, other.met) == (5000, 3)
    assert other.find(b'4999') == Record(4999, 1, 10 ** 25, b'4999')
    other.close()
