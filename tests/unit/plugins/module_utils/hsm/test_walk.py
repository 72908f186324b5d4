# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walk of a tree."""

import errno
import os
import shutil
import subprocess
import tracemalloc

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import walk as walk_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.folders import open_path
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.selection import Selection
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.walk import Pending, walk
from hypothesis import given
from hypothesis import strategies as st


def walked(path, selection=None, problem=None, tick=lambda: None):
    """Return {rel: stat result} of a tree; any problem fails unless it is expected."""
    def unexpected(rel, number):
        raise AssertionError('%r: %s' % (rel, os.strerror(number)))
    root = open_path(os.fsencode(str(path)))
    try:
        seen = {}
        for rel, facts in walk(root, selection or Selection(), tick, problem or unexpected):
            assert rel not in seen
            seen[rel] = facts
        return seen
    finally:
        os.close(root)


def write(path, size=0):
    with open(path, 'wb') as target:
        target.write(b'x' * size)


def open_descriptors():
    return len(os.listdir('/proc/self/fd'))


def test_every_regular_file_once_and_nothing_else(tmp_path):
    top = os.fsencode(str(tmp_path))
    os.makedirs(top + b'/a/b/c')
    names = [b'top', b'a/new\nline', b'a/-r', b'a/b/bad\xff', b'a/b/c/ blank ', b'a/b/c/x:(0x9)']
    for name in names:
        write(top + b'/' + name, 3)
    os.symlink('/etc', top + b'/a/link')
    os.symlink('/etc/passwd', top + b'/a/filelink')
    os.mkfifo(top + b'/a/fifo')
    before = open_descriptors()
    found = walked(tmp_path)
    assert sorted(found) == sorted(names)
    assert all(facts.st_size == 3 for facts in found.values())
    assert open_descriptors() == before


def test_left_out_and_excluded_folders_are_not_entered(tmp_path):
    for folder in ('.snapshot', 'shot/tmp', 'shot/keep'):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / 'f').write_bytes(b'')
    ticks = []
    found = walked(tmp_path, Selection(exclude=[b'tmp']), tick=lambda: ticks.append(1))
    assert list(found) == [b'shot/keep/f']
    assert len(ticks) == 5
    assert len(walked(tmp_path, Selection(everything=True))) == 3


def deep_tree(path, names):
    """Make folders one inside the other, however long that gets; a file in the last one."""
    folder = os.open(str(path), os.O_RDONLY)
    for name in names:
        os.mkdir(name, dir_fd=folder)
        lower = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = lower
    os.close(os.open(b'f', os.O_WRONLY | os.O_CREAT, dir_fd=folder))
    os.close(folder)


@pytest.mark.parametrize('names', [
    [b'%02d' % level + b'x' * 253 for level in range(17)],
    [b'd'] * 1200,
], ids=['beyond-PATH_MAX', 'more-levels-than-descriptors'])
def test_a_deep_tree_is_walked_whole(tmp_path, names):
    # field-reports L4: lfs find leaves such a folder and exits 0.
    deep_tree(tmp_path, names)
    (tmp_path / 'g').write_bytes(b'')
    before = open_descriptors()
    try:
        assert sorted(walked(tmp_path)) == sorted([b'/'.join(names + [b'f']), b'g'])
        assert open_descriptors() == before
    finally:
        subprocess.check_call(['rm', '-rf', str(tmp_path / os.fsdecode(names[0]))])


def test_folders_left_half_way_are_found_again(tmp_path):
    # Two branches far below the depth whose descriptors stay open.
    levels = [b'l%d' % level for level in range(80)]
    deep_tree(tmp_path, levels)
    for depth in range(0, 80, 7):
        deep_tree(os.path.join(str(tmp_path), *[os.fsdecode(n) for n in levels[:depth]]),
                  [b's', b's'])
    found = walked(tmp_path)
    assert len(found) == 1 + len(range(0, 80, 7))


def test_a_folder_that_cannot_be_read_is_a_problem(tmp_path, monkeypatch):
    for name in ('good', 'bad'):
        (tmp_path / name).mkdir()
        (tmp_path / name / 'f').write_bytes(b'')
    scandir = os.scandir

    def failing(path):
        if os.path.basename(os.readlink(path)) == b'bad':
            raise OSError(errno.EACCES, 'denied')
        return scandir(path)
    monkeypatch.setattr(walk_module.os, 'scandir', failing)
    problems = []
    found = walked(tmp_path, problem=lambda *what: problems.append(what))
    assert list(found) == [b'good/f'] and problems == [(b'bad', errno.EACCES)]


class BreakingListing(object):
    """A listing that breaks off half way, as readdir does on an evicted client."""

    def __init__(self, listing, number):
        self._listing, self._number = listing, number

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._listing.close()

    def __next__(self):
        if not self._number:
            raise OSError(errno.EIO, 'broken')
        self._number -= 1
        return next(self._listing)


def test_a_listing_that_breaks_off_is_a_problem_and_its_names_are_kept(tmp_path, monkeypatch):
    # field-reports L4: readdir fails in the middle; that is no end of the folder.
    for number in range(10):
        (tmp_path / str(number)).write_bytes(b'')
    scandir = os.scandir
    monkeypatch.setattr(walk_module.os, 'scandir', lambda p: BreakingListing(scandir(p), 4))
    problems = []
    found = walked(tmp_path, problem=lambda *what: problems.append(what))
    assert len(found) == 4 and problems == [(b'', errno.EIO)]


def test_what_vanishes_between_listing_and_look_is_dropped(tmp_path):
    for number in range(20):
        (tmp_path / ('d%d' % number)).mkdir()
        (tmp_path / ('f%d' % number)).write_bytes(b'')

    def vanish():
        if (tmp_path / 'f0').exists():
            for number in range(20):
                (tmp_path / ('f%d' % number)).unlink()
                shutil.rmtree(str(tmp_path / ('d%d' % number)))
    assert walked(tmp_path, tick=vanish) == {}


def test_a_folder_swapped_for_a_link_is_not_followed(tmp_path):
    outside = tmp_path / 'outside'
    outside.mkdir()
    (outside / 'secret').write_bytes(b'')
    root = tmp_path / 'root'
    (root / 'a').mkdir(parents=True)

    def swap():
        if not (root / 'a').is_symlink():
            (root / 'a').rmdir()
            (root / 'a').symlink_to(outside)
    problems = []
    assert walked(root, tick=swap, problem=lambda *what: problems.append(what)) == {}
    assert problems == [(b'a', errno.ENOTDIR)]


def test_a_link_above_the_root_is_not_followed_either(tmp_path):
    (tmp_path / 'real' / 'root').mkdir(parents=True)
    (tmp_path / 'link').symlink_to(tmp_path / 'real')
    with pytest.raises(OSError):
        open_path(os.fsencode(str(tmp_path / 'link' / 'root')))


def mounted(*arguments):
    """Mount something for a test; skipped where this process may not."""
    if os.geteuid() != 0 or subprocess.call(('mount',) + arguments) != 0:
        pytest.skip('needs the right to mount (root)')


def test_another_mount_is_not_walked_and_said(tmp_path):
    # The design, rule 9: what a mount hides was not seen; the listing is not complete.
    (tmp_path / 'bound').mkdir()
    (tmp_path / 'real').mkdir()
    (tmp_path / 'real' / 'f').write_bytes(b'')
    mounted('--bind', str(tmp_path / 'real'), str(tmp_path / 'bound'))
    try:
        problems = []
        found = walked(tmp_path, problem=lambda *what: problems.append(what))
        assert list(found) == [b'real/f'] and problems == [(b'bound', errno.EXDEV)]
        assert list(walked(tmp_path, Selection(exclude=[b'bound']))) == [b'real/f']
    finally:
        subprocess.check_call(['umount', str(tmp_path / 'bound')])


@pytest.mark.parametrize('seconds', [-1.5, -86400 * 365, 0, 2 ** 31 + 0.25, 2 ** 33])
def test_times_far_away(tmp_path, seconds):
    # field-reports L28: before 1970 and after 2038.
    write(str(tmp_path / 'f'))
    os.utime(str(tmp_path / 'f'), ns=(0, int(seconds * 10 ** 9)))
    assert walked(tmp_path)[b'f'].st_mtime_ns == int(seconds * 10 ** 9)


class EndlessFolder(object):
    """A listing of many names that holds none of them."""

    def __init__(self, kind, count):
        self._kind, self._left = kind, count
        self._facts = os.stat(__file__)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def __next__(self):
        if not self._left:
            raise StopIteration
        self._left -= 1
        self.name = b'name.%07d' % self._left
        return self

    def is_dir(self, **_options):
        return self._kind == 'folders'

    def is_file(self, **_options):
        return self._kind == 'files'

    def stat(self, **_options):
        return self._facts


@pytest.mark.slow
@pytest.mark.parametrize('kind, found', [('files', 100000), ('folders', 0)])
def test_a_large_folder_takes_no_memory(tmp_path, monkeypatch, kind, found):
    # The design, "Bounded everything": a million names in one folder are a stream.
    monkeypatch.setattr(walk_module.os, 'scandir', lambda path: EndlessFolder(kind, 100000))
    root = open_path(os.fsencode(str(tmp_path)))
    tracemalloc.start()
    try:
        assert sum(1 for _file in walk(root, Selection(), lambda: None, None)) == found
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
        os.close(root)


@given(st.lists(st.one_of(
    st.tuples(st.integers(0, 10 ** 6), st.binary(min_size=1, max_size=30).map(
        lambda raw: raw.replace(b'\0', b'x').replace(b'/', b'y'))),
    st.none()), max_size=200))
def test_pending_folders_come_back_last_in_first_out(steps):
    pending = Pending()
    pending.BLOCK = 4
    model = []
    for step in steps:
        if step is not None:
            pending.push(*step)
            model.append(step)
        elif model:
            assert pending and pending.pop() == model.pop()
    while model:
        assert pending and pending.pop() == model.pop()
    assert not pending
    pending.close()
