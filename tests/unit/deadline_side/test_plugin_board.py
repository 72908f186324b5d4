# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two submissions at once end with one helper, whatever their order; no render waits in vain.

Submissions are threads of which one at a time runs, from one call of Deadline to the next: the
order is what a test says, so that every one of them can be tried.
"""

import itertools
import random
import threading
import types

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.deadline_side import loader

KEYS = {'Paths': 'a=/a', 'Scope': 'root', 'TimeBudget': '60'}


class Deadline:
    """Jobs and metadata; switch() is called before each call."""

    def __init__(self, switch=lambda: None):
        self.switch = switch
        self.jobs = {}
        self.entries = {}
        self.submitted = itertools.count()

    def AddMetaDataEntry(self, name, value):
        self.switch()
        assert name not in self.entries
        self.entries[name] = value

    def UpdateMetaDataEntry(self, name, value):
        self.switch()
        self.entries[name] = value

    def DeleteMetaDataEntry(self, name):
        self.switch()
        self.entries.pop(name, None)

    def GetEventPluginConfigMetaDataDictionary(self, name):
        self.switch()
        return dict(self.entries)

    def SubmitJob(self, files):
        # The id is drawn before the job can be seen.
        job = types.SimpleNamespace(JobId='%024x' % next(self.submitted), JobStatus='Active',
                                    tasks=['Queued'])
        self.switch()
        self.jobs[job.JobId] = job
        return job

    def GetJob(self, job_id, invalidate):
        self.switch()
        return self.jobs.get(job_id)

    def GetJobTasks(self, job, invalidate):
        return types.SimpleNamespace(TaskCollectionAllTasks=[
            types.SimpleNamespace(TaskStatus=status) for status in job.tasks])

    def DeleteJob(self, job):
        self.switch()
        del self.jobs[job.JobId]


class Turns:
    """Runs functions side by side, one step at a time, in the order that choose() says."""

    def __init__(self, choose):
        self._choose = choose
        self._local = threading.local()
        self._runnable = []
        self._back = threading.Semaphore(0)
        self._sleeping = set()
        self.results = {}

    def switch(self):
        if getattr(self._local, 'name', None) is not None:
            self._back.release()
            self._local.turn.acquire()

    def sleep(self, _seconds):
        """Who waits for another one lets it run."""
        self._sleeping.add(self._local.name)
        self.switch()

    def run(self, functions):
        turns = {}
        threads = []
        for name, function in functions.items():
            turns[name] = threading.Semaphore(0)
            threads.append(threading.Thread(target=self._run, args=(name, turns[name], function)))
            threads[-1].start()
        self._runnable = sorted(functions)
        while self._runnable:
            awake = [name for name in self._runnable if name not in self._sleeping]
            name = self._choose(awake or self._runnable)
            self._sleeping.clear()
            turns[name].release()
            self._back.acquire()
            if name in self.results:
                self._runnable.remove(name)
        for thread in threads:
            thread.join()

    def _run(self, name, turn, function):
        self._local.name, self._local.turn = name, turn
        turn.acquire()
        try:
            self.results[name] = function()
        except Exception as problem:  # shown by the test
            self.results[name] = problem
        self._local.name = None
        self._back.release()


def obtainer(tmp_path, deadline, sleep, cover=None):
    """Return a function that is one submission's search for a helper."""
    plugin = loader.load(
        loader.PLUGIN, RepositoryUtils=deadline,
        ClientUtils=types.SimpleNamespace(GetDeadlineTempPath=lambda: str(tmp_path)))
    settings, _problems = plugin.read_settings(KEYS.get)
    root = plugin.roots_of(settings)[0][0]
    plan = plugin.plan_for(root, settings, 'root', (), cover, ['', ''], '')
    farm = plugin.Farm(60)
    helpers = plugin.Helpers(farm, plugin.Board(deadline, farm, sleep), settings, 'b', 'u', '')
    return lambda: helpers.obtain(plan)


def play(tmp_path, choose, number=2):
    """Return (the farm, {submission: the job that its render waits for}) of one order."""
    turns = Turns(choose)
    deadline = Deadline(turns.switch)
    turns.run({name: obtainer(tmp_path, deadline, turns.sleep)
               for name in 'abcd'[:number]})
    return deadline, turns.results


def judge(deadline, results):
    """One helper is left, all wait for it, and no claim is."""
    assert set(map(type, results.values())) == {str}, results
    assert sorted(deadline.jobs) == sorted(set(results.values())), results
    assert len(deadline.jobs) == 1, results
    assert [name for name in deadline.entries if name.startswith('claim_')] == []
    assert len(deadline.entries) == 1


class Switches:
    """Runs one submission until its turn is over, at these numbers of steps."""

    def __init__(self, first, steps):
        self._steps = list(steps)
        self._at = first
        self._done = 0

    def __call__(self, runnable):
        if self._steps and self._done >= self._steps[0]:
            self._steps.pop(0)
            self._at += 1
            self._done = 0
        self._done += 1
        return runnable[self._at % len(runnable)]


LONGEST = 16


@pytest.mark.parametrize('first', [0, 1])
def test_two_at_once_in_every_order_of_two_switches(tmp_path, first):
    for steps in itertools.product(range(1, LONGEST), repeat=2):
        judge(*play(tmp_path, Switches(first, steps)))


@pytest.mark.slow
@pytest.mark.parametrize('first', [0, 1])
def test_two_at_once_in_every_order_of_three_switches(tmp_path, first):
    for steps in itertools.product(range(1, LONGEST), repeat=3):
        judge(*play(tmp_path, Switches(first, steps)))


@pytest.mark.parametrize('number', [2, 3, 4])
def test_several_at_once_in_many_orders(tmp_path, number):
    for seed in range(150):
        judge(*play(tmp_path, random.Random(seed).choice, number))


def test_when_both_have_submitted_the_lowest_id_wins(tmp_path):
    """Both post before either looks again; the loser deletes its own (issue 6)."""
    deadline, results = play(tmp_path, Switches(0, [1] * 40))
    judge(deadline, results)
    assert next(deadline.submitted) == 2
    assert set(results.values()) == {'%024x' % 0}


# -- one after the other ---------------------------------------------------------------------------


def test_twenty_submissions_are_one_refresh(tmp_path):
    deadline = Deadline()
    assert len({obtainer(tmp_path, deadline, None)() for _number in range(20)}) == 1
    assert len(deadline.jobs) == 1


@pytest.mark.parametrize('status, tasks', [
    ('Active', ['Rendering', 'Queued']), ('Active', ['Completed', 'Queued']),
    ('Suspended', ['Suspended']), ('Failed', ['Failed']), ('Completed', ['Completed'])])
def test_a_helper_that_has_begun_is_not_reused(tmp_path, status, tasks):
    """It may have passed the file that was changed since."""
    deadline = Deadline()
    first = obtainer(tmp_path, deadline, None)()
    deadline.jobs[first].JobStatus, deadline.jobs[first].tasks = status, tasks
    assert obtainer(tmp_path, deadline, None)() != first
    assert len(deadline.entries) == 1


def test_a_helper_that_was_deleted_is_not_reused(tmp_path):
    deadline = Deadline()
    first = obtainer(tmp_path, deadline, None)()
    deadline.jobs.clear()
    assert obtainer(tmp_path, deadline, None)() != first


def test_a_helper_of_frames_serves_the_frames_that_it_covers(tmp_path):
    """field-reports D10"""
    deadline = Deadline()
    first = obtainer(tmp_path, deadline, None, (1, 100))()
    assert obtainer(tmp_path, deadline, None, (10, 100))() == first
    assert obtainer(tmp_path, deadline, None, (0, 100))() != first


def test_entries_that_nobody_can_read_are_taken_off(tmp_path):
    deadline = Deadline()
    first = obtainer(tmp_path, deadline, None)()
    name = next(iter(deadline.entries))
    key = name.split('_')[1]
    deadline.entries = {name: '{', 'claim_%s_x' % key: 'soon', 'claim_%s_y' % key: '0',
                        'of another plugin': '1'}
    assert obtainer(tmp_path, deadline, None)() != first
    assert sorted(name.split('_')[0] for name in deadline.entries) == ['helper',
                                                                       'of another plugin']


def test_a_submission_that_died_while_it_was_choosing_is_left_behind(tmp_path):
    """Half of the time budget is what the others wait for it."""
    deadline = Deadline()
    search = obtainer(tmp_path, deadline, None)
    key = search()
    key = next(iter(deadline.entries)).split('_')[1]
    deadline.entries.clear()
    deadline.jobs.clear()
    plugin = loader.load(
        loader.PLUGIN, RepositoryUtils=deadline,
        ClientUtils=types.SimpleNamespace(GetDeadlineTempPath=lambda: str(tmp_path)))
    settings, _problems = plugin.read_settings(KEYS.get)
    plan = plugin.plan_for(plugin.roots_of(settings)[0][0], settings, 'root', (), None, ['', ''],
                           '')
    clock = itertools.count()
    farm = plugin.Farm(1000, lambda: next(clock))
    board = plugin.Board(deadline, farm, lambda seconds: None)
    deadline.entries['claim_%s_dead' % key] = str(int(plugin.time.time()))
    assert plugin.Helpers(farm, board, settings, 'b', 'u', '').obtain(plan) in deadline.jobs
    # One that posted its helper and died is no different.
    entry = next(name for name in deadline.entries if name.startswith('helper_'))
    deadline.entries[entry] = deadline.entries[entry].replace('true', 'false')
    found = plugin.Helpers(farm, board, settings, 'b', 'u', '').obtain(plan)
    assert found in deadline.jobs and found not in entry


def test_past_the_time_budget_nothing_is_left_behind(tmp_path):
    deadline = Deadline()
    plugin = loader.load(
        loader.PLUGIN, RepositoryUtils=deadline,
        ClientUtils=types.SimpleNamespace(GetDeadlineTempPath=lambda: str(tmp_path)))
    settings, _problems = plugin.read_settings(KEYS.get)
    plan = plugin.plan_for(plugin.roots_of(settings)[0][0], settings, 'root', (), None, ['', ''],
                           '')
    for calls in range(5):
        clock = iter([0] * (calls + 1) + [61] * 99)
        farm = plugin.Farm(60, lambda clock=clock: next(clock))
        helpers = plugin.Helpers(farm, plugin.Board(deadline, farm), settings, 'b', 'u', '')
        with pytest.raises(plugin.Problem, match='the time budget of 60 s was used up'):
            helpers.obtain(plan)
    assert [name for name in deadline.entries if name.startswith('claim')] == []
    assert list(tmp_path.iterdir()) == []
