# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What proves that a file is saved, and what is taken off the list for it."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import (
    OUTCOMES,
    Settled,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.store import Written
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.archiving import (
    is_saved,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.off import Off
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.rows import Row, Rows
from hypothesis import given
from hypothesis import strategies as st

ROOT = b'/mnt/cache/shots'
CLEAN, RELEASED = 0x9, 0xd


def settled(outcome, flags, path=ROOT + b'/a'):
    return Settled(path, 0, outcome, None, flags, None)


@given(st.sampled_from(OUTCOMES), st.one_of(st.none(), st.integers(0, 0x1ff)))
def test_only_bits_that_say_so_prove_it(outcome, flags):
    """Safety rule 3, fanotify F26: not the exit status, and 0xb least of all."""
    if is_saved(settled(outcome, flags)):
        assert outcome in ('already', 'done')
        assert flags & 0x4 or (flags & 0x9 == 0x9 and not flags & 0x2)
        assert not flags & 0x40 or flags & 0x4


@pytest.mark.parametrize('flags, saved', [
    (CLEAN, True), (RELEASED, True), (0x19, True), (0x0, False), (0x1, False), (0xb, False),
    (0x49, False), (None, False)])
def test_saved(flags, saved):
    assert is_saved(settled('done', flags)) is saved


class Store(object):
    def __init__(self):
        self.calls = []

    def saved(self, rows):
        self.calls.append([row.id for row in rows])


@pytest.fixture
def off():
    """off(paths): an Off for rows that were written there and are there; with its store."""
    made = []

    def make(paths, places=(ROOT,)):
        rows = Rows(Written(number, b'/mnt/cache', path, 1, number, 1.0, 1, b'cp', 0)
                    for number, path in enumerate(paths, 1))
        one = Off(Store(), rows, places)
        for number, path in enumerate(paths, 1):
            rows.place(Row(number), path)
        made.append((one, rows))
        return one, one._store
    yield make
    for one, rows in made:
        one.close()
        rows.close()


def test_all_events_of_a_saved_file_are_taken_off(off):
    one, store = off([ROOT + b'/a', ROOT + b'/b', ROOT + b'/a'])
    one(settled('done', CLEAN))
    one(settled('skipped', 0xb, ROOT + b'/b'))
    one.close()
    assert store.calls == [[1, 3]]


def test_many_are_taken_off_in_batches(off):
    paths = [ROOT + b'/%d' % number for number in range(450)]
    one, store = off(paths)
    for path in paths:
        one(settled('already', CLEAN, path))
    one.close()
    assert [len(call) for call in store.calls] == [200, 200, 50]


def test_what_vanished_while_it_was_archived_is_off(off):
    one, store = off([ROOT + b'/a'])
    one(settled('vanished', None))
    one.close()
    assert store.calls == [[1]]


@pytest.mark.parametrize('outcome, flags, dealt_with, taken', [
    ('done', CLEAN, True, [1]), ('skipped', 0x0, True, []), ('timed_out', 0x0, True, []),
    # With the caller's rights it could not be reached: this host's list has rights of its own.
    ('failed', None, False, [])])
def test_a_file_that_was_named_and_is_on_the_list(off, outcome, flags, dealt_with, taken):
    one, store = off([ROOT + b'/a'])
    one.named(settled(outcome, flags))
    assert one.was_named(ROOT + b'/a') is dealt_with
    assert (ROOT + b'/a' in one.dealt_with) is dealt_with
    one.close()
    assert store.calls == [taken]


def test_a_file_that_is_gone_is_lost_to_who_asked_for_it(off):
    one, store = off([ROOT + b'/a', ROOT + b'/x/b'], places=[ROOT + b'/x'])
    for row in list(one._rows.at(ROOT + b'/a')) + list(one._rows.at(ROOT + b'/x/b')):
        one.gone(row)
    assert list(one.lost) == [ROOT + b'/x/b']
    one.close()
    assert store.calls == [[1, 2]]
