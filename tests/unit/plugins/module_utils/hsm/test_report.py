# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `lfs` prints is read right whatever the names are (lustre-hsm H1-H3, H6, H20, V1)."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import report
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.report import (
    Action,
    Failure,
    Ost,
    State,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

WORDS = ((0x4, 'released'), (0x1, 'exists'), (0x2, 'dirty'), (0x8, 'archived'),
         (0x10, 'never_release'), (0x20, 'never_archive'), (0x40, 'lost_from_hsm'))
ERRORS = [1, 2, 5, 6, 13, 20, 25, 36, 40, 61, 108, 116]

# Pieces of what `lfs` itself prints, so that names come out that look like its lines.
TRAPS = [b': (0x00000009) exists archived', b': (0x0000000d) released, archive_id:1', b': NOOP',
         b': ARCHIVE running (7 bytes moved)', b'\n', b"'", b': ',
         b"' failed: ", b"' failed: No such file or directory", b': No such file or directory',
         b"lfs hsm_state: get HSM state for '", b"can't get hsm state for ", b'proc', b'20', b'x',
         b'\xff\xfe', b'\r', b'\t', b'\\', b'-dash']
NAME = st.lists(
    st.one_of(st.sampled_from(TRAPS), st.binary(min_size=1, max_size=6)),
    min_size=1, max_size=6).map(b''.join).map(
        lambda raw: raw.replace(b'/', b'').replace(b'\0', b'')[:255]).filter(
            lambda raw: raw not in (b'', b'.', b'..'))
STATE = st.builds(State, st.integers(0, 0x1ff), st.integers(0, 3))
ACTION = st.one_of(
    st.just(Action(None, False, 0)),
    st.builds(Action, st.sampled_from(['ARCHIVE', 'RESTORE', 'REMOVE', 'CANCEL']),
              st.just(True), st.integers(0, 2 ** 63)),
    st.builds(Action, st.sampled_from(['ARCHIVE', 'RESTORE', 'REMOVE', 'CANCEL']),
              st.just(False), st.just(0)))


def named(names):
    """Names of one call, spread over two folders, the first of them often the same."""
    return [b'/proc/self/fd/%d/%s' % (20 + (index % 3 == 2), name)
            for index, name in enumerate(names)]


def state_line(name, state):
    words = ''.join(' ' + word for bit, word in WORDS if state.flags & bit)
    archive = ', archive_id:%d' % state.archive_id if state.archive_id else ''
    return name + (': (0x%08x)%s%s\n' % (state.flags, words, archive)).encode()


def action_line(name, action):
    if action.verb is None:
        return name + b': NOOP\n'
    rest = 'running (%d bytes moved)' % action.moved if action.running \
        else 'waiting (from 0 to EOF)'
    return name + (': %s %s\n' % (action.verb, rest)).encode()


def play(names, answers, line, message, stops):
    """Return (out, err) of an `lfs` that answers so; an int in place of an answer fails."""
    out, err = [], []
    for name, answer in zip(names, answers):
        if isinstance(answer, int):
            err.append(message % (name, os.strerror(answer).encode()))
            if stops:
                break
        else:
            out.append(line(name, answer))
    return b''.join(out), b''.join(err)


STATE_NEW = b"lfs hsm_state: get HSM state for '%s' failed: %s\n"
STATE_OLD = b"can't get hsm state for %s: %s\n"
ACTION_NEW = b"lfs hsm_action: get hsm action for '%s' failed: %s\n"
ACTION_OLD = b"can't get hsm action for %s: %s\n"


def check(pairs, line, parse, message, stops):
    names = named([name for name, _answer in pairs])
    assume(len(set(names)) == len(names))
    answers = [answer for _name, answer in pairs]
    out, err = play(names, answers, line, message, stops)
    read = parse(out, True, names)
    failed = report.failures(err, names)
    reached = True
    for index, answer in enumerate(answers):
        if not reached:
            assert read[index] is None and failed[index] is None
        elif isinstance(answer, int):
            assert read[index] is None
            assert failed[index] == Failure(answer, os.strerror(answer))
            reached = not stops
        else:
            assert read[index] == answer and failed[index] is None


PAIRS_STATE = st.lists(st.tuples(NAME, st.one_of(STATE, st.sampled_from(ERRORS))), max_size=8)
PAIRS_ACTION = st.lists(st.tuples(NAME, st.one_of(ACTION, st.sampled_from(ERRORS))), max_size=8)


@settings(max_examples=150, deadline=None)
@given(PAIRS_STATE)
def test_states_of_any_names(pairs):
    """H1, H3, H6."""
    check(pairs, state_line, report.states, STATE_NEW, False)


@settings(max_examples=150, deadline=None)
@given(PAIRS_STATE)
def test_states_of_an_lfs_that_stops_at_the_first_failure(pairs):
    """V1: what comes after the failed name has no answer, and none is made up."""
    check(pairs, state_line, report.states, STATE_OLD, True)


@settings(max_examples=150, deadline=None)
@given(PAIRS_ACTION)
def test_actions_of_any_names(pairs):
    """H20, H6."""
    check(pairs, action_line, report.actions, ACTION_NEW, False)


@settings(max_examples=150, deadline=None)
@given(PAIRS_ACTION)
def test_actions_of_an_lfs_that_stops_at_the_first_failure(pairs):
    """V1."""
    check(pairs, action_line, report.actions, ACTION_OLD, True)


@settings(max_examples=100, deadline=None)
@given(PAIRS_STATE, st.data())
def test_an_output_that_was_cut_off_never_lies(pairs, data):
    """A killed `lfs`: every answer that is read is the true one."""
    names = named([name for name, _answer in pairs])
    assume(len(set(names)) == len(names))
    out, err = play(names, [answer for _name, answer in pairs], state_line, STATE_NEW, False)
    cut = data.draw(st.integers(0, len(out)))
    for read, (_name, answer) in zip(report.states(out[:cut], False, names), pairs):
        assert read is None or read == answer
    assert len(report.failures(err[:data.draw(st.integers(0, len(err)))], names)) == len(names)


@settings(max_examples=100, deadline=None)
@given(st.lists(NAME, max_size=5), st.binary(max_size=200), st.booleans())
def test_noise_is_no_answer_and_no_crash(names, noise, whole):
    names = named(names)
    for parse in (report.states, report.actions):
        assert parse(noise, whole, names) == [None] * len(names)
    assert report.failures(noise, names) == [None] * len(names)


def test_noise_between_the_errors_takes_nothing_away():
    """H6 with warnings of libraries in between."""
    names = named([b'a', b'b'])
    err = (b'warning: something\n' + STATE_NEW % (names[0], b'No such file or directory')
           + b'debug: (x) failed: no\n' + STATE_NEW % (names[1], b'Permission denied') + b'bye\n')
    assert [failure.errno for failure in report.failures(err, names)] == [2, 13]


def test_a_name_that_is_another_ones_error_text():
    """V1: the quotes of the newer form inside a name do not blame the shorter name."""
    names = named([b'a', b"a' failed: b"])
    err = STATE_OLD % (names[1], b'No such file or directory')
    assert report.failures(err, names) == [None, Failure(2, 'No such file or directory')]


def test_an_error_number_without_a_text():
    assert report.failure(b'Unknown error 524') == Failure(524, 'Unknown error 524')
    assert report.failure(b'\xff?') == Failure(None, '\\xff?')


def test_the_same_name_twice_is_answered_twice():
    names = named([b'a']) * 2
    out = state_line(names[0], State(9, 1)) * 2
    assert report.states(out, True, names) == [State(9, 1)] * 2


def test_space_of_each_ost():
    """H73: sizes in bytes; the MDT, the summary and what has no numbers are no OSTs."""
    out = (b'UUID                   1K-blocks        Used   Available Use%  Mounted on\n'
           b'cache-MDT0000_UUID       1738616        5888     1560640   1%  /mnt/cache[MDT:0] \n'
           b'cache-OST0000_UUID       2875092        3724     2687648   1%  /mnt/cache[OST:0] \n'
           b'OST0001             : inactive device\n'
           b'cache-OST000a_UUID       2875092       34808           0 100%  /mnt/a b[OST:10] S\n'
           b'\nfilesystem_summary:      5750184       38532     5344296   1%  /mnt/cache\n')
    assert report.osts(out) == [Ost(0, 2875092 * 1024, 2687648 * 1024), Ost(10, 2875092 * 1024, 0)]
    assert report.osts(b'df:/tmp Not a Lustre filesystem\n') == []


@pytest.mark.parametrize('out, answer', [
    (b'cache-ffff8800deadbeef /proc/self/fd/20/\n', ('cache', 'ffff8800deadbeef')),
    (b'my-fs-ffff88 /proc/self/fd/20/\n', ('my-fs', 'ffff88')),
    (b'my-fs-ffff88\n', ('my-fs', 'ffff88')),
    (b'cache-ffff88 /mnt/other\n', None),
    (b'cache /proc/self/fd/20/\n', None),
    (b'', None),
])
def test_the_name_of_a_file_system(out, answer):
    """H74."""
    assert report.name_and_instance(out, b'/proc/self/fd/20/') == answer
