# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One summary out of several runs: its keys, its sums, and the exit status that it stands for."""

import json
import socket

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Entry, Root
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import (
    Interrupted,
    NoAnswer,
    NotOnLustre,
    Refused,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.options import Options
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.report import Ost
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import (
    OUTCOMES,
    REASONED,
    Tally,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.summary import (
    FALLBACKS,
    Merged,
    exit_code,
    refusal,
)
from hypothesis import given
from hypothesis import strategies as st

# design.md, Interfaces: one object with all keys, and what writeback and sweep add.
KEYS = {'schema', 'version', 'verb', 'dry_run', 'host', 'mount', 'roots', 'shard', 'started',
        'elapsed', 'interrupted', 'error', 'complete', 'matched', 'moved', 'outcomes', 'reasons',
        'states', 'flags', 'in_progress', 'space', 'filer', 'lfs_calls', 'hsm_requests', 'files',
        'files_truncated'}
SAVING = KEYS | {'fallback', 'unfinished'}
OF_VERB = {'writeback': SAVING, 'sweep': SAVING | {'oldest_unsaved'}}
# The sweep itself fills in oldest_unsaved; tests/e2e/writeback/test_sweep.py looks at that.
NESTED = {
    'matched': {'files', 'bytes'}, 'moved': {'files', 'bytes'},
    'outcomes': {'already', 'done', 'skipped', 'failed', 'timed_out', 'pending', 'vanished'},
    'reasons': {'skipped', 'failed', 'timed_out', 'pending'},
    'states': {'before', 'after'}, 'flags': {'never_release', 'never_archive'},
    'in_progress': {'archive', 'restore'}}
STATES = {'lost', 'released', 'dirty', 'clean', 'incomplete', 'new', 'unknown'}
ROOT, POINT = b'/mnt/cache/shots', b'/mnt/cache'


def part(files, root=ROOT, mount=POINT, complete=True, interrupted=None, error=None, most=5):
    """The summary of one run; files: [(name, size, outcome, reason)]."""
    options = Options('archive', [root], max_report=most)
    tally = Tally(options, [Root(root, None)], mount)
    for name, size, outcome, reason in files:
        entry = Entry(0, name, size, 0, 0, 0, None)
        tally.match(entry)
        tally.settle(entry, outcome, reason if outcome in REASONED else None, 0, 9)
    tally.complete = complete
    tally.interrupted = interrupted
    tally.error(error)
    tally.space = [Ost(0, 1 << 40, 1 << 39)]
    return tally.summary(3, 2)


def merged(*parts, most=20):
    whole = Merged('writeback', 1000.0, most)
    for one in parts:
        whole.add(one)
    return whole


FILES = st.lists(st.tuples(
    st.binary(min_size=1, max_size=8).map(lambda name: name.replace(b'\0', b'_')),
    st.integers(0, 1000), st.sampled_from(OUTCOMES), st.sampled_from(['dirty', 'stalled'])),
    max_size=8)
PARTS = st.lists(FILES, max_size=5)


@pytest.mark.parametrize('verb', sorted(OF_VERB))
def test_the_keys_are_those_of_the_design(verb):
    whole = Merged(verb, 1000.0, 20)
    for summary in (whole.summary(1.0), refusal(verb, 'why'),
                    merged(part([(b'a', 1, 'failed', 'stalled')])).summary(1.0)):
        expected = OF_VERB[summary['verb']]
        assert set(summary) == expected
        for key, names in NESTED.items():
            assert set(summary[key]) == names
        for states in summary['states'].values():
            assert set(states) == STATES
            assert {frozenset(counts) for counts in states.values()} == {
                frozenset(['files', 'bytes'])}
        assert json.loads(json.dumps(summary)) == summary
        assert summary['host'] == socket.gethostname()


def test_what_was_refused_says_why_and_counts_nothing():
    summary = refusal('sweep', 'It is not the time.')
    assert summary['error'] == 'It is not the time.'
    assert not any(summary['outcomes'].values()) and summary['oldest_unsaved'] is None
    assert (summary['fallback'], summary['unfinished']) == (None, [])


@given(PARTS)
def test_the_whole_is_the_sum_of_its_parts(parts):
    summaries = [part(files) for files in parts]
    whole = merged(*summaries).summary(2.5)
    for key in ('lfs_calls', 'hsm_requests'):
        assert whole[key] == sum(one[key] for one in summaries)
    for key in ('matched', 'moved', 'outcomes', 'flags', 'in_progress'):
        for name in NESTED[key]:
            assert whole[key][name] == sum(one[key][name] for one in summaries)
    assert sum(whole['outcomes'].values()) == whole['matched']['files'] == sum(map(len, parts))
    for outcome in REASONED:
        assert sum(whole['reasons'][outcome].values()) == whole['outcomes'][outcome]
    assert whole['complete'] is True and whole['elapsed'] == 2.5


@given(PARTS, st.integers(0, 12))
def test_no_more_files_are_named_than_was_asked_for(parts, most):
    whole = Merged('writeback', 0.0, most)
    for files in parts:
        whole.add(part(files))
    summary = whole.summary(0.0)
    assert len(summary['files']) <= most
    unnamed = sum(1 for files in parts for one in files if one[2] != 'already') - len(
        summary['files'])
    assert summary['files_truncated'] == (unnamed > 0)
    done = [one['outcome'] == 'done' for one in summary['files']]
    assert done == sorted(done), 'what did not get done is named first'


def of_outcome(outcome, *names):
    return part([(name.encode(), 1, outcome, 'stalled') for name in names], most=20)


def named(*parts):
    """The names in the summary of runs, and whether some are left out."""
    summary = merged(*parts, most=10).summary(0.0)
    return [one['path'].rpartition('/')[2] for one in summary['files']], summary['files_truncated']


def test_what_was_left_is_named_before_what_vanished_or_is_done():
    """However many temporary files a worker has made and removed, and whichever run came first."""
    names, truncated = named(of_outcome('vanished', *map(str, range(10))),
                             of_outcome('done', 'frame'), of_outcome('skipped', 'half'),
                             of_outcome('failed', 'broken'))
    assert names[:2] == ['broken', 'half'] and len(names) == 10 and truncated


def test_nothing_is_left_out_while_there_is_room():
    assert named(of_outcome('done', 'a', 'b'), of_outcome('skipped', 'c')) == (
        ['c', 'a', 'b'], False)


def test_roots_and_mounts_of_several_runs():
    other = part([], b'/mnt/other/plates', b'/mnt/other')
    assert merged(part([]), part([])).summary(0.0)['mount'] == '/mnt/cache'
    summary = merged(part([]), part([]), other).summary(0.0)
    assert summary['roots'] == ['/mnt/cache/shots', '/mnt/other/plates']
    assert summary['mount'] is None and len(summary['space']) == 2


def test_what_one_run_lacks_the_whole_lacks():
    whole = merged(part([]), part([], complete=False, error='A folder.'),
                   part([], interrupted='SIGTERM', error='A folder.'), part([], error='A file.'))
    summary = whole.summary(0.0)
    assert (summary['complete'], summary['interrupted']) == (False, 'SIGTERM')
    assert summary['error'] == 'A folder. A file.'


@given(st.lists(st.sampled_from(FALLBACKS)))
def test_the_worst_reason_of_several_mounts_is_told(reasons):
    whole = Merged('writeback', 0.0, 5)
    for reason in reasons:
        whole.fall_back(reason)
    assert whole.summary(0.0)['fallback'] == min(reasons, key=FALLBACKS.index, default=None)


def test_what_is_unfinished_is_named_so_far():
    whole = Merged('writeback', 0.0, 2)
    for name in (b'/a\n', b'/b', b'/c'):
        whole.leave(name, 'open')
    assert whole.summary(0.0)['unfinished'] == [
        {'path': '/a\\x0a', 'why': 'open'}, {'path': '/b', 'why': 'open'}]


# -- the exit status ---------------------------------------------------------------------


def code_of(files=(), status=None, advisory=False, skips_ok=False, **words):
    return exit_code(merged(part(files, **words)).summary(0.0), status, advisory, skips_ok)


@pytest.mark.parametrize('outcome, reason, code', [
    ('done', None, 0), ('already', None, 0), ('vanished', None, 0),
    ('skipped', 'unfinished', 3), ('skipped', 'never_archive', 3),
    ('failed', 'denied', 1), ('timed_out', 'stalled', 1), ('pending', 'timeout', 1),
    # field-reports D2: below a root, and on something else than the cache.
    ('failed', 'outside', 2), ('failed', 'not_on_lustre', 2)])
def test_the_exit_status_of_one_file(outcome, reason, code):
    files = [(b'a', 1, outcome, reason), (b'b', 1, 'done', None)]
    assert code_of(files) == code
    assert code_of(files, advisory=True) == 0
    assert code_of(files, skips_ok=True) == (0 if code == 3 else code)


def test_the_first_that_applies():
    everything = [(b'a', 1, 'failed', 'outside'), (b'b', 1, 'pending', 'timeout'),
                  (b'c', 1, 'skipped', 'unfinished')]
    assert code_of(everything, interrupted='SIGINT') == 130
    assert code_of(everything, interrupted='SIGTERM', advisory=True) == 143
    assert code_of(everything) == 2
    assert code_of(everything[1:]) == 1
    assert code_of(everything[2:]) == 3
    assert code_of() == 0


@pytest.mark.parametrize('words', [
    {'status': 1}, {'interrupted': 'closed'}, {'complete': False}, {'error': 'Something.'}])
def test_what_is_not_proven_is_not_well(words):
    assert code_of(**words) == 1


@pytest.mark.parametrize('problem, code', [
    (NotOnLustre('It is not.'), 2), (Refused('No.'), 2), (NoAnswer('Silence.', 'stuck'), 1),
    (Interrupted('SIGTERM'), 143)])
def test_a_part_that_was_refused(problem, code):
    whole = merged(part([(b'a', 1, 'done', None)]))
    whole.refuse(problem)
    summary = whole.summary(0.0)
    assert exit_code(summary, whole.status) == code
    assert str(problem) in summary['error'] and summary['outcomes']['done'] == 1
