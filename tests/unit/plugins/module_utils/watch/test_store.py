# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of what this host wrote: what goes in comes out, and what is lost is said."""

import os
import stat
import subprocess
import sys

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch import keeper as keeping
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.database import (
    Database,
    Unavailable,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.keeper import Keeper
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.store import (
    FRESH_SECONDS,
    SERVICE,
    Gap,
    Store,
    Written,
)

CACHE = b'/mnt/cache'
NOW = 1000000.0


class Clock(object):
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / 'state' / 'written.sqlite')


@pytest.fixture
def keeper(path, clock):
    one = Keeper(path, clock, most_files=100)
    yield one
    one.close()


@pytest.fixture
def read(path, clock):
    """Opens the list as others do."""
    opened = []

    def again():
        opened.append(Store(path, clock))
        return opened[-1]

    yield again
    for store in opened:
        store.close()


def event(path=b'/mnt/cache/a', inode=7, **changes):
    return Written(None, CACHE, path, 40, inode, NOW, 99, b'mantra', 1000)._replace(**changes)


def listed(store, **options):
    return [entry.path for entry in store.written(**options)]


def watched(keeper, began, seen, how='fd-fs', service=True):
    spans = [(CACHE, how, began, seen)]
    keeper.write([], [], spans + ([(SERVICE, 'watch', began, seen)] if service else []))


@pytest.mark.parametrize('name', [
    b'plain', b'new\nline', b'\xff\xfe', b' (deleted)', b'-rf', b"'\"", b'x' * 3900])
def test_any_name_comes_back_as_it_was(keeper, read, name):
    keeper.write([event(CACHE + b'/' + name)], [], [])
    entry, = read().written()
    assert entry._replace(id=None) == event(CACHE + b'/' + name)


@pytest.mark.parametrize('inode', [1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_an_inode_number_has_64_bits(keeper, read, inode):
    keeper.write([event(inode=inode)], [], [])
    keeper.write([event(b'/mnt/cache/b', inode=inode)], [], [])
    entry, = read().written()
    assert (entry.inode, entry.path) == (inode, b'/mnt/cache/b')


def test_a_file_stands_once_under_its_last_name(keeper, read):
    keeper.write([event(b'/mnt/cache/a.tmp'), event(b'/mnt/cache/a')], [], [])
    assert listed(read()) == [b'/mnt/cache/a']


def test_the_same_inode_of_another_mount_is_another_file(keeper, read):
    keeper.write([event(), event(b'/mnt/other/a', mount=b'/mnt/other')], [], [])
    assert len(listed(read())) == 2


def test_below_takes_folders_and_files_exactly(keeper, read):
    names = [b'/c/shot', b'/c/shot/a', b'/c/shot/sub/b', b'/c/shot0', b'/c/shot-2/a', b'/c/sho']
    keeper.write([event(name, inode=number) for number, name in enumerate(names)], [], [])
    store = read()
    assert listed(store, below=[b'/c/shot']) == names[:3]
    assert listed(store, below=[b'/c/shot/', b'/c/shot0']) == names[:4]
    assert listed(store, below=[b'/']) == names


def test_since_takes_what_was_read_then_or_later(keeper, read):
    keeper.write([event(b'/c/%d' % at, inode=at, closed_at=float(at)) for at in (1, 2, 3)], [], [])
    assert listed(read(), since=2) == [b'/c/2', b'/c/3']


def test_pages_give_everything_once_and_end_though_files_are_written_again(keeper, read):
    keeper.write([event(b'/c/%d' % at, inode=at) for at in range(1201)], [], [])
    store, seen = read(), []
    for entry in store.written():
        seen.append(entry.inode)
        if len(seen) < 600:
            keeper.write([event(entry.path, inode=entry.inode)], [], [])
    assert sorted(seen) == list(range(1201))


def test_only_what_was_not_written_again_is_taken_off(keeper, read):
    keeper.write([event(b'/c/1', inode=1), event(b'/c/2', inode=2)], [], [])
    store = read()
    entries = list(store.written())
    keeper.write([event(b'/c/2', inode=2)], [], [])
    assert store.saved(entries)
    assert listed(store) == [b'/c/2']


def test_taking_off_does_not_give_an_old_number_to_a_new_event(keeper, read):
    keeper.write([event()], [], [])
    store = read()
    entries = list(store.written())
    store.saved(entries)
    keeper.write([event()], [], [])
    store.saved(entries)
    assert len(listed(store)) == 1


def test_the_file_is_roots_alone(keeper, path):
    before = os.umask(0)
    try:
        keeper.write([event()], [], [])
    finally:
        os.umask(before)
    modes = {name: stat.S_IMODE(os.stat(os.path.join(os.path.dirname(path), name)).st_mode)
             for name in os.listdir(os.path.dirname(path))}
    assert modes and set(modes.values()) == {0o600}
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o755


class TestWhatIsCovered:
    def test_all_of_it(self, keeper, read):
        watched(keeper, NOW - 500, NOW)
        assert read().gaps([CACHE], NOW - 400) == []
        assert read().fallback([CACHE], NOW - 400) is None

    def test_not_before_the_service_began(self, keeper, read):
        watched(keeper, NOW - 500, NOW)
        assert read().gaps([CACHE], NOW - 600) == [Gap(CACHE, NOW - 600, NOW - 500, 'down')]
        assert read().fallback([CACHE], NOW - 600) == 'down'

    def test_not_while_it_was_killed(self, keeper, read):
        watched(keeper, NOW - 500, NOW - 300)
        watched(keeper, NOW - 200, NOW)
        assert read().gaps([CACHE]) == [Gap(CACHE, NOW - 300, NOW - 200, 'down')]
        assert read().fallback([CACHE], NOW - 150) is None

    def test_not_when_it_gives_no_sign_of_life(self, keeper, read, clock):
        watched(keeper, NOW - 500, NOW)
        clock.now += FRESH_SECONDS + 1
        assert read().fallback([CACHE], NOW - 400) == 'down'

    def test_a_mount_that_could_not_be_marked(self, keeper, read):
        keeper.write([], [], [(SERVICE, 'watch', NOW - 500, NOW)])
        assert read().fallback([CACHE], NOW - 400) == 'unmarked'
        watched(keeper, NOW - 100, NOW, service=False)
        assert read().fallback([CACHE], NOW - 400) == 'unmarked'
        assert read().fallback([CACHE], NOW - 50) is None

    def test_a_service_that_has_just_said_so_is_not_down(self, keeper, read):
        keeper.write([], [], [(SERVICE, 'watch', NOW - 500, NOW - 1)])
        assert read().fallback([CACHE], NOW - 400, until=NOW) == 'unmarked'

    def test_a_service_that_was_killed_just_now_was_down_until_the_next_began(self, keeper, read):
        watched(keeper, NOW - 500, NOW - 3)
        keeper.write([], [], [(SERVICE, 'watch', NOW - 2, NOW)])
        watched(keeper, NOW - 1, NOW, service=False)
        assert read().fallback([CACHE], NOW - 400, until=NOW) == 'down'

    def test_other_mounts_do_not_count(self, keeper, read):
        watched(keeper, NOW - 500, NOW)
        keeper.write([], [Gap(b'/mnt/other', NOW - 9, NOW - 8, 'queue')], [])
        assert read().fallback([CACHE], NOW - 400) is None
        assert read().fallback([CACHE, b'/mnt/other'], NOW - 400) == 'unmarked'

    def test_a_gap_that_was_said(self, keeper, read):
        watched(keeper, NOW - 500, NOW)
        keeper.write([], [Gap(CACHE, NOW - 90, NOW - 80, 'unread: ENOENT')], [])
        assert read().fallback([CACHE], NOW - 400) == 'gap'
        assert read().fallback([CACHE], NOW - 70) is None

    def test_a_gap_of_all_mounts(self, keeper, read):
        watched(keeper, NOW - 500, NOW)
        keeper.write([], [Gap(SERVICE, NOW - 90, NOW - 80, 'clock')], [])
        assert read().fallback([CACHE], NOW - 400) == 'gap'

    def test_settled_is_what_the_reader_has_come_past(self, keeper, read):
        watched(keeper, NOW - 500, NOW - 2)
        assert read().settled([CACHE], NOW - 2)
        assert not read().settled([CACHE], NOW - 1)
        assert not read().settled([CACHE, b'/mnt/other'], NOW - 2)

    def test_health(self, keeper, read, clock):
        watched(keeper, NOW - 500, NOW - 20, how='fd-mount')
        keeper.write([], [], [(SERVICE, 'watch', NOW - 500, NOW)])
        assert read().health() == (True, {CACHE: None})
        watched(keeper, NOW - 5, NOW)
        assert read().health() == (True, {CACHE: 'fd-fs'})
        clock.now += 60
        assert read().health() == (False, {CACHE: None})


class TestALimit:
    def test_the_oldest_files_go_and_leave_a_gap(self, keeper, read, path, clock):
        keeper.write([event(b'/c/%d' % at, inode=at, closed_at=NOW + at) for at in range(150)],
                     [], [])
        keeper.close()
        Keeper(path, clock, most_files=100).write([], [], [])
        store = read()
        assert listed(store) == [b'/c/%d' % at for at in range(60, 150)]
        gap, = [gap for gap in store.gaps([CACHE], 1, until=1) if gap.reason != 'down']
        assert (gap.began, gap.ended) == (NOW, NOW + 59)

    def test_gaps_that_touch_become_one(self, keeper, read):
        for second in range(50):
            keeper.write([], [Gap(CACHE, NOW + second, NOW + second + 0.5, 'unread')], [])
        assert read()._rows('SELECT began, ended FROM gaps') == [(NOW, NOW + 49.5)]

    def test_many_gaps_become_one_that_covers_them(self, keeper, read, monkeypatch):
        monkeypatch.setattr(keeping, 'MOST_GAPS', 10)
        monkeypatch.setattr(keeping, '_TRIM_EVERY', 1)
        for number in range(40):
            keeper.write([], [Gap(CACHE, NOW + 9 * number, NOW + 9 * number + 1, 'unread')], [])
        rows = read()._rows('SELECT mount, began, ended FROM gaps')
        assert len(rows) <= 10
        assert min(began for _mount, began, _ended in rows) == NOW
        assert max(ended for _mount, _began, ended in rows) == NOW + 9 * 39 + 1
        assert all(any(began <= NOW + 9 * number <= ended for _mount, began, ended in rows)
                   for number in range(40))

    def test_what_is_old_goes(self, keeper, read, path, clock):
        keeper.write([], [Gap(CACHE, NOW - 9, NOW, 'unread')], [(CACHE, 'fd-fs', NOW - 9, NOW)])
        keeper.close()
        clock.now += 30 * 86400
        Keeper(path, clock).write([], [], [])
        store = read()
        assert store._rows('SELECT * FROM gaps') == store._rows('SELECT * FROM spans') == []


class TestAFault:
    def test_no_list_covers_nothing(self, read):
        store = read()
        assert (listed(store), store.fallback([CACHE], NOW)) == ([], None)
        assert store.fallback([CACHE], NOW - 60) == 'down'
        assert 'does not exist' in store.problem
        assert store.health() == (False, {})
        assert store.saved([])

    @pytest.mark.parametrize('content', [b'nonsense' * 4096, b'SQLite format 3\0' + b'\xff' * 9000])
    def test_a_damaged_file_is_put_aside_and_a_new_one_is_begun(
            self, keeper, read, path, clock, content):
        os.makedirs(os.path.dirname(path))
        with open(path, 'wb') as stream:
            stream.write(content)
        assert read().fallback([CACHE], NOW - 60) == 'down'
        said = []
        keeper = Keeper(path, clock, say=said.append)
        with pytest.raises(Unavailable):
            keeper.write([event()], [], [])
        assert keeper.renewed == 1 and 'put aside' in said[0]
        keeper.write([event()], [], [])
        keeper.close()
        assert len(listed(read())) == 1
        with open(path + '.damaged', 'rb') as stream:
            assert stream.read() == content

    def test_damage_in_the_middle_of_a_list(self, keeper, read, path, clock):
        keeper.write([event(b'/c/%d' % at + b'x' * 200, inode=at) for at in range(500)], [], [])
        keeper.close()
        with open(path, 'r+b') as stream:
            stream.seek(8192)
            stream.write(b'\xa5' * 65536)
        store = read()
        listed(store)
        again = Keeper(path, clock)
        with pytest.raises(Unavailable):
            again.write([event()], [], [])
        again.write([event()], [], [])
        again.close()
        assert listed(read()) == [b'/mnt/cache/a']

    def test_the_list_of_a_newer_version_is_not_touched(self, keeper, read, path):
        keeper.write([event()], [], [])
        keeper.close()
        database = Database(path, create=False)
        database.execute('PRAGMA user_version = 2')
        database.close()
        store = read()
        assert 'schema is 2' in store.problem and store.fallback([CACHE], NOW - 60) == 'down'
        with pytest.raises(Unavailable):
            keeper.write([event()], [], [])
        assert os.path.exists(path + '.damaged')

    def test_nothing_is_written_by_halves(self, keeper, read):
        with pytest.raises(Unavailable):
            keeper.write([event(), event(b'/mnt/cache/b', inode=8, uid=None)], [], [])
        assert listed(read()) == []
        keeper.write([event()], [], [])
        assert len(listed(read())) == 1

    def test_a_lock_of_somebody_else_is_waited_for_and_said(self, keeper, path, monkeypatch):
        keeper.write([event()], [], [])
        other = Database(path, create=False)
        keeper._database.execute('PRAGMA busy_timeout = 1')
        with other.transaction():
            with pytest.raises(Unavailable):
                keeper.write([event()], [], [])
        keeper.write([event()], [], [])
        other.close()

    def test_a_reader_does_not_hold_up_the_service(self, keeper, read):
        keeper.write([event(inode=number) for number in range(900)], [], [])
        walk = read().written()
        next(walk)
        keeper.write([event()], [], [])
        walk.close()

    def test_a_process_that_is_killed_loses_nothing(self, path, read):
        """It writes one event after the other, says so, and is killed without a warning."""
        code = '''
import os, signal, sys
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.keeper import Keeper
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.store import Written
keeper = Keeper(sys.argv[1])
for number in range(50):
    keeper.write([Written(None, b'/c', b'/c/%d' % number, 1, number, 1.0, 1, b'x', 0)], [], [])
os.kill(os.getpid(), signal.SIGKILL)
'''
        ended = subprocess.run([sys.executable, '-c', code, path], check=False,
                               env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)))
        assert ended.returncode == -9
        assert len(listed(read())) == 50
