# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The moving verbs on a cache in memory: every way in which a file can come to an end."""

import errno
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.answers import (
    Answer,
    Stuck,
    of_errno,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.report import Ost
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import exit_code
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm import model
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm.model import (
    ARCHIVED,
    CLEAN,
    DIRTY,
    EXISTS,
    GIB,
    LOST,
    NEVER_ARCHIVE,
    NEVER_RELEASE,
    RELEASED,
    Cache,
    File,
    run,
)

GONE = CLEAN | RELEASED
UNSAVED = CLEAN | DIRTY


def some(count, flags=0, **words):
    return {b'f%05d' % number: File(flags, **words) for number in range(count)}


def names(cache, verb):
    return [name for asked, batch in cache.requests if asked == verb for name in batch]


@pytest.mark.parametrize('verb, flags, counts, after', [
    # H40-H47, one file a row.
    ('archive', 0, {'done': 1}, CLEAN),
    ('archive', EXISTS, {'done': 1}, CLEAN),
    ('archive', EXISTS | DIRTY, {'done': 1}, CLEAN),
    ('archive', UNSAVED, {'done': 1}, CLEAN),
    ('archive', CLEAN, {'already': 1}, CLEAN),
    ('archive', GONE, {'already': 1}, GONE),
    ('archive', NEVER_ARCHIVE, {'skipped never_archive': 1}, NEVER_ARCHIVE),
    ('archive', CLEAN | NEVER_ARCHIVE, {'already': 1}, CLEAN | NEVER_ARCHIVE),
    ('archive', CLEAN | LOST, {'failed not_on_filer': 1}, CLEAN | LOST),
    ('archive', GONE | LOST, {'failed not_on_filer': 1}, GONE | LOST),
    ('evict', 0, {'skipped not_archived': 1}, 0),
    ('evict', EXISTS, {'skipped not_archived': 1}, EXISTS),
    ('evict', UNSAVED, {'skipped dirty': 1}, UNSAVED),
    ('evict', CLEAN, {'done': 1}, GONE),
    ('evict', GONE, {'already': 1}, GONE),
    ('evict', CLEAN | NEVER_RELEASE, {'skipped never_release': 1}, CLEAN | NEVER_RELEASE),
    ('evict', CLEAN | NEVER_ARCHIVE, {'done': 1}, GONE | NEVER_ARCHIVE),
    ('evict', CLEAN | LOST, {'skipped not_on_filer': 1}, CLEAN | LOST),
    ('hydrate', GONE, {'done': 1}, CLEAN),
    ('hydrate', GONE | NEVER_RELEASE, {'done': 1}, CLEAN | NEVER_RELEASE),
    ('hydrate', CLEAN, {'already': 1}, CLEAN),
    ('hydrate', UNSAVED, {'already': 1}, UNSAVED),
    ('hydrate', 0, {'already': 1}, 0),
    ('hydrate', GONE | LOST, {'failed not_on_filer': 1}, GONE | LOST),
    ('refresh', GONE, {'done': 1}, CLEAN),
    ('refresh', CLEAN, {'done': 1}, CLEAN),
    ('refresh', CLEAN | NEVER_RELEASE, {'skipped never_release': 1}, CLEAN | NEVER_RELEASE),
    ('refresh', UNSAVED, {'skipped dirty': 1}, UNSAVED),
    ('refresh', 0, {'skipped not_archived': 1}, 0),
])
def test_one_file(verb, flags, counts, after):
    cache = Cache({b'f': File(flags)})
    found = run(cache, verb)
    assert found.counts == counts
    assert cache.files[b'f'].flags == after
    assert found.complete and not found.interrupted


@pytest.mark.parametrize('verb', ['archive', 'evict', 'hydrate', 'refresh'])
@pytest.mark.parametrize('flags', [0, EXISTS, CLEAN, UNSAVED, GONE, CLEAN | NEVER_RELEASE])
def test_a_dry_run_predicts_exactly_and_asks_for_nothing(verb, flags):
    told = run(Cache(some(120, flags)), verb, dry_run=True)
    cache = Cache(some(120, flags))
    done = run(cache, verb)
    assert told.hsm_requests == 0
    assert told.counts == done.counts
    assert told.moved == done.moved
    assert told.states == done.states
    assert exit_code(told.summary, told.options) == exit_code(done.summary, done.options)


@pytest.mark.parametrize('dirty, counts', [
    ('skip', {'skipped dirty': 1, 'skipped not_archived': 1, 'done': 1}),
    ('fail', {'failed dirty': 1, 'failed not_archived': 1, 'done': 1}),
    ('archive', {'done': 3}),
])
def test_what_evict_does_with_unsaved_files(dirty, counts):
    cache = Cache({b'a': File(UNSAVED), b'b': File(0), b'c': File(CLEAN)})
    assert run(cache, 'evict', dirty=dirty).counts == counts
    if dirty == 'archive':
        assert all(one.flags == GONE and one.saved == one.content
                   for one in cache.files.values())


def test_refresh_saves_but_does_not_evict_unsaved_files_when_told():
    cache = Cache({b'a': File(UNSAVED)})
    assert run(cache, 'refresh', dirty='archive').counts == {'done': 1}
    assert cache.files[b'a'].flags == CLEAN
    assert names(cache, 'release') == []


def test_a_request_has_fifty_files_and_few_wait_at_the_coordinator():
    # H30, V5
    cache = Cache(some(700), max_requests=8, copy_seconds=0.01)
    waiting = []
    cache.on_request = lambda verb, batch: waiting.append(
        sum(bool(one.actions) for one in cache.files.values()) + len(batch))
    found = run(cache, 'archive', max_in_flight=120)
    assert found.counts == {'done': 700}
    assert max(waiting) <= 120
    assert found.hsm_requests <= 20


def test_one_at_a_time_still_ends():
    cache = Cache(some(30), copy_seconds=0.01)
    assert run(cache, 'archive', max_in_flight=1, jobs=1).counts == {'done': 30}


def test_the_culprit_of_a_request_is_found_and_the_others_are_done():
    # H32, H33: nine refused files among a hundred.
    files = some(100, CLEAN)
    for number in range(5, 100, 11):
        files[b'f%05d' % number].open_for_writing = True
    found = run(Cache(files), 'evict')
    assert found.counts == {'done': 91, 'skipped busy_or_changed': 9}
    assert found.hsm_requests < 100


def test_a_protected_file_found_in_the_request_harms_no_other():
    # H33, H62: protected after its state was read.
    cache = Cache(some(50))

    def protect(_verb, _batch):
        cache.files[b'f00020'].flags |= NEVER_ARCHIVE
    cache.on_request = protect
    found = run(cache, 'archive')
    assert found.counts == {'done': 49, 'skipped never_archive': 1}
    assert all(one.archives <= 1 for one in cache.files.values())


def test_an_archive_that_failed_is_asked_for_once_more_and_then_named():
    # H21, H86, C4
    cache = Cache(some(3))
    cache.files[b'f00001'].fails = 99
    found = run(cache, 'archive')
    assert found.counts == {'done': 2, 'failed not_saved': 1}
    assert cache.files[b'f00001'].archives == 2
    assert 'filer' in found.error
    assert found.files[0]['path'] == '/mnt/cache/f00001'


def test_a_doubled_archive_of_another_host_is_asked_again_once():
    # H25, safety rule 5: ends dirty although nobody wrote.
    cache = Cache({b'f': File(CLEAN | DIRTY)})
    cache.files[b'f'].fails = 1
    assert run(cache, 'archive').counts == {'done': 1}
    assert cache.files[b'f'].archives == 2


@pytest.mark.parametrize('writes, counts', [
    (2, {'done': 1}), (9, {'skipped busy_or_changed': 1})])
def test_a_file_written_during_its_archive(writes, counts):
    # C3
    cache = Cache({b'f': File(0)})

    def write(verb, _batch):
        if cache.files[b'f'].archives < writes:
            cache.at(0.1, cache.files[b'f'].write)
    cache.on_request = write
    assert run(cache, 'archive').counts == counts


def test_an_archive_under_way_is_waited_for_and_not_asked_twice():
    # H25
    cache = Cache({b'f': File(0)}, copy_seconds=5)
    cache.request('archive', [b'f'])
    cache.requests[:] = []
    assert run(cache, 'archive').counts == {'done': 1}
    assert cache.requests == []


def test_a_release_waits_for_an_action():
    # H80: never sent for a file with an action.
    cache = Cache({b'f': File(UNSAVED)}, copy_seconds=5)
    cache.request('archive', [b'f'])
    cache.requests[:] = []
    cache.files[b'f'].flags = CLEAN
    assert run(cache, 'evict').counts == {'done': 1}
    assert cache.requests == [('release', [b'f'])]


@pytest.mark.parametrize('verb, flags, reason', [
    ('archive', 0, {'done': 1, 'already': 2}),
    ('evict', CLEAN, {'done': 1, 'already': 2}),
    ('hydrate', GONE, {'done': 1, 'already': 2}),
    ('refresh', CLEAN, {'done': 1, 'already': 2}),
])
@pytest.mark.parametrize('dry_run', [False, True])
def test_a_file_with_three_names_is_handled_once(verb, flags, reason, dry_run):
    # H26
    one = File(flags, nlink=3)
    cache = Cache({b'a': one, b'b': one, b'c/d': one})
    found = run(cache, verb, dry_run=dry_run)
    assert found.counts == reason
    asked = [name for _verb, batch in cache.requests for name in batch]
    # A refresh asks for the first restore once before, to see that there is a coordinator.
    assert len(asked) == (0 if dry_run else 3 if verb == 'refresh' else 1)


def test_a_failed_restore_is_asked_for_twice():
    # H88, L15: a passing error, and a copy that is gone.
    cache = Cache({b'a': File(GONE), b'b': File(GONE)})
    cache.files[b'a'].fails = 1
    cache.files[b'b'].fails = 99
    assert run(cache, 'hydrate').counts == {'done': 1, 'failed not_on_filer': 1}
    assert names(cache, 'restore').count(b'b') == 2


def test_a_full_ost_explains_a_failed_restore():
    # H88
    cache = Cache({b'a': File(GONE, size=5)})
    cache.files[b'a'].fails = 99
    cache.osts = [Ost(0, 100 * GIB, 90 * GIB), Ost(1, 100 * GIB, GIB // 10)]
    assert run(cache, 'hydrate').counts == {'failed no_space': 1}


def test_a_plan_without_room_is_refused_before_anything_is_asked_for():
    cache = Cache(some(10, GONE, size=20 * GIB))
    with pytest.raises(Refused, match='200.0 GiB'):
        run(cache, 'hydrate')
    assert cache.requests == []
    assert run(Cache(some(10, CLEAN, size=20 * GIB)), 'refresh').counts == {'done': 10}


def test_restores_pause_at_the_reserve():
    cache = Cache(some(200, GONE, size=GIB // 10), copy_seconds=1)
    cache.at(20, lambda: cache.osts.__setitem__(0, Ost(0, 100 * GIB, 0)))
    cache.at(20, lambda: cache.osts.__setitem__(1, Ost(1, 100 * GIB, 0)))
    found = run(cache, 'hydrate', max_in_flight=10, stall_timeout=60, reserve='1G')
    assert set(found.counts) == {'done', 'timed_out stalled'}
    assert 'reserve' in found.error


def test_a_file_alone_that_cannot_be_asked_for():
    cache = Cache({b'a': File(CLEAN, immutable=True)})
    for verb in ('evict', 'refresh'):
        assert run(cache, verb).counts == {'skipped immutable': 1}


def test_immutable_files_are_never_asked_for():
    # H27, H51
    cache = Cache({b'a': File(0, immutable=True), b'b': File(0), b'c': File(CLEAN)})
    assert run(cache, 'archive').counts == {'done': 1, 'skipped immutable': 1, 'already': 1}
    cache.files[b'b'].immutable = True
    assert run(cache, 'evict').counts == {
        'done': 1, 'skipped immutable': 1, 'skipped not_archived': 1}


def test_without_a_copytool_a_run_ends_and_says_so():
    # H22
    cache = Cache(some(400))
    cache.copytool = False
    found = run(cache, 'archive', stall_timeout=100)
    assert found.counts == {'timed_out stalled': 400}
    assert 'copytool' in found.error
    assert 100 <= cache.now < 110
    assert exit_code(found.summary, found.options) == 1


def test_a_file_that_turned_unfit_freezes_its_batch_and_not_the_run():
    # L14
    cache = Cache(some(50))

    def freeze(_verb, _batch):
        cache.copytool = False
        cache.at(1, lambda: setattr(cache.files[b'f00007'], 'flags', EXISTS | NEVER_ARCHIVE))
    cache.on_request = freeze
    found = run(cache, 'archive', stall_timeout=50)
    assert found.counts == {'timed_out stalled': 49, 'skipped never_archive': 1}
    assert len(cache.requests) == 1


def test_a_stopped_coordinator_ends_the_run_at_once():
    # H37
    cache = Cache(some(3000))
    cache.coordinator = 'stopped'
    found = run(cache, 'archive')
    assert set(found.counts) == {'failed coordinator_stopped', 'pending error_limit'}
    assert found.hsm_requests <= 12
    assert 'coordinator' in found.error


def test_a_refresh_releases_nothing_that_cannot_be_restored():
    # H37: a released file fails every reader at once while the coordinator is stopped.
    cache = Cache(some(300, CLEAN))
    cache.coordinator = 'stopped'
    found = run(cache, 'refresh')
    assert found.counts['failed coordinator_stopped'] and 'coordinator' in found.error
    assert all(file.flags == CLEAN for file in cache.files.values())
    assert names(cache, 'release') == []


def test_a_read_only_mount_ends_the_run_at_once():
    # H38
    cache = Cache(some(300, CLEAN))
    cache.read_only = True
    found = run(cache, 'evict')
    assert set(found.counts) == {'failed read_only', 'pending error_limit'}
    assert found.hsm_requests <= 8


def test_without_rights_one_error_names_sudo(monkeypatch):
    # H60
    monkeypatch.setattr('os.geteuid', lambda: 1000)
    cache = Cache(some(300))
    lfs = model.Lfs(cache)
    lfs.rights = False
    found = run(cache, 'archive', lfs=lfs)
    assert found.reasons['failed'].get('no_rights')
    assert found.error.count('through sudo') == 1
    assert found.hsm_requests < 25


def test_a_clean_file_that_cannot_be_released_is_tried_three_times():
    # H50, L20
    cache = Cache({b'f': File(CLEAN)})
    cache.files[b'f'].open_for_writing = True
    found = run(cache, 'evict')
    assert found.counts == {'skipped busy_or_changed': 1}
    assert len(cache.requests) == 3
    assert exit_code(found.summary, found.options) == 3


def test_a_writer_that_closes_meanwhile_shows_as_dirty():
    # H12, H50
    cache = Cache({b'f': File(CLEAN)})
    cache.files[b'f'].open_for_writing = True
    cache.at(0.5, cache.files[b'f'].write)
    assert run(cache, 'evict').counts == {'skipped dirty': 1}


@pytest.mark.parametrize('verb, counts, flags', [
    ('evict', {'failed size_changed': 1}, GONE), ('refresh', {'done': 1}, CLEAN)])
def test_a_release_that_changes_the_size_is_noticed(verb, counts, flags):
    # L6: the restore of a refresh brings the size back.
    cache = Cache({b'f': File(CLEAN, size=8192)})
    cache.files[b'f'].shrinks_on_release = True
    found = run(cache, verb)
    assert found.counts == counts
    assert cache.files[b'f'].flags == flags
    if verb == 'evict':
        assert 'hydrate' in found.error


def test_a_size_that_stays_wrong_after_the_restore_fails():
    # L6
    cache = Cache({b'f': File(CLEAN, size=8192)})
    cache.files[b'f'].shrinks_on_release = True

    def forget(verb, _batch):
        if verb == 'restore' and cache.files[b'f'].flags == GONE:
            del cache.files[b'f'].true_size
    cache.on_request = forget
    assert run(cache, 'refresh').counts == {'failed size_changed': 1}


@pytest.mark.parametrize('verb, flags', [
    ('archive', 0), ('evict', CLEAN), ('hydrate', GONE), ('refresh', CLEAN)])
@pytest.mark.parametrize('moment', [0.0, 0.015, 0.025, 0.035, 0.045, 0.06, 0.1, 0.3])
def test_a_file_that_vanishes_at_any_moment(verb, flags, moment):
    # H26, H31
    cache = Cache(some(20, flags))
    entries = model.entries_of(cache)
    cache.at(moment, lambda: cache.files.pop(b'f00010'))
    found = run(cache, verb, entries=entries)
    assert found.outcomes['done'] + found.outcomes['vanished'] == 20
    assert found.outcomes['vanished'] <= 1
    assert exit_code(found.summary, found.options) == 0


@pytest.mark.parametrize('verb, flags', [('archive', 0), ('evict', CLEAN)])
def test_a_file_that_is_replaced_is_begun_again(verb, flags):
    cache = Cache({b'f': File(flags)})
    entries = model.entries_of(cache)
    cache.files[b'f'] = File(0)
    found = run(cache, verb, entries=entries)
    assert found.counts == ({'done': 1} if verb == 'archive' else {'skipped not_archived': 1})


def test_calls_that_get_stuck_leave_the_others_alone():
    # H80-H83
    cache = Cache(some(20, CLEAN))
    lfs = model.Lfs(cache)
    lfs.answers[b'f00003'] = Stuck('no answer')
    looker = model.Looker(cache)
    looker.silent.add(b'f00004')
    found = run(cache, 'evict', lfs=lfs, looker=looker)
    assert found.counts == {'done': 18, 'timed_out stuck': 2}


def test_a_request_that_gets_stuck_is_not_repeated():
    # H80: of its files those that the bits prove are done.
    cache = Cache(some(20, CLEAN))
    lfs = model.Lfs(cache)

    def stuck(verb, entries, done):
        lfs.requests += 1
        for entry in entries[:5]:
            cache.files[entry.rel].flags |= RELEASED
        cache.at(60, lambda: done(Answer(None, 'no answer', True, {})))
    lfs.request = stuck
    found = run(cache, 'evict', lfs=lfs)
    assert found.counts == {'done': 5, 'timed_out stuck': 15}
    assert found.hsm_requests == 1


@pytest.mark.parametrize('verb', ['archive', 'hydrate', 'state'])
def test_a_mount_that_died_is_not_asked_for_every_file(verb):
    # L11: one late batch is enough to know.
    cache = Cache(some(40000))
    lfs = model.Lfs(cache)
    lfs.states = lambda entries, done: cache.at(
        60, lambda: done([Stuck('no answer')] * len(entries)))
    found = run(cache, verb, lfs=lfs)
    assert not found.complete
    assert cache.now < 200
    assert exit_code(found.summary, found.options) == 1


def test_an_evicted_client_ends_the_run():
    # L10
    cache = Cache(some(3))
    lfs = model.Lfs(cache)
    lfs.answers = {name: of_errno(errno.ESHUTDOWN) for name in cache.files}
    found = run(cache, 'archive', lfs=lfs)
    assert found.counts == {'failed client_evicted': 3}
    assert 'evicted' in found.error


def test_a_folder_that_became_a_link_is_that_files_failure():
    cache = Cache(some(3, CLEAN))
    lfs = model.Lfs(cache)
    real = lfs.request

    def request(verb, entries, done):
        real(verb, entries[1:], lambda answer: done(
            answer._replace(place_errors={0: errno.ENOTDIR})))
    lfs.request = request
    assert run(cache, 'evict', lfs=lfs).counts == {'done': 2, 'failed through_link': 1}


def test_no_wait_asks_and_does_not_wait():
    cache = Cache(some(200))
    found = run(cache, 'archive', no_wait=True)
    assert found.counts == {'pending no_wait': 200}
    assert exit_code(found.summary, found.options) == 0
    assert len(names(cache, 'archive')) == 200


def test_no_wait_does_not_wait_for_what_was_asked_before():
    # H22: with no copytool it would be for ever; H25: nor is it asked for again.
    cache = Cache(some(5))
    cache.copytool = False
    for _time in range(2):
        found = run(cache, 'archive', no_wait=True)
        assert found.counts == {'pending no_wait': 5}
        assert exit_code(found.summary, found.options) == 0
    assert sorted(names(cache, 'archive')) == sorted(cache.files)


def test_no_wait_does_not_pass_over_what_another_action_hinders():
    # H80: no release while an archive runs, and this one was never asked for.
    cache = Cache({b'f': File(UNSAVED)}, copy_seconds=10 ** 6)
    cache.request('archive', [b'f'])
    cache.files[b'f'].flags = CLEAN
    found = run(cache, 'evict', no_wait=True)
    assert found.counts == {'skipped busy_or_changed': 1}
    assert exit_code(found.summary, found.options) == 3


@pytest.mark.parametrize('told, code', [('SIGINT', 130), ('SIGTERM', 143), ('closed', 1)])
@pytest.mark.parametrize('verb, flags', [('archive', 0), ('hydrate', GONE), ('refresh', CLEAN)])
@pytest.mark.parametrize('moment', [0, 0.03, 0.5, 5])
def test_a_run_that_is_told_to_end(told, code, verb, flags, moment):
    cache = Cache(some(1000, flags))
    found = run(cache, verb, stop=lambda: told if cache.now >= moment else None)
    assert found.interrupted == told
    assert found.counts.get('pending interrupted') or moment == 0
    assert found.complete == (found.matched['files'] == 1000)
    assert exit_code(found.summary, found.options) == code


def test_the_timeout_ends_a_run():
    cache = Cache(some(1000))
    found = run(cache, 'archive', timeout=2)
    assert found.counts['done'] + found.counts['pending timeout'] == found.matched['files']
    assert cache.now < 3
    assert exit_code(found.summary, found.options) == 1


def test_one_bad_root_does_not_stop_the_other():
    # Error limit per root and reason; H86 on one export only.
    files = some(600)
    files.update((b'g%05d' % number, File(0)) for number in range(600))
    for name in files:
        files[name].fails = 99 if name.startswith(b'f') else 0
    cache = Cache(files, copy_seconds=0.01, max_requests=20)
    entries = [model.entry_of(name, files[name], root=int(name.startswith(b'g')))
               for name in sorted(files)]
    roots = [model.Root(b'/mnt/cache/a', None), model.Root(b'/mnt/cache/b', None)]
    found = run(cache, 'archive', entries=entries, roots=roots, error_limit=100)
    assert found.outcomes['done'] == 600
    assert 100 <= found.reasons['failed']['not_saved'] <= 400
    assert found.reasons['pending']['error_limit'] == 600 - found.outcomes['failed']


def test_every_root_bad_ends_the_run():
    cache = Cache(some(3000), copy_seconds=0.01, max_requests=20)
    for one in cache.files.values():
        one.fails = 99
    found = run(cache, 'archive', error_limit=10)
    assert found.outcomes['failed'] < 600
    assert len(cache.requests) < 60
    assert not found.complete or found.reasons['pending'] == {
        'error_limit': 3000 - found.outcomes['failed']}


def test_an_old_server_that_drops_requests():
    # V5
    cache = Cache(some(5))
    cache.old_server = True
    for one in cache.files.values():
        cache.request('archive', [name for name in cache.files if cache.files[name] is one])
    assert run(cache, 'archive').counts == {'done': 5}


def test_the_quiet_period_leaves_young_files():
    cache = Cache({b'old': File(0), b'young': File(0)})
    cache.files[b'young'].mtime_ns = 10 ** 30
    entries = model.entries_of(cache)
    now = int(time.time() * 1e9)
    entries = [one._replace(mtime_ns=now) if one.rel == b'young' else one for one in entries]
    assert run(cache, 'archive', entries=entries, quiet_period=300).counts == {
        'done': 1, 'skipped unfinished': 1}


def test_an_incomplete_listing_is_a_failure():
    # L4, safety rule 9: what was found is done all the same.
    cache = Cache(some(3))
    scout = model.Scout(model.entries_of(cache), complete=False)
    found = run(cache, 'archive', scout=scout)
    assert found.counts == {'done': 3}
    assert not found.complete
    assert exit_code(found.summary, found.options) == 1


def test_problems_of_a_list_are_those_files_failures():
    cache = Cache(some(1))
    entries = model.entries_of(cache)
    entries += [entries[0]._replace(rel=reason.encode(), problem=reason)
                for reason in ('missing', 'not_regular', 'denied', 'vanished')]
    assert run(cache, 'archive', entries=entries).counts == {
        'done': 1, 'failed missing': 1, 'failed not_regular': 1, 'failed denied': 1,
        'vanished': 1}
    assert run(cache, 'archive', entries=entries, list_file=b'-', missing_ok=True).counts == {
        'already': 1, 'failed not_regular': 1, 'failed denied': 1, 'vanished': 2}


def test_what_a_list_or_a_state_decides_stops_no_run():
    # The error limit is for what was tried in vain.
    cache = Cache(some(300, UNSAVED))
    cache.files[b'z'] = File(CLEAN)
    assert run(cache, 'evict', dirty='fail').counts == {'failed dirty': 300, 'done': 1}
    entries = [model.entry_of(b'm%03d' % number, File(0))._replace(problem='missing')
               for number in range(300)]
    entries.append(model.entry_of(b'z', cache.files[b'z']))
    for verb in ('evict', 'hydrate'):
        found = run(cache, verb, entries=entries)
        assert found.reasons['failed'] == {'missing': 300}
        assert not found.reasons['pending']


def test_a_hard_link_replaced_during_its_archive_ends():
    # The other names of the old inode are worked on all the same.
    one = File(0, nlink=2)
    cache = Cache({b'a': one, b'b': one})

    def replace(_verb, _batch):
        cache.on_request = None
        one.fails = 1
        cache.at(0.1, lambda: cache.files.__setitem__(b'a', File(0)))
    cache.on_request = replace
    assert run(cache, 'archive').counts == {'done': 2}
    assert one.saved == one.content


def test_lfs_that_fails_is_quoted():
    cache = Cache(some(2, CLEAN))
    lfs = model.Lfs(cache)
    lfs.request = lambda verb, entries, done: cache.at(
        0.01, lambda: done(Answer(None, 'lfs cannot be started: Exec format error.', False, {})))
    found = run(cache, 'evict', lfs=lfs)
    assert found.counts == {'failed lfs_failed': 2}
    assert 'Exec format error' in found.error


def test_progress_rises_and_ends():
    seen = []
    run(Cache(some(2000)), 'archive', progress=seen.append, timeout=100)
    percents = [one['percent'] for one in seen]
    assert percents == sorted(percents)
    assert seen[-1]['settled'] == seen[-1]['matched']
    assert seen[-1]['percent'] == 100


def test_archived_alone_is_not_enough():
    # H2: exists and archived together mean clean.
    assert run(Cache({b'f': File(ARCHIVED)}), 'evict').counts == {'skipped not_archived': 1}
