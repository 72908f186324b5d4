# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard looks, notes, and acts upon each notice once, however often it is started."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard import notice as notices
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard import phases
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.imds import Unavailable
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.marker import (
    Mark,
    Marker,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.notice import Notice
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.service import (
    LOOK_SECONDS,
    PATIENCE_SECONDS,
    SELDOM_SECONDS,
    Guard,
)

NOW = 1795594920  # 2026-11-25T08:22:00Z
BODY = b'{"action": "terminate", "time": "2026-11-25T08:24:00Z"}'


class World:
    """Metadata, clock and the steps of leaving, as one test sees them."""

    address = 'http://imds'

    def __init__(self, folder):
        self.marker = Marker(str(folder / 'run' / 'guard.json'))
        self.answers = {}
        self.asked = []
        self.time = 0.0
        self.said = []
        self.left = []

    def read(self, path):
        self.asked.append((path, self.time))
        answer = self.answers.get(path)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def leave(self, mark, seconds, note):
        self.left.append((mark, seconds))
        note(mark._replace(open={(7, 8)}))
        self.time += 30

    def guard(self):
        return Guard(self, self.marker, self.leave, self.said.append, clock=lambda: self.time,
                     now=lambda: NOW + self.time, sleep=self.sleep)

    def sleep(self, seconds):
        self.time += seconds

    def run(self, seconds):
        ends = self.time + seconds
        self.guard().run(lambda: 'SIGTERM' if self.time >= ends else None)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_it_looks_every_few_seconds(world):
    world.answers[notices.PATH] = None
    world.run(60)
    looked = [time for path, time in world.asked if path == notices.PATH]
    assert looked == [LOOK_SECONDS * look for look in range(12)]
    assert world.said == ['looking for the Spot interruption notice at http://imds']


def test_where_nothing_ever_answered_it_looks_seldom_and_says_so_once(world):
    world.answers[notices.PATH] = Unavailable('no route to host')
    world.run(PATIENCE_SECONDS + 10 * SELDOM_SECONDS)
    assert len(world.asked) == PATIENCE_SECONDS // LOOK_SECONDS + 10
    assert len(world.said) == 2 and 'a host outside EC2 needs no guard' in world.said[1]


def test_a_service_that_fell_silent_is_asked_as_often_as_before(world):
    guard = world.guard()
    guard.look()
    world.answers[notices.PATH] = Unavailable('it answers 503 to GET')
    world.time = PATIENCE_SECONDS * 10
    asked = len(world.asked)
    guard.run(lambda ends=world.time + 60: 'SIGTERM' if world.time >= ends else None)
    assert len(world.asked) - asked == 12
    world.answers[notices.PATH] = None
    guard.look()
    assert [line.split(': ')[0] for line in world.said[1:]] == [
        'instance metadata at http://imds gives no answer',
        'instance metadata answers again, after 60 s']


def test_a_notice_is_acted_upon_once(world):
    world.answers[notices.PATH] = BODY
    world.run(60)
    (mark, seconds), = world.left
    assert mark == Mark(Notice('terminate', NOW + 120.0), NOW, None, False)
    assert seconds == 120
    assert world.marker.load() == Mark(mark.notice, NOW, {(7, 8)}, True)
    assert 'EC2 is going to terminate this host in 120 s' in world.said


def test_a_guard_started_again_after_it_acted_does_nothing(world):
    world.answers[notices.PATH] = BODY
    world.guard().look()
    world.guard().look()
    assert len(world.left) == 1


def test_a_guard_that_died_in_the_middle_goes_on_with_what_it_knew(world):
    """What was open when the notice came is half-written, also when its writer is dead now."""
    world.answers[notices.PATH] = b'{"action": "stop"}'
    world.marker.save(Mark(Notice('stop', None), NOW - 50.0, {(1, 2), (3, 4)}, False))
    world.guard().look()
    assert world.left == [(Mark(Notice('stop', None), NOW - 50.0, {(1, 2), (3, 4)}, False), 70)]


def test_when_the_notice_is_gone_the_next_one_counts(world):
    """A hibernated host comes back with the same /run."""
    guard = world.guard()
    for body in (BODY, None, BODY):
        world.answers[notices.PATH] = body
        guard.look()
    assert len(world.left) == 2
    assert sum('this host lives' in line for line in world.said) == 1


def test_another_notice_is_acted_upon(world):
    guard = world.guard()
    for body in (BODY, BODY.replace(b'24', b'25')):
        world.answers[notices.PATH] = body
        guard.look()
    assert len(world.left) == 2


def test_a_marker_that_cannot_be_written_hinders_nothing(world, tmp_path):
    (tmp_path / 'run').write_text('in the way')
    world.answers[notices.PATH] = BODY
    guard = world.guard()
    guard.look()
    guard.look()
    assert len(world.left) == 1
    assert 'cannot be noted down' in ' '.join(world.said)


def test_what_is_no_notice_is_said_once_and_stops_nothing(world):
    world.answers[notices.PATH] = b'<html>sorry</html>'
    world.run(60)
    assert world.left == [] and len(world.said) == 2
    assert 'is no notice: the answer is not JSON' in world.said[1]


def test_a_recommendation_is_only_said(world):
    world.answers[notices.REBALANCE_PATH] = b'{"noticeTime": "2026-11-25T08:00:00Z"}'
    world.run(30)
    assert world.left == [] and len(world.said) == 2
    assert 'recommends to rebalance' in world.said[1]


@pytest.mark.parametrize('content', [
    '', '[]', '{}', 'null', '{"action": "stop", "time": null, "seen": "x", "open": 1, "done": 1}',
    '{"action": "stop", "time": null, "seen": 1, "open": [[1]], "done": true}', '\0',
])
def test_a_damaged_marker_is_none(tmp_path, content):
    (tmp_path / 'guard.json').write_text(content)
    assert Marker(str(tmp_path / 'guard.json')).load() is None


def test_a_marker_is_read_back(tmp_path):
    marker = Marker(str(tmp_path / 'folder' / 'guard.json'))
    assert marker.load() is None
    for mark in (Mark(Notice('stop', None), 5.25, None, False),
                 Mark(Notice('terminate', 120.5), 5.25, set(), True),
                 Mark(Notice('terminate', 120.5), 5.25, {(1, 2 ** 63)}, True)):
        marker.save(mark)
        assert marker.load() == mark
    marker.forget()
    marker.forget()
    assert marker.load() is None


def test_a_failure_of_one_phase_stops_no_other():
    now, said = [0.0], []

    def slow(seconds):
        now[0] += 12
        return 'took its time, had %g s' % seconds

    def failing(_seconds):
        raise KeyError('what')

    phases.run([phases.Phase('one', 10, slow), phases.Phase('two', 10, failing),
                phases.Phase('three', 20, slow)], said.append, clock=lambda: now[0])
    assert said == ['one: took its time, had 10 s (12.0 s of 10.0 s)',
                    "two: failed: 'what' (0.0 s of 0.0 s)",
                    'three: took its time, had 8 s (12.0 s of 8.0 s)']
