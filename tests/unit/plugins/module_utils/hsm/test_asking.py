# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file gets its answer, whichever `lfs` is asked (lustre-hsm H6, V1)."""

import os

from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import report
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.answers import Stuck
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.asking import Question
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Root, troubled
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.place import (
    Places,
    batches,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.report import (
    Failure,
    State,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.running import Result
from hypothesis import given, settings
from hypothesis import strategies as st

NEW = b"lfs hsm_state: get HSM state for '%s' failed: %s\n"
OLD = b"can't get hsm state for %s: %s\n"


def entry(rel):
    return troubled(0, rel, None)


def result(rc=0, out=b'', err=b'', **more):
    usual = Result(rc, out, err, place_errors={}, failure=None, timed_out=False, stuck=False,
                   flooded=False, seconds=60.0)
    return usual._replace(**more)


class Played(object):
    """Stands where Lfs stands, and answers from a table {rel: flags, or errno as -N}."""

    def __init__(self, table, stops, most=2000):
        self.table = table
        self.stops = stops
        self.most = most
        self.calls = []

    def batches(self, entries):
        return batches(entries, 400, self.most)

    def places(self, entries):
        self.asked = [one.rel for one in entries]
        return Places([Root(b'/mnt', None)], entries)

    def call(self, verb, options, place, done, most_err):
        assert (verb, options) == (b'hsm_state', ())
        self.calls.append(self.asked)
        done(self.answer(place))

    def answer(self, place):
        out, err, rc = b'', b'', 0
        errors = {}
        for index, (rel, name) in enumerate(zip(self.asked, place.names)):
            flags = self.table[rel]
            if flags == 'no folder':
                errors[index] = 20
            elif flags >= 0:
                out += name + b': (0x%08x)\n' % flags
            else:
                rc = rc or -flags
                err += (OLD if self.stops else NEW) % (name, os.strerror(-flags).encode())
                if self.stops:
                    break
        return result(rc, out, err, place_errors=errors)


def ask(lfs, names):
    answers = []
    Question(lfs, b'hsm_state', report.states, [entry(name) for name in names],
             answers.append).go_on()
    assert len(answers) == 1 and len(answers[0]) == len(names)
    return answers[0]


NAMES = st.lists(st.binary(min_size=1, max_size=5).filter(
    lambda raw: b'/' not in raw and b'\0' not in raw and raw not in (b'.', b'..')),
    unique=True, max_size=30)
ANSWER = st.one_of(st.integers(0, 0x7f), st.sampled_from([-2, -13, -25, -5, 'no folder']))


@settings(max_examples=300, deadline=None)
@given(NAMES, st.data(), st.booleans(), st.integers(1, 40))
def test_every_file_gets_its_own_answer(names, data, stops, most):
    table = {name: data.draw(ANSWER) for name in names}
    lfs = Played(table, stops, most)
    for name, answer in zip(names, ask(lfs, names)):
        flags = table[name]
        if flags == 'no folder':
            assert answer == Failure(20, os.strerror(20))
        elif flags < 0:
            assert answer == Failure(-flags, os.strerror(-flags))
        else:
            assert answer == State(flags, 0)
    failures = sum(flags != 'no folder' and flags < 0 for flags in table.values())
    # The newer lfs is asked once a batch; the older one once more for each file that fails.
    assert len(lfs.calls) <= -(-len(names) // most) + (failures if stops else 0)


def test_a_question_about_nothing_is_answered_at_once():
    lfs = Played({}, False)
    assert ask(lfs, []) == [] and lfs.calls == []


class Broken(Played):
    """Answers every call in the same way."""

    def __init__(self, answer, most=2000):
        super(Broken, self).__init__({}, False, most)
        self.given = answer

    def answer(self, place):
        return self.given


NAMES_OF_MANY = [b'%d' % number for number in range(1000)]


def test_an_lfs_that_knows_no_hsm_is_asked_twice_and_not_a_thousand_times():
    lfs = Broken(result(1, b'', b"lfs: 'hsm_state' is not a valid command.\n"))
    answers = ask(lfs, NAMES_OF_MANY)
    assert [len(call) for call in lfs.calls] == [1000, 1]
    assert set(answers) == {Failure(None, "lfs: 'hsm_state' is not a valid command.")}


def test_an_lfs_that_says_nothing():
    lfs = Broken(result(-11))
    assert set(ask(lfs, NAMES_OF_MANY)) == {Failure(
        None, 'lfs hsm_state ended with status -11 and said nothing that can be read.')}
    assert len(lfs.calls) == 2


def test_a_call_without_an_answer_in_time_is_not_repeated():
    """H80: what hangs once hangs again."""
    lfs = Broken(result(None, timed_out=True, stuck=True), most=400)
    answers = ask(lfs, NAMES_OF_MANY)
    assert set(answers) == {Stuck(
        'lfs hsm_state gave no answer within 60 seconds and cannot be ended.')}
    assert len(lfs.calls) == 3


def test_a_process_that_cannot_be_had_is_not_tried_again():
    lfs = Broken(result(None, failure='No process can be started: no.'))
    assert set(ask(lfs, NAMES_OF_MANY)) == {Failure(None, 'No process can be started: no.')}
    assert len(lfs.calls) == 1


class OneBad(Played):
    """Does not understand one file, and then answers nothing at all."""

    def answer(self, place):
        if b'bad' in self.asked:
            return result(-6, b'', b'lfs: assertion failed\n')
        return super(OneBad, self).answer(place)


def test_a_file_that_breaks_the_call_spoils_no_other_answer():
    lfs = OneBad({b'a': 9, b'bad': 9, b'c': 13}, False)
    answers = ask(lfs, [b'a', b'bad', b'c'])
    assert answers[0] == State(9, 0) and answers[2] == State(13, 0)
    assert answers[1].errno is None and 'assertion failed' in answers[1].text
