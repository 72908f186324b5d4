# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with an action under way (lustre-hsm H20, H23)."""

from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Entry
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.flight import (
    LONGEST,
    Flight,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.report import Action
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.work import Work


class Coordinator(object):
    """Answers every question about actions with what is set."""

    def __init__(self, *actions):
        self.asked = 0
        self.answers = actions

    def actions(self, entries, done):
        self.asked += 1
        done(list(self.answers))

    def submit(self, done, call, *arguments):
        call(*arguments, done=done)


class Clock(object):
    now = 0.0

    def __call__(self):
        return self.now


def flight(coordinator, landed=None):
    clock = Clock()
    one = Flight(coordinator, coordinator, clock, landed or (lambda works: None),
                 lambda work, answer: None, lambda: None)
    return one, clock


def work(size):
    return Work(Entry(0, b'x', size, 0, 1, 1, None), 'archive', 50, None)


def test_no_file_moves_more_than_it_holds():
    """2.17.57 says 2^64-1 for a moment while a small file is copied."""
    one, clock = flight(Coordinator(Action('ARCHIVE', True, 2 ** 64 - 1),
                                    Action('ARCHIVE', True, 40)))
    one.add(work(10))
    one.add(work(100))
    clock.now = 1.0
    one.turn()
    assert one.moved == 50


def test_it_asks_less_and_less_often_and_never_too_seldom():
    coordinator = Coordinator(Action('ARCHIVE', False, 0))
    one, clock = flight(coordinator)
    one.add(work(10))
    for _tick in range(1000):
        clock.now += 0.1
        one.turn()
    assert 100 / LONGEST <= coordinator.asked <= 100 / LONGEST + 20


def test_what_has_no_action_any_more_lands():
    landed = []
    coordinator = Coordinator(Action(None, False, 0), Action('RESTORE', False, 0))
    one, clock = flight(coordinator, landed.extend)
    first, second = work(1), work(2)
    one.add(first)
    one.add(second)
    clock.now = 1.0
    one.turn()
    assert landed == [first]
    assert len(one) == 1
