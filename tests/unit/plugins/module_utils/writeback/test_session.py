# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of writeback: what is asked of the engine for which root, in which order."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command import config
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.decide import BITS_SECONDS
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Root, covers
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.lists import ListSource
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import Settled
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.store import (
    Health,
    Written,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback import session
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.finished import Halt
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.rows import Row
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.session import Terms
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.summary import Merged
from hypothesis import given, settings
from hypothesis import strategies as st

POINT, SHOTS, PLATES = b'/mnt/cache', b'/mnt/cache/shots', b'/mnt/cache/plates'
BEGAN = 1000000.5
DUE = BEGAN + BITS_SECONDS


class Store(object):
    """The list of this host; fallback: why it does not suffice."""

    def __init__(self, rows=(), fallback=None, alive=True, settled=True):
        self.rows = list(rows)
        self.why = fallback
        self.alive = alive
        self.is_settled = settled
        self.taken = []
        self.asked = []
        self.closed = False

    def written(self, since=None, below=()):
        return [row for row in self.rows if any(covers(Root(place, None), row.path)
                                                for place in below)
                and row.closed_at >= (since or 0)]

    def saved(self, rows):
        self.taken += [row.id for row in rows]
        return True

    def settled(self, points, until):
        self.asked.append((list(points), until))
        return self.is_settled

    def fallback(self, points, since, until):
        self.asked.append((list(points), since, until))
        return self.why

    def health(self):
        return Health(self.alive, {})

    def close(self):
        self.closed = True


class Work(object):
    """In the place of Archiving: what was asked of it, in order. Everything is saved at once."""

    def __init__(self, *_terms):
        self.began = BEGAN
        self.merged = Merged('writeback', BEGAN, 10)
        self.unknown = {}
        self.calls = []
        self.elsewhere = ()
        self.outcome = 'done'

    def told_to_end(self):
        return None

    def device(self, root, paths):
        self.calls.append(('device', root, sorted(paths)))
        return None if root in self.elsewhere else 1

    def list(self, root, paths, bits_due, observer, as_caller=False):
        paths = list(paths)
        self.calls.append(('list', root, paths, bits_due, as_caller))
        for path in paths:
            observer(Settled(path, 0, self.outcome, None, 9, None))

    def walk(self, root, place, observer, bits_due, known, changed_since):
        self.calls.append(('walk', root, place, bits_due, changed_since, sorted(known)))

    def count(self, root, paths, outcome, reason):
        paths = list(paths)
        if paths:
            self.calls.append(('count', root, paths, outcome, reason))

    def cannot(self, root, paths, problem):
        self.calls.append(('cannot', root, list(paths), str(problem)))

    def summary(self):
        return self.merged.summary(0.0)

    def named(self, *verbs):
        return [call for call in self.calls if call[0] in verbs]


@pytest.fixture
def saved(monkeypatch):
    """saved(store, now={}, ...): the Work of one call; now: {path at its close: path now}."""
    def told(store, folders=(), since=None, source=None, now=None, halt=None, elsewhere=(),
             roots=(SHOTS, PLATES), outcome='done', complete=True):
        now = now or {}
        work = Work()
        work.elsewhere = elsewhere
        work.outcome = outcome

        class Locating(object):
            evicted = False
            error = 'The mount gave no answer.'

            def __init__(self, _children, rows, _root, _device, gone):
                self.complete = complete
                for number, folder, name, _inode in list(rows.by_folder()):
                    path = folder.rstrip(b'/') + b'/' + name
                    row = Row(number)
                    found = now.get(path, path)
                    if found is None:
                        gone(row)
                    elif found != b'?':
                        rows.place(row, found)

            def finish(self, stop=None):
                pass

        monkeypatch.setattr(session, 'Locating', Locating)
        monkeypatch.setattr(session, 'Archiving', lambda *_terms: work)
        monkeypatch.setattr(session, 'mount_point', lambda _root: POINT)
        known = config.NOTHING._replace(
            roots={str(number): config.Root(str(number), path, '')
                   for number, path in enumerate(roots)},
            mounts=[config.Mount(POINT, '')])
        terms = Terms(list(folders), since, source, 0, None, {})
        session.save(known, terms, None, store, halt)
        assert store.closed
        return work
    return told


def row(number, path, closed_at=999990.0):
    return Written(number, POINT, path, 1, 5, closed_at, 1, b'cp', 0)


def source_of(tmp_path, *paths):
    (tmp_path / 'list').write_bytes(b''.join(path + b'\0' for path in paths))
    return ListSource(bytes(tmp_path / 'list'), True, 1 << 20, 1000)


def test_with_nothing_on_the_list_the_cache_is_left_in_peace(saved):
    assert saved(Store()).calls == []


def test_a_root_of_which_nothing_is_listed_is_not_even_looked_at(saved):
    work = saved(Store([row(1, SHOTS + b'/a')]))
    assert {call[1] for call in work.calls} == {SHOTS}


def test_what_is_on_the_list_is_archived_where_it_is_now_and_taken_off(saved):
    store = Store([row(1, SHOTS + b'/a.tmp', 999995.0), row(2, SHOTS + b'/gone'),
                   row(3, SHOTS + b'/b')])
    work = saved(store, now={SHOTS + b'/a.tmp': SHOTS + b'/a', SHOTS + b'/gone': None})
    assert work.named('list', 'count', 'walk') == [
        ('count', SHOTS, [SHOTS + b'/gone'], 'vanished', None),
        ('list', SHOTS, [SHOTS + b'/a', SHOTS + b'/b'], 999995.0 + BITS_SECONDS, False)]
    assert sorted(store.taken) == [1, 2, 3]


def test_nothing_is_taken_off_that_was_not_saved(saved):
    store = Store([row(1, SHOTS + b'/a')])
    saved(store, outcome='skipped')
    assert store.taken == []


def test_names_come_first_with_the_rights_of_the_caller_and_are_not_asked_twice(saved, tmp_path):
    store = Store([row(1, SHOTS + b'/a'), row(2, SHOTS + b'/b')])
    work = saved(store, source=source_of(tmp_path, SHOTS + b'/b', SHOTS + b'/c', b'/etc/x'))
    assert [call[:3] + call[4:] for call in work.named('list')] == [
        ('list', SHOTS, [SHOTS + b'/b', SHOTS + b'/c'], True), ('list', SHOTS, [SHOTS + b'/a'],
                                                                False)]
    assert sorted(store.taken) == [1, 2]


def test_a_hole_is_walked_last_and_without_what_was_dealt_with(saved, tmp_path):
    """fanotify F22, F23: nothing tells when those files were closed, so all bits may be late."""
    store = Store([row(1, SHOTS + b'/a')], 'gap')
    work = saved(store, since=999980, roots=[SHOTS], source=source_of(tmp_path, SHOTS + b'/c'))
    assert work.named('list', 'walk') == [
        ('list', SHOTS, [SHOTS + b'/c'], DUE, True),
        ('list', SHOTS, [SHOTS + b'/a'], DUE, False),
        ('walk', SHOTS, SHOTS, DUE, 999979, [SHOTS + b'/a', SHOTS + b'/c'])]
    assert work.summary()['fallback'] == 'gap'


def test_the_first_milliseconds_of_a_task_are_not_missed(saved):
    """The kernel dates files by a clock that is a tick behind."""
    work = saved(Store(fallback='down'), since=1000000, roots=[SHOTS])
    assert work.named('walk')[0][4] == 1000000 - session.DATES_LAG < 1000000


def test_without_a_start_everything_is_walked_that_may_be_unsaved(saved):
    work = saved(Store(fallback='down'), roots=[SHOTS])
    assert work.named('walk')[0][4] is None


def test_after_a_halt_nothing_is_walked_and_late_closes_are_noted(saved):
    """A Spot host is about to go: no time for a walk, and what was cut off looks finished."""
    halt = Halt(999990.0, set())
    store = Store([row(1, SHOTS + b'/a', 999980.0), row(2, SHOTS + b'/b', 999995.0)], 'down')
    work = saved(store, halt=halt, roots=[SHOTS])
    assert work.named('walk') == [] and halt.open == {5}
    assert work.summary()['fallback'] == 'down'


def test_a_root_that_is_not_on_the_cache_stops_no_other(saved):
    """field-reports D2: it is named with what was written below it."""
    store = Store([row(1, SHOTS + b'/a'), row(2, PLATES + b'/b')])
    work = saved(store, elsewhere=[SHOTS])
    assert ('device', SHOTS, [SHOTS + b'/a']) in work.calls
    assert [call[1:3] for call in work.named('list')] == [(PLATES, [PLATES + b'/b'])]
    assert store.taken == [2]


def test_what_lies_on_another_file_system_is_said_and_stays_on_the_list(saved):
    store = Store([row(1, SHOTS + b'/local/a')])
    work = saved(store, now={SHOTS + b'/local/a': b'?'})
    assert work.named('count') == [('count', SHOTS, [SHOTS + b'/local/a'], 'failed', 'outside')]
    assert store.taken == []


def test_files_that_could_not_be_looked_for_are_named(saved):
    store = Store([row(1, SHOTS + b'/a')])
    work = saved(store, complete=False)
    assert work.named('cannot') == [
        ('cannot', SHOTS, [SHOTS + b'/a'], 'The mount gave no answer.')]
    assert work.named('list') == [] and store.taken == []


def test_only_what_lies_below_the_folders_is_saved_though_it_was_written_elsewhere(saved):
    """A render writes for itself and moves the frame to where it belongs."""
    store = Store([row(1, SHOTS + b'/tmp/a'), row(2, SHOTS + b'/tmp/b'), row(3, SHOTS + b'/x/c')])
    work = saved(store, folders=[SHOTS + b'/frames'],
                 now={SHOTS + b'/tmp/a': SHOTS + b'/frames/a', SHOTS + b'/x/c': None})
    assert [call[2] for call in work.named('list')] == [[SHOTS + b'/frames/a']]
    assert work.named('count') == []
    # A file that is gone is off the list, whoever asks.
    assert sorted(store.taken) == [1, 3]


@pytest.mark.parametrize('alive, settled, waits', [
    (True, True, False), (False, False, False), (True, False, True)])
def test_events_on_their_way_are_waited_for_while_the_service_lives(
        saved, monkeypatch, alive, settled, waits):
    clock = iter(range(10 ** 6))
    slept = []
    monkeypatch.setattr(session.time, 'monotonic', lambda: next(clock))
    monkeypatch.setattr(session.time, 'sleep', slept.append)
    store = Store(alive=alive, settled=settled)
    saved(store, roots=[SHOTS])
    assert bool(slept) is waits
    assert store.asked[-1] == ([POINT], BEGAN - 1, BEGAN)


NAMES = st.lists(st.sampled_from([b'a', b'b', b'shots', b'plates', b'shots2']), max_size=3)
FOLDER = st.builds(lambda top, names: b'/'.join([top] + names) or b'/', st.sampled_from(
    [b'', b'/mnt', b'/mnt/cache', b'/mnt/cache/shots']), NAMES).map(
        lambda path: path if path.startswith(b'/') else b'/' + path)


@settings(max_examples=200, deadline=None)
@given(st.lists(FOLDER, max_size=5), FOLDER)
def test_the_places_of_a_root_are_what_was_asked_for_and_lies_below_it(folders, path):
    """In exactly the places is what lies below the root and below a folder (or none is asked)."""
    one = session._Saving(config.NOTHING, Terms(folders, None, None, 0, None, {}), None, None, None)
    places = one._places(SHOTS)
    asked = not folders or any(covers(Root(folder, None), path) for folder in folders)
    below = covers(Root(SHOTS, None), path)
    assert any(covers(Root(place, None), path) for place in places) == (asked and below)
    assert all(covers(Root(SHOTS, None), place) for place in places)
    assert not any(covers(Root(one_place, None), other) for number, one_place in enumerate(places)
                   for other in places[:number] + places[number + 1:])
    one._children.close()


@given(st.lists(FOLDER, max_size=6))
def test_roots_inside_another_are_saved_with_it(paths):
    known = config.NOTHING._replace(roots={
        str(number): config.Root(str(number), path, '') for number, path in enumerate(paths)})
    found = session.roots_of(known)
    for path in paths:
        assert sum(covers(Root(root, None), path) for root in found) == 1
