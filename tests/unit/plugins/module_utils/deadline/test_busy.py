# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which workers still have tasks, and the wait for the last one."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline import busy


class Farm:
    """Worker w1 at successive looks: each (state, job, tasks by the worker, tasks by the job)."""

    def __init__(self, *looks):
        self.looks = list(looks)
        self.now = 0

    def workers(self):
        state, job, tasks, _by_job = self.looks[0]
        return [dict(name='W1', state=state, job_id=job, job='a "job"', tasks=tasks),
                dict(name='other', state='Rendering', job_id='j9', job='', tasks=['0'])]

    def rendering(self):
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return [dict(worker='w1', job_id=look[1], job='a "job"', task=task, frames='%s-%s' % (
            task, task)) for task in look[3]] + [dict(worker='other', job_id='j9', job='',
                                                      task='0', frames='')]

    def sleep(self, seconds):
        self.now += seconds

    def wait(self, timeout=100, delay=10):
        return busy.wait(self, ['w1'], timeout, delay, clock=lambda: self.now, sleep=self.sleep)


IDLE = ('Disabled', '', [], [])
BUSY = ('Rendering', 'j1', ['3'], ['3'])


def test_the_wait_ends_when_nothing_is_left_at_two_looks():
    """A worker may take a task in the moment in which it is disabled."""
    farm = Farm(BUSY, BUSY, IDLE, BUSY, IDLE, IDLE)
    assert farm.wait() == [] and farm.now == 50


def test_the_wait_ends_when_time_is_up_and_names_what_is_left():
    farm = Farm(BUSY)
    left, = farm.wait(timeout=25)
    assert farm.now == 25
    assert busy.words(left) == 'w1: task 3 (frames 3-3) of job "a "job"" (j1)'


@pytest.mark.parametrize('look, tasks', [
    (('Rendering', 'j1', [], ['3', '4']), ['3', '4']), (('StartingJob', 'j1', [], []), ['']),
    (('Idle', 'j1', ['3'], []), ['3']), (('Offline', 'j1', ['3'], ['3']), []), (IDLE, []),
    (('Rendering', '', [], ['7']), ['7'])])
def test_both_the_worker_and_the_job_are_asked(look, tasks):
    assert [task['task'] for task in busy.running(Farm(look), ['W1'])] == tasks


def test_a_stalled_worker_is_named_and_not_waited_for():
    farm = Farm(('Stalled', 'j1', ['3'], ['3']))
    left = farm.wait(timeout=1000)
    assert busy.lost(left) == left and len(left) == 1 and farm.now == 10
    assert busy.words(left[0]).endswith('worker is stalled')


def test_without_time_it_looks_once():
    farm = Farm(BUSY)
    assert len(farm.wait(timeout=0)) == 1 and farm.now == 0
