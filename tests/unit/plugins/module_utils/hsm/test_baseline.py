# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed on the filer since the last baseline of a cache."""

import os
import stat

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import baseline
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused


@pytest.fixture
def children():
    made = Children()
    yield made
    made.close()


@pytest.fixture
def tree(tmp_path):
    (tmp_path / 'tex').mkdir()
    for name in ('a', 'tex/b', 'tex/c'):
        (tmp_path / name).write_bytes(b'one')
    return tmp_path


def scan(children, tree, ident='abc123', cache='fc-1'):
    made, found = baseline.write(children, os.fsencode(str(tree)), cache, ident)
    assert made.complete
    listed = (tree / '.file-cache' / (ident + '.changes')).read_bytes()
    return sorted(listed.split(b'\0')[:-1]), found


def settle(tree, ident='abc123', cache='fc-1'):
    place = tree / '.file-cache'
    (place / (ident + '.manifest')).rename(place / (cache + '.manifest'))


def test_without_a_baseline_everything_has_changed(children, tree):
    names, found = scan(children, tree)
    assert names == [b'a', b'tex/b', b'tex/c']
    assert found.new == 3


def test_afterwards_only_what_changed(children, tree):
    scan(children, tree)
    settle(tree)
    (tree / 'tex/b').write_bytes(b'two, longer')
    (tree / 'tex/new').write_bytes(b'')
    (tree / 'a').unlink()
    names, found = scan(children, tree, 'def456')
    assert names == [b'tex/b', b'tex/new']
    assert tuple(found) == (1, 1, 1, 1)
    assert scan(children, tree, '0123456789abcdef', cache='fc-2')[1].new == 3


def test_a_baseline_that_was_cut_short_is_refused(children, tree):
    scan(children, tree)
    settle(tree)
    (tree / '.file-cache/fc-1.manifest').write_bytes(b'3\0')
    with pytest.raises(Refused, match='was cut short|no end record|Make it again'):
        baseline.write(children, os.fsencode(str(tree)), 'fc-1', 'def456')
    assert not (tree / '.file-cache/def456.changes').exists()


def test_other_users_can_read_the_list(children, tree):
    old = os.umask(0o077)
    try:
        scan(children, tree)
    finally:
        os.umask(old)
    place = tree / '.file-cache'
    assert stat.S_IMODE(place.stat().st_mode) == 0o755
    assert stat.S_IMODE((place / 'abc123.changes').stat().st_mode) == 0o644


def test_what_an_earlier_chain_left_is_removed(children, tree):
    place = tree / '.file-cache'
    place.mkdir()
    old = [place / name for name in ('00ff00.manifest', '00ff00.changes', '.00ff00.changes.ab')]
    kept = [place / name for name in ('fc-0.manifest', 'notes', 'ff0011.changes')]
    for file in old + kept:
        file.write_bytes(b'')
    for file in old + kept[:2]:
        os.utime(str(file), (0, 0))
    scan(children, tree)
    assert not any(file.exists() for file in old) and all(file.exists() for file in kept)


@pytest.mark.parametrize('cache, ident', [('fc-1', 'xyz'), ('fc-1', '../../abc123'),
                                          ('../fc', 'abc123'), ('', 'abc123'), ('fc-1', 'abc')])
def test_names_that_could_lead_elsewhere(children, tree, cache, ident):
    with pytest.raises(Refused, match='named by its id'):
        baseline.write(children, os.fsencode(str(tree)), cache, ident)


def test_a_place_that_cannot_be_written(children, tree):
    (tree / '.file-cache').write_bytes(b'')
    with pytest.raises(Refused, match='cannot be made ready'):
        scan(children, tree)
