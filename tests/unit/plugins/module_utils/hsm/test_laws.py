# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any mix of states, names, writers, faults and moments: the laws of a run hold.

The outcomes add up (model.run asserts it), nothing that an engine must never do is done
(model.Cache.wrongs), no byte is lost, the run ends, and what is reported as saved is saved.
"""

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm import model
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm.model import (
    CLEAN,
    DIRTY,
    EXISTS,
    LOST,
    NEVER_ARCHIVE,
    NEVER_RELEASE,
    RELEASED,
    Cache,
    File,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FLAGS = [0, EXISTS, EXISTS | DIRTY, CLEAN, CLEAN | DIRTY, CLEAN | RELEASED]
MOST_SECONDS = 700

flags = st.builds(
    lambda base, protected, lost: base | protected | (lost if base & CLEAN == CLEAN else 0),
    st.sampled_from(FLAGS), st.sampled_from([0, 0, NEVER_RELEASE, NEVER_ARCHIVE]),
    st.sampled_from([0, 0, 0, LOST]))

files = st.builds(
    lambda *facts: facts,
    flags, st.integers(0, 10 ** 6), st.sampled_from([1, 1, 1, 2, 3]),
    st.sampled_from([False, False, False, True]), st.sampled_from([0, 0, 0, 1, 2, 99]),
    st.sampled_from([False] * 9 + [True]))

EVENTS = ('write', 'open', 'close', 'unlink', 'replace', 'protect', 'freeze', 'evict', 'archive',
          'copytool off', 'copytool on', 'coordinator')
events = st.lists(st.tuples(st.floats(0, 3), st.sampled_from(EVENTS), st.integers(0, 200)),
                  max_size=12)


def build(drawn):
    cache = Cache(copy_seconds=0.05)
    for number, (bits, size, nlink, immutable, fails, refuses) in enumerate(drawn):
        one = File(bits, size=size, nlink=nlink, immutable=immutable)
        one.fails = fails
        one.refuses = refuses
        for link in range(nlink):
            cache.files[b'%05d.%d' % (number, link)] = one
    return cache


def happen(cache, what, number):
    if what == 'copytool off':
        cache.copytool = False
    elif what == 'copytool on':
        cache.copytool = True
    elif what == 'coordinator':
        cache.coordinator = 'disabled' if cache.coordinator == 'enabled' else 'enabled'
    elif cache.files:
        name = sorted(cache.files)[number % len(cache.files)]
        happen_to(cache, cache.files[name], what, name)


def happen_to(cache, one, what, name):
    restoring = any(action['verb'] == 'RESTORE' for action in one.actions)
    if what == 'unlink':
        del cache.files[name]
    elif what == 'replace':
        cache.files[name] = File(0)
    elif what == 'open':
        one.open_for_writing = True
    elif what == 'protect':
        one.flags |= NEVER_ARCHIVE
    elif what == 'freeze':
        for action in one.actions:
            action['frozen'] = True
    elif what == 'evict' and not one.actions and one.flags == CLEAN:
        # Another host releases it.
        one.flags |= RELEASED
    elif what == 'archive' and not one.actions and not one.immutable:
        # Another host asks for it.
        cache.archive_elsewhere(one)
    elif what in ('write', 'close') and not one.immutable and not restoring:
        # A writer of a file under restore would sleep (H80).
        if not one.flags & (RELEASED | LOST):
            one.open_for_writing = False
            one.write()


@pytest.mark.slow
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(files, max_size=130), events, st.sampled_from(
    ['archive', 'evict', 'evict archive', 'hydrate', 'refresh', 'refresh archive']),
    st.sampled_from([1, 7, 64, 256]), st.integers(1, 4), st.booleans())
def test_any_run_keeps_its_laws(drawn, happenings, verb, in_flight, jobs, old_server):
    cache = build(drawn)
    cache.old_server = old_server
    for moment, what, number in happenings:
        cache.at(moment, happen, cache, what, number)
    entries = model.entries_of(cache)
    verb, _space, dirty = verb.partition(' ')
    found = model.run(cache, verb, entries=entries, dirty=dirty or 'skip', stall_timeout=60,
                      max_in_flight=in_flight, jobs=jobs, error_limit=0, max_report=10000)
    assert cache.now < MOST_SECONDS
    assert found.complete
    assert_truth(cache, verb, found, calm=not happenings)


def assert_truth(cache, verb, found, calm):
    """Nothing passes for saved or here that is not, unless something happened later."""
    named = {item['path'][len('/mnt/cache/'):].encode(): item for item in found.files}
    for name, one in cache.files.items():
        assert not one.flags & RELEASED or one.saved == one.content or one.flags & LOST
        outcome = named.get(name, {'outcome': 'already'})['outcome']
        if calm and outcome in ('done', 'already'):
            if verb == 'archive':
                assert one.saved == one.content
            elif verb == 'evict':
                assert one.flags & RELEASED
            else:
                assert not one.flags & RELEASED


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(files, max_size=60), st.sampled_from(['archive', 'evict', 'hydrate', 'refresh']),
       st.floats(0, 3))
def test_a_run_that_was_ended_anywhere_is_run_again_and_goes_on(drawn, verb, moment):
    # The state bits are the journal.
    cache = build(drawn)
    for one in cache.files.values():
        one.fails = min(one.fails, 1)
    model.run(cache, verb, stop=lambda: 'SIGTERM' if cache.now >= moment else None)
    again = model.run(cache, verb, stall_timeout=60, max_report=10000)
    assert not again.outcomes['timed_out'] and not again.outcomes['pending']
    assert_truth(cache, verb, again, calm=True)
