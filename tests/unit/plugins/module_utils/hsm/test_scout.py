# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scout: a child that walks or looks at a list, and its parent's queue."""

import errno
import os
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import (
    explore,
    scout,
    walk,
    wire,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Root
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.lists import ListSource
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.scout import Scout
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.selection import Selection

CALLER = 65534


@pytest.fixture(name='children')
def make_children():
    children = Children()
    yield children
    children.close()


@pytest.fixture(name='tree')
def make_tree(tmp_path):
    for name in ('a/one.exr', 'a/two.tif', 'b/one.exr', '.snapshot/old'):
        path = tmp_path / 'root' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b'123')
    return Root(os.fsencode(str(tmp_path / 'root')), None)


def listing(tmp_path, data, null=True):
    (tmp_path / 'list').write_bytes(data)
    return ListSource(os.fsencode(str(tmp_path / 'list')), null, 1 << 20, 10 ** 6)


def gather(children, one, most_seconds=20):
    entries = []
    ends = time.monotonic() + most_seconds
    while not one.ended:
        assert time.monotonic() < ends
        children.wait(0.1)
        entries += one.take(1000)
    return entries


def test_a_walk(children, tree):
    one = Scout(children, [tree], Selection(include=[b'*.exr']))
    entries = gather(children, one)
    assert sorted(entry.rel for entry in entries) == [b'a/one.exr', b'b/one.exr']
    assert {(entry.root, entry.size, entry.nlink, entry.problem) for entry in entries} == {
        (0, 3, 1, None)}
    assert one.complete and one.error is None and not one.problems
    assert (one.seen, one.taken, one.size) == (6, 2, 6)


def test_several_roots_and_a_single_file(children, tree):
    roots = [Root(tree.path + b'/a', None), Root(tree.path + b'/b', b'one.exr')]
    entries = gather(children, Scout(children, roots, Selection()))
    assert sorted((entry.root, entry.rel) for entry in entries) == [
        (0, b'one.exr'), (0, b'two.tif'), (1, b'one.exr')]


def test_the_one_file_of_a_path_may_be_gone(children, tree):
    entries = gather(children, Scout(children, [Root(tree.path, b'gone')], Selection()))
    assert [entry.problem for entry in entries] == ['vanished']


def test_a_list(children, tree, tmp_path):
    source = listing(tmp_path, b'a/one.exr\0b/no\0a\0' + tree.path + b'/b/one.exr\0a/two.tif')
    one = Scout(children, [tree], Selection(exclude=[b'*.tif']), source)
    assert [(entry.rel, entry.problem) for entry in gather(children, one)] == [
        (b'a/one.exr', None), (b'b/no', 'missing'), (b'a', 'not_regular'), (b'b/one.exr', None)]
    assert one.complete


def test_a_bad_list_is_refused_before_any_entry(children, tree, tmp_path):
    source = listing(tmp_path, b'a/one.exr\0' * 50000 + b'../etc/passwd\0')
    one = Scout(children, [tree], Selection(), source._replace(max_bytes=1 << 30))
    with pytest.raises(Refused) as refused:
        gather(children, one)
    assert 'entry 50001' in str(refused.value)


def test_a_root_that_is_gone_is_no_empty_root(children, tree):
    one = Scout(children, [tree, Root(b'/no/such/root', None)], Selection())
    assert len(gather(children, one)) == 3
    assert one.problems == [(b'/no/such/root', errno.ENOENT)] and not one.complete
    assert '/no/such/root: No such file' in one.error and 'incomplete' in one.error


def test_the_queue_is_bounded_and_goes_on(children, tmp_path):
    for number in range(300):
        (tmp_path / str(number)).write_bytes(b'')
    root = Root(os.fsencode(str(tmp_path)), None)
    source = listing(tmp_path, b''.join(b'%d\0' % number for number in range(40000)))
    one = Scout(children, [root], Selection(), source)
    ends = time.monotonic() + 20
    while len(one._queue) < scout.QUEUE and time.monotonic() < ends:
        children.wait(0.1)
    for _turn in range(100):
        children.wait(0.002)
    assert scout.QUEUE <= len(one._queue) < 2 * scout.QUEUE
    entries = gather(children, one)
    assert len(entries) == 40000 and [e.problem for e in entries[:300]] == [None] * 300
    assert entries[300].problem == 'missing'


def failing_scandir(number, where=None):
    real = os.scandir

    def scandir(path):
        if where is None or os.readlink(path).endswith(where):
            raise OSError(number, os.strerror(number))
        return real(path)
    return scandir


@pytest.mark.parametrize('number', [errno.ESHUTDOWN, errno.EIO])
def test_an_evicted_client_is_named(children, tree, monkeypatch, number):
    # field-reports L10: not "vanished", not "not Lustre", not an empty tree.
    monkeypatch.setattr(walk.os, 'scandir', failing_scandir(number))
    one = Scout(children, [tree, tree], Selection())
    assert gather(children, one) == []
    assert one.evicted and not one.complete and one.problem_count == 1
    assert 'evicted' in one.error and 'incomplete' in one.error


def test_one_bad_folder_is_not_an_eviction(children, tree, monkeypatch):
    # field-reports L4: what was found is still handled; the listing is incomplete.
    monkeypatch.setattr(walk.os, 'scandir', failing_scandir(errno.EIO, b'/a'))
    one = Scout(children, [tree], Selection())
    assert [entry.rel for entry in gather(children, one)] == [b'b/one.exr']
    assert not one.evicted and not one.complete
    assert one.problems == [(tree.path + b'/a', errno.EIO)]


def test_a_listed_name_on_a_dead_mount(children, tree, tmp_path, monkeypatch):
    real = os.stat

    def stat(name, **options):
        if name == b'one.exr':
            raise OSError(errno.ESHUTDOWN, 'shut down')
        return real(name, **options)
    source = listing(tmp_path, b'a/two.tif\0a/one.exr\0b/one.exr\0')
    monkeypatch.setattr(explore.os, 'stat', stat)
    one = Scout(children, [tree], Selection(), source)
    entries = gather(children, one)
    assert [(entry.rel, entry.problem) for entry in entries] == [(b'a/two.tif', None)]
    assert one.evicted and one.problems == [(tree.path + b'/a/one.exr', errno.ESHUTDOWN)]


def test_a_mount_without_an_answer_is_left_behind(children, tree, monkeypatch):
    # field-reports L11: the walk ends within its deadline and says so.
    monkeypatch.setattr(walk.os, 'scandir', lambda path: time.sleep(60))
    started = time.monotonic()
    one = Scout(children, [tree], Selection(), idle=0.5)
    assert gather(children, one) == []
    assert time.monotonic() - started < 5
    assert one.stuck and not one.complete and 'no answer' in one.error


def test_a_walk_that_takes_nothing_is_still_alive(children, tree, monkeypatch):
    monkeypatch.setattr(wire, '_BEAT_SECONDS', 0.05)

    def slow_walk(_folder, _selection, tick, _problem):
        for _turn in range(2000):
            time.sleep(0.001)
            tick()
        return iter(())
    monkeypatch.setattr(explore, 'walk', slow_walk)
    one = Scout(children, [tree], Selection(), idle=0.8)
    assert gather(children, one) == [] and not one.stuck
    assert one.seen == 2000


def test_a_child_that_dies_or_lies_is_no_complete_walk(children, tree, monkeypatch):
    monkeypatch.setattr(explore, 'walk', lambda *arguments: os._exit(0))
    one = Scout(children, [tree], Selection())
    assert gather(children, one) == [] and 'ended before' in one.error

    monkeypatch.setattr(wire, 'pack_entry', lambda entry: b'nonsense')
    monkeypatch.setattr(explore, 'walk', walk.walk)
    one = Scout(children, [tree], Selection())
    assert gather(children, one) == [] and 'nonsense' in one.error

    def broken(*_arguments):
        raise ValueError('a fault of ours')
    monkeypatch.setattr(explore, 'walk', broken)
    one = Scout(children, [tree], Selection())
    assert gather(children, one) == [] and not one.complete and one.error


def test_a_list_is_looked_at_with_the_callers_rights(children, tmp_path):
    # The design, rule 7: each listed name is checked with the caller's uid and groups.
    if os.geteuid() != 0:
        pytest.skip('needs root, to become somebody else')
    root = tmp_path / 'root'
    (root / 'private').mkdir(parents=True)
    (root / 'private' / 'f').write_bytes(b'')
    (root / 'group').mkdir()
    (root / 'group' / 'f').write_bytes(b'')
    (root / 'open').write_bytes(b'')
    os.chmod(str(root / 'private'), 0o700)
    os.chown(str(root / 'group'), 0, 4711)
    os.chmod(str(root / 'group'), 0o750)
    os.chmod(str(tmp_path), 0o700)
    names = b'private/f\0group/f\0open\0'
    for groups, answer in (([], 'denied'), ([4711], None)):
        one = Scout(children, [Root(os.fsencode(str(root)), None)], Selection(),
                    listing(tmp_path, names), caller=(CALLER, CALLER, groups))
        assert [entry.problem for entry in gather(children, one)] == ['denied', answer, None]
        assert one.complete


def test_the_scout_is_stopped(children, tree, monkeypatch):
    monkeypatch.setattr(walk.os, 'scandir', lambda path: time.sleep(60))
    one = Scout(children, [tree], Selection())
    children.wait(0.1)
    one.stop()
    assert gather(children, one, 5) == [] and not one.complete
