# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call of writeback keeps on disk: paths, rows, names. Whatever bytes they are made of."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.lists import ListSource
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.store import Written
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.names import Names
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.paths import PathList
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.rows import Row, Rows
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

NAME = st.binary(min_size=1, max_size=12).map(
    lambda name: name.replace(b'\0', b'_').replace(b'/', b'_')).filter(
        lambda name: name not in (b'.', b'..'))
PATH = st.lists(NAME, min_size=1, max_size=4).map(lambda parts: b'/' + b'/'.join(parts))
ROOTS = [b'/mnt/cache/shots', b'/mnt/cache/plates']


# -- PathList ----------------------------------------------------------------------------


@given(st.lists(PATH, max_size=20))
def test_paths_come_out_as_they_went_in(paths):
    kept = PathList(paths[:10])
    try:
        for path in paths[10:]:
            kept.add(path)
        assert list(kept) == paths and list(kept) == paths
        assert bool(kept) == bool(paths)
        with open(kept.file, 'rb') as stream:
            assert stream.read() == b''.join(path + b'\0' for path in paths)
    finally:
        kept.close()


def test_more_than_one_read_holds():
    paths = [b'/mnt/cache/' + b'x' * 200 + b'/%06d' % number for number in range(2000)]
    kept = PathList(paths)
    assert list(kept) == paths
    kept.close()


def test_a_child_can_fill_it():
    kept = PathList()
    pid = os.fork()
    if pid == 0:
        kept.add(b'/by the child')
        kept.flush()
        os._exit(0)
    os.waitpid(pid, 0)
    assert list(kept) == [b'/by the child']
    kept.close()


# -- Rows --------------------------------------------------------------------------------


def written(number, path, inode=5, closed_at=1000.0):
    return Written(number, b'/mnt/cache', path, 1, inode, closed_at, 1, b'cp', 0)


class RowsAgainstAModel(RuleBasedStateMachine):
    """Rows are placed one after the other, as Locating finds them, in any order."""

    rows = Bundle('rows')

    def __init__(self):
        super(RowsAgainstAModel, self).__init__()
        self.kept = None
        self.model = {}
        self.now = {}

    @rule(target=rows, paths=st.lists(PATH, max_size=8),
          inodes=st.lists(st.integers(0, 2 ** 64 - 1), min_size=8, max_size=8))
    def fill(self, paths, inodes):
        if self.kept is not None:
            return multiple()
        self.model = {number: (path, inode) for number, (path, inode)
                      in enumerate(zip(paths, inodes), 1)}
        self.kept = Rows(written(number, path, inode, 1000.0 + number)
                         for number, (path, inode) in self.model.items())
        return multiple(*self.model)

    @rule(number=rows, path=st.one_of(PATH, st.just(b'')))
    def place(self, number, path):
        self.kept.place(Row(number), path)
        self.now[number] = path

    @rule(number=rows)
    def origin(self, number):
        assert self.kept.path_of(Row(number)) == self.model[number][0]

    @invariant()
    def is_as_the_model(self):
        if self.kept is None:
            return
        assert len(self.kept) == len(self.model)
        assert self.kept.newest == (1000.0 + len(self.model) if self.model else 0)
        assert {number: (folder.rstrip(b'/') + b'/' + name, inode) for number, folder, name, inode
                in self.kept.by_folder()} == self.model
        assert sorted(self.kept.paths()) == sorted(path for path, _inode in self.model.values())
        assert list(self.kept.placed()) == sorted(set(self.now.values()) - {b''})
        assert sorted(self.kept.elsewhere()) == sorted(
            path for number, (path, _inode) in self.model.items() if number not in self.now)
        for path in set(self.now.values()):
            assert {row.id for row in self.kept.at(path)} == {
                number for number, now in self.now.items() if now == path}

    def teardown(self):
        if self.kept is not None:
            self.kept.close()


TestRows = RowsAgainstAModel.TestCase
TestRows.settings = settings(max_examples=30, stateful_step_count=12, deadline=None)


def test_the_rows_of_a_folder_lie_side_by_side():
    """Each folder is opened once."""
    rows = Rows(written(number, path) for number, path in enumerate(
        [b'/b/1', b'/a/1', b'/b/0', b'/a/b/1', b'/a/0', b'/x']))
    assert [folder for _id, folder, _name, _inode in rows.by_folder()] == [
        b'/', b'/a', b'/a', b'/a/b', b'/b', b'/b']
    rows.close()


# -- Names -------------------------------------------------------------------------------


@pytest.fixture
def sorted_below(tmp_path):
    """sorted_below(data, base): {root: paths} of a NUL-ended list."""
    children = Children()

    def told(data, base=None, null=True):
        (tmp_path / 'list').write_bytes(data)
        names = Names(children, ListSource(bytes(tmp_path / 'list'), null, 1 << 20, 1000), ROOTS,
                      base)
        try:
            return {root: list(paths) for root, paths in names.below.items()}
        finally:
            names.close()
    yield told
    children.close()


def test_a_name_belongs_to_the_root_that_it_lies_below(sorted_below):
    assert sorted_below(b'/mnt/cache/shots/a\0/mnt/cache/plates/b/c\0/mnt/cache/other/d\0/etc/x\0'
                        b'/mnt/cache/shots2/e\0//mnt//cache/./shots/f\n\0') == {
        b'/mnt/cache/shots': [b'/mnt/cache/shots/a', b'/mnt/cache/shots/f\n'],
        b'/mnt/cache/plates': [b'/mnt/cache/plates/b/c']}


def test_a_root_itself_is_no_file(sorted_below):
    assert sorted_below(b'/mnt/cache/shots\0/mnt/cache/shots/\0/\0') == {root: [] for root in ROOTS}


def test_relative_names_lie_in_the_one_folder(sorted_below):
    assert sorted_below(b'a\nb\n', ROOTS[1], null=False)[ROOTS[1]] == [
        ROOTS[1] + b'/a', ROOTS[1] + b'/b']


@pytest.mark.parametrize('data, base, said', [
    (b'/mnt/cache/shots/a\0b\0', None, 'entry 2, "b", is relative. Give absolute names'),
    (b'/mnt/cache/../x\0', None, 'has a ".." component'),
    (b'..\0', ROOTS[0], 'has a ".." component'),
])
def test_a_list_with_one_bad_name_is_refused_whole(sorted_below, data, base, said):
    with pytest.raises(Refused) as refused:
        sorted_below(data, base)
    assert said in str(refused.value) and 'Nothing was requested' in str(refused.value)


def test_a_list_that_is_not_there(tmp_path):
    children = Children()
    source = ListSource(bytes(tmp_path / 'none'), True, 1 << 20, 1000)
    with pytest.raises(Refused, match='none'):
        Names(children, source, ROOTS)
    children.close()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ROOTS + [b'/elsewhere', b'/mnt/cache']), NAME),
                min_size=1, max_size=10))
def test_no_name_of_a_root_is_lost_and_none_is_invented(tmp_path_factory, names):
    path = bytes(tmp_path_factory.getbasetemp() / 'names')
    paths = [place + b'/' + name for place, name in names]
    with open(path, 'wb') as stream:
        stream.write(b''.join(one + b'\0' for one in paths))
    children = Children()
    kept = Names(children, ListSource(path, True, 1 << 20, 1000), ROOTS)
    for root in ROOTS:
        assert list(kept.below[root]) == [one for one in paths if one.startswith(root + b'/')]
    kept.close()
    children.close()
