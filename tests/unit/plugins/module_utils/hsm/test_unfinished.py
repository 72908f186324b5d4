# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are not finished, bits that come late, and who is told of each file."""

import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.look import UNFINISHED
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import OUTCOMES
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm.model import (
    ARCHIVED,
    CLEAN,
    DIRTY,
    Cache,
    File,
    run,
)
from hypothesis import given, settings
from hypothesis import strategies as st

UNSAVED = CLEAN | DIRTY


def unfinished(sign, flags=0):
    one = File(flags)
    one.unfinished = sign
    return one


class Gate(object):
    """A gate that lets in when told, and notes what happens at it."""

    def __init__(self, opens=lambda: True):
        self.opens = opens
        self.inside = False
        self.notes = []

    def enter(self):
        self.inside = self.inside or self.opens()
        self.notes.append(('enter', self.inside))
        return self.inside

    def leave(self):
        self.inside = False
        self.notes.append(('leave', False))


@pytest.mark.parametrize('sign', UNFINISHED)
@pytest.mark.parametrize('verb, words', [
    ('archive', {}), ('evict', {'dirty': 'archive'}), ('archive', {'dry_run': True})])
def test_what_is_unfinished_is_not_archived(sign, verb, words):
    """Safety rule 8."""
    cache = Cache({b'f': unfinished(sign), b'g': File()})
    signs = []
    found = run(cache, verb, observer=lambda settled: signs.append((settled.path, settled.sign)),
                **words)
    assert found.counts == {'skipped unfinished': 1, 'done': 1}
    assert sorted(signs) == [(b'/mnt/cache/f', sign), (b'/mnt/cache/g', None)]
    assert cache.files[b'f'].archives == 0


def test_what_is_saved_already_is_not_judged():
    cache = Cache({b'f': unfinished('open', CLEAN)})
    assert run(cache, 'archive').counts == {'already': 1}


def test_what_an_earlier_run_of_the_same_call_dealt_with_is_no_concern():
    """One outcome per file: a writeback takes a list, and walks where the list has gaps."""
    cache = Cache({b'a/f': File(), b'g': File()})
    assert run(cache, 'archive', known={b'/mnt/cache/a/f'}).counts == {'done': 1}
    assert cache.files[b'a/f'].archives == 0


def test_an_evict_of_what_is_clean_is_not_judged():
    cache = Cache({b'f': unfinished('open', CLEAN)})
    assert run(cache, 'evict').counts == {'done': 1}


def test_what_changed_just_now_says_so():
    cache = Cache({b'f': File()})
    cache.files[b'f'].mtime_ns = int(time.time() * 1e9)
    signs = []
    found = run(cache, 'archive', quiet_period=60, observer=lambda one: signs.append(one.sign))
    assert found.counts == {'skipped unfinished': 1}
    assert signs == ['recent']


def test_a_dirty_bit_that_comes_late(monkeypatch):
    """fanotify F22, F23: closed, and the state still reads clean."""
    cache = Cache({b'f': File(CLEAN), b'g': File(UNSAVED)})
    now = time.time()
    monkeypatch.setattr(time, 'time', lambda: now + cache.clock())
    cache.at(0.4, cache.files[b'f'].write)
    found = run(cache, 'archive', bits_due=now + 1)
    assert found.counts == {'done': 2}
    assert cache.files[b'f'].saved == cache.files[b'f'].content


def test_a_dirty_bit_that_never_comes_is_waited_for_once(monkeypatch):
    """An event says that a writable open ended, not that anything was written (F2)."""
    cache = Cache({b'f': File(CLEAN)})
    now = time.time()
    monkeypatch.setattr(time, 'time', lambda: now + cache.clock())
    assert run(cache, 'archive', bits_due=now + 1).counts == {'already': 1}
    assert 1 <= cache.clock() < 2


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([0, CLEAN, UNSAVED, CLEAN | 4, 32]),
                          st.sampled_from((None,) + UNFINISHED), st.booleans()), max_size=40))
def test_each_file_is_told_of_once_and_as_it_is_counted(files):
    cache = Cache()
    for number, (flags, sign, fails) in enumerate(files):
        one = cache.files[b'%03d' % number] = File(flags)
        one.unfinished, one.fails = sign, 9 if fails else 0
    told = []
    found = run(cache, 'archive', observer=told.append)
    assert sorted(one.path for one in told) == [b'/mnt/cache/' + name
                                                for name in sorted(cache.files)]
    for outcome in OUTCOMES:
        assert found.outcomes[outcome] == len([one for one in told if one.outcome == outcome])
    for one in told:
        if one.outcome in ('done', 'already'):
            assert one.flags & (ARCHIVED | DIRTY) == ARCHIVED
        assert (one.sign is not None) == (one.reason == 'unfinished')


def test_nothing_is_asked_for_while_another_process_asks():
    """lustre-hsm H25: it would read the actions before the other's requests show there."""
    cache = Cache({b'%03d' % number: File() for number in range(120)})
    gate = Gate(lambda: cache.clock() > 3)
    asked = []
    cache.on_request = lambda verb, names: asked.append((cache.clock() > 3, gate.inside))
    assert run(cache, 'archive', gate=gate).counts == {'done': 120}
    assert asked and set(asked) == {(True, True)}


def test_the_gate_is_left_as_soon_as_everything_asked_for_shows():
    cache = Cache({b'f': File(), b'g': File()}, copy_seconds=60)
    gate = Gate()
    cache.at(30, lambda: gate.notes.append('copying'))
    run(cache, 'archive', gate=gate)
    before = gate.notes[:gate.notes.index('copying')]
    assert ('enter', True) in before and before[-1] == ('leave', False)


def test_a_dry_run_passes_no_gate():
    cache = Cache({b'f': File()})
    assert run(cache, 'archive', gate=Gate(lambda: False), dry_run=True).counts == {'done': 1}
