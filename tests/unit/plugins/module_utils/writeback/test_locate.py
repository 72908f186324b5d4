# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the file of an event is now: by its inode, in its folder and around it."""

import os
import shutil

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.store import Written
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback import locate
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.locate import Locating
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.rows import Rows
from hypothesis import given, settings
from hypothesis import strategies as st

FOLDERS = ['', 'a', 'a/b', 'a/b/c', 'a/b2', 'a2', 'a2/b']


class Site(object):
    """A tree, and what was written in it: {name at its close: inode}."""

    def __init__(self, root):
        self.root = root
        self.written = []
        for name in FOLDERS[1:]:
            (root / name).mkdir(parents=True, exist_ok=True)

    def write(self, *names):
        for name in names:
            path = self.root / name
            path.write_bytes(b'x')
            self.written.append(Written(len(self.written) + 1, b'/', bytes(path), 1,
                                        path.stat().st_ino, 1000.0, 1, b'cp', 0))

    def move(self, before, after):
        os.rename(str(self.root / before), str(self.root / after))

    def look(self, root=None, device=None):
        """Return (where each file is now, which are gone, of which nothing is known)."""
        children, gone = Children(), []
        rows = Rows(self.written)
        root = bytes(self.root if root is None else root)

        def is_gone(row):
            rows.place(row, b'')
            gone.append(row)

        locating = Locating(children, rows, root,
                            os.stat(root).st_dev if device is None else device, is_gone)
        locating.finish()
        assert locating.complete
        names = {row.id: self.name(row.path) for row in self.written}
        found = {names[row.id]: self.name(path) for path in rows.placed() for row in rows.at(path)}
        told = found, {names[row.id] for row in gone}, {self.name(path) for path
                                                        in rows.elsewhere()}
        rows.close()
        children.close()
        return told

    def name(self, path):
        return os.path.relpath(os.fsdecode(path), str(self.root))


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / 'root')


def test_what_stayed_where_it_was(site):
    site.write('x', 'a/b/1', 'a/b/2')
    assert site.look() == ({'x': 'x', 'a/b/1': 'a/b/1', 'a/b/2': 'a/b/2'}, set(), set())


@pytest.mark.parametrize('before, after', [
    ('a/b/1.part', 'a/b/1'),            # a temporary name
    ('a/b/1', 'a/1'),                   # out of a folder for temporary files
    ('a/b/1', 'a/b/c/1'), ('a/b/1', 'a/b2/1'), ('1', 'a/1'), ('a/1', '1'),
])
def test_one_level_around_is_looked_through(site, before, after):
    site.write(before)
    site.move(before, after)
    assert site.look() == ({before: after}, set(), set())


@pytest.mark.parametrize('before, after', [('a/b/1', '1'), ('a/b/1', 'a2/1'), ('1', 'a/b/1')])
def test_what_moved_further_is_for_the_sweep(site, before, after):
    site.write(before)
    site.move(before, after)
    assert site.look() == ({}, {before}, set())


def test_nothing_is_looked_for_outside_of_the_root(site):
    site.write('a/b/1')
    site.move('a/b/1', '1')
    assert site.look(root=site.root / 'a') == ({}, {'a/b/1'}, set())


def test_what_was_deleted(site):
    site.write('a/1', 'a/b/2', 'a/b/3')
    (site.root / 'a' / '1').unlink()
    shutil.rmtree(str(site.root / 'a' / 'b'))
    assert site.look() == ({}, {'a/1', 'a/b/2', 'a/b/3'}, set())


def test_a_folder_that_was_renamed_around_the_file(site):
    """`mv tmp frames`: the folder of the event is gone, and its neighbours are looked through."""
    site.write('a/b/1')
    site.move('a/b', 'a/frames')
    assert site.look() == ({'a/b/1': 'a/frames/1'}, set(), set())


def test_another_file_of_that_name_is_another_file(site):
    site.write('a/1')
    site.move('a/1', 'a/kept')
    (site.root / 'a' / '1').write_bytes(b'by another host')
    assert site.look() == ({'a/1': 'a/kept'}, set(), set())


@pytest.mark.parametrize('make', [
    os.mkdir, os.mkfifo, lambda path: os.symlink('b', path)])
def test_what_is_no_file_any_more(site, make):
    site.write('a/1')
    (site.root / 'a' / '1').unlink()
    make(str(site.root / 'a' / '1'))
    assert site.look() == ({}, {'a/1'}, set())


def test_a_folder_that_became_a_link_leads_nowhere(site, tmp_path):
    site.write('a/b/1')
    site.move('a/b', 'a/kept')
    shutil.rmtree(str(site.root / 'a' / 'kept'))
    (tmp_path / 'outside').mkdir()
    (site.root / 'a' / 'b').symlink_to(tmp_path / 'outside')
    assert site.look() == ({}, {'a/b/1'}, set())


def test_two_events_of_one_file_are_one_file(site):
    site.write('a/1')
    site.write('a/1')
    site.move('a/1', 'a/2')
    found, gone, unknown = site.look()
    assert (found, gone, unknown) == ({'a/1': 'a/2'}, set(), set())


def test_hard_links_are_found_by_either_name(site):
    site.write('a/1')
    os.link(str(site.root / 'a' / '1'), str(site.root / 'a' / 'other'))
    (site.root / 'a' / '1').unlink()
    assert site.look()[0] == {'a/1': 'a/other'}


def test_a_folder_on_another_file_system_says_nothing(site):
    """field-reports D2: neither found nor gone, so it is reported and stays on the list."""
    site.write('a/1', 'a/b/2')
    (site.root / 'a' / '1').unlink()
    assert site.look(device=1) == ({}, set(), {'a/1', 'a/b/2'})


def test_a_folder_with_more_names_than_are_looked_at(site, monkeypatch):
    """Bounded in time: what is beyond is for the sweep."""
    monkeypatch.setattr(locate, 'MOST_NAMES', 50)
    site.write('a/b/1')
    site.move('a/b/1', 'a/z')
    for number in range(100):
        (site.root / 'a' / 'b' / ('%d' % number)).write_bytes(b'')
    assert site.look() == ({}, {'a/b/1'}, set())


def test_odd_names(site):
    names = ['a/\n', 'a/ (deleted)', 'a/-x', os.fsdecode(b'a/\xff'), 'a/' + 'x' * 255]
    site.write(*names)
    assert site.look()[0] == {name: name for name in names}


def test_a_folder_that_nobody_may_list_as_a_file_system_error(site):
    """What cannot be listed holds nothing to be found, and hides nothing of the rest."""
    site.write('a/1', 'a2/2')
    shutil.rmtree(str(site.root / 'a'))
    (site.root / 'a').write_bytes(b'a file now')
    assert site.look() == ({'a2/2': 'a2/2'}, {'a/1'}, set())


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(FOLDERS), st.sampled_from(FOLDERS + [None])),
                min_size=1, max_size=6))
def test_every_file_is_found_where_it_is_or_said_to_be_gone(tmp_path_factory, moves):
    """Never at a place where it is not, and never gone when it is in its folder or next to it."""
    top = tmp_path_factory.mktemp('site')
    site = Site(top / 'root')
    # Lustre gives no number twice; here a file keeps its own as long as it is somewhere.
    (top / 'deleted').mkdir()
    now = {}
    for number, (before, after) in enumerate(moves):
        name = os.path.normpath(os.path.join(before, '%d' % number))
        site.write(name)
        if after is None:
            site.move(name, '../deleted/%d' % number)
            continue
        now[name] = os.path.normpath(os.path.join(after, 'moved%d' % number))
        site.move(name, now[name])
    found, gone, unknown = site.look()
    assert unknown == set() and set(found) | gone == {site.name(one.path) for one in site.written}
    assert all(now[name] == path for name, path in found.items())
    for name, path in now.items():
        if os.path.dirname(name) == os.path.dirname(path):
            assert name in found
    shutil.rmtree(str(top))
