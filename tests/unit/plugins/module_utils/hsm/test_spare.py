# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`lfs find` spares state queries of an evict, and changes no outcome (lustre-hsm P4, H70)."""

import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.table import NameTable
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm import model
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm.model import (
    CLEAN,
    DIRTY,
    RELEASED,
    Cache,
    File,
    run,
)

GONE = CLEAN | RELEASED


class Counting(model.Lfs):
    """Counts the files whose state was asked, and the listings."""

    def __init__(self, cache, listed=None):
        super(Counting, self).__init__(cache)
        self.asked = 0
        self.listings = 0
        self.listed = listed

    def states(self, entries, done):
        self.asked += len(entries)
        super(Counting, self).states(entries, done)

    def released(self, root, data, done):
        self.listings += 1
        if self.listed is None:
            super(Counting, self).released(root, data, done)
        else:
            self._later(done, lambda: data(self.listed) or 'lfs: no such option')


def files(flags, count=20000):
    return {b'%06d' % number: File(flags(number)) for number in range(count)}


def evict(cache, lfs, **words):
    return run(cache, 'evict', lfs=lfs, **words)


def test_a_tree_that_is_released_already_is_hardly_asked():
    cache = Cache(files(lambda number: GONE))
    lfs = Counting(cache)
    assert evict(cache, lfs).counts == {'already': 20000}
    assert lfs.listings == 1 and lfs.asked < 20000 / 2
    assert evict(cache, Counting(cache), dry_run=True).counts == {'already': 20000}


def test_what_is_not_released_is_found_among_the_others():
    cache = Cache(files(lambda number: {0: CLEAN, 1: CLEAN | DIRTY}.get(number % 20, GONE)))
    lfs = Counting(cache)
    found = evict(cache, lfs)
    assert found.counts == {'already': 18000, 'done': 1000, 'skipped dirty': 1000}
    before = {state: one['files'] for state, one in found.states['before'].items() if one['files']}
    assert before == {'released': 18000, 'clean': 1000, 'dirty': 1000}
    assert lfs.listings == 1


@pytest.mark.parametrize('flags, words', [
    # Little to spare, or a tree too small to tell.
    (lambda number: GONE if number % 3 == 0 else CLEAN, {}),
    (lambda number: GONE, {'count': 1500}),
])
def test_no_listing_where_it_does_not_pay(flags, words):
    cache = Cache(files(flags, **words))
    lfs = Counting(cache)
    evict(cache, lfs)
    assert lfs.listings == 0


@pytest.mark.parametrize('verb', ['archive', 'hydrate', 'refresh'])
def test_no_other_verb_lists(verb):
    cache = Cache(files(lambda number: GONE, 4000))
    lfs = Counting(cache)
    run(cache, verb, lfs=lfs, dry_run=True)
    assert lfs.listings == 0


def test_a_file_that_changed_since_is_asked():
    """A new file may have the name of a listed one: nothing is concluded for it."""
    cache = Cache(files(lambda number: GONE, 3000))
    for name, late in files(lambda number: CLEAN | DIRTY, 8000).items():
        late.mtime_ns = int(time.time() * 1e9)
        cache.files[b'9' + name] = late
    lfs = Counting(cache, listed=sorted(cache.files))
    assert evict(cache, lfs).counts == {'already': 3000, 'skipped dirty': 8000}
    assert lfs.listings == 1


def test_an_lfs_that_lists_half_of_it_or_nothing():
    """L4, H71: only the work differs."""
    for listed in ([], [b'%06d' % number for number in range(0, 20000, 2)]):
        cache = Cache(files(lambda number: GONE))
        lfs = Counting(cache, listed)
        assert evict(cache, lfs).counts == {'already': 20000}
        assert lfs.listings == 1


def test_the_names_are_kept_on_disk(monkeypatch):
    added = []
    monkeypatch.setattr(NameTable, 'add', lambda _self, name: added.append(name))
    cache = Cache(files(lambda number: GONE, 5000))
    evict(cache, Counting(cache))
    assert len(added) == 5000
