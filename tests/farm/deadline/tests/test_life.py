# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens to jobs, in any order, their states and those of their tasks agree (row 55)."""

import shutil
import tempfile

from deadline_farm.state import jobfile, queue, repository, results, switches, tasks
from deadline_farm.state.jobs import Jobs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

VERBS = st.sampled_from(["pend", "release", "suspend", "resume", "requeue", "complete", "fail"])
ALLOWED = {
    "Active": {"Queued", "Rendering", "Completed", "Failed", "Pending", "Suspended"},
    "Pending": {"Pending", "Completed", "Failed"},
    "Suspended": {"Suspended", "Completed", "Failed"},
    "Completed": {"Completed"},
    "Failed": {"Completed", "Failed"},
}


class Everything:
    """The surroundings of a scan in which every file is there."""

    @staticmethod
    def exists(path):
        return True

    @staticmethod
    def script(path, job, task_ids):
        return True


class Farm(RuleBasedStateMachine):
    """Two workers, and jobs that wait for each other."""

    all_jobs = Bundle("jobs")
    claims = Bundle("claims")

    def __init__(self):
        RuleBasedStateMachine.__init__(self)
        self.folder = tempfile.mkdtemp()
        self.database = repository.create(self.folder)
        self.events = []
        self.jobs = Jobs(self.database, lambda event, job, *more: self.events.append((event, job)))
        switches.turn(self.database, {"job_errors": 5, "task_errors": 2, "worker_errors": 0})
        for name in ("one", "two"):
            queue.define_worker(self.database, name)

    def teardown(self):
        self.database.close()
        shutil.rmtree(self.folder)

    def alive(self, job):
        return self.database.get("jobs", job) is not None

    @rule(target=all_jobs, frames=st.sampled_from(["1", "1-3"]), suspended=st.booleans(),
          by_frame=st.booleans(), others=st.lists(all_jobs, max_size=2, unique=True))
    def submit(self, frames, suspended, by_frame, others):
        text = "Plugin=X\nFrames=%s\nJobDependencies=%s\nIsFrameDependent=%s\nInitialStatus=%s" % (
            frames, ",".join(others), by_frame, "Suspended" if suspended else "Active")
        props, lines = jobfile.read_job(text)
        job = self.jobs.create(props, {}, lines)
        repository.disk.make_folder("%s/repository/reports/%s" % (self.folder, job))
        return job

    @rule(job=all_jobs, verb=VERBS)
    def do(self, job, verb):
        if self.alive(job):
            getattr(self.jobs, verb)(job)

    @rule(job=all_jobs)
    def delete(self, job):
        if self.alive(job):
            self.jobs.delete(job)

    @rule()
    def scan(self):
        for job in self.jobs.scan(Everything):
            assert self.jobs.get(job)["status"] == "Active"

    @rule(target=claims, worker=st.sampled_from(["one", "two"]))
    def claim(self, worker):
        task = queue.claim(self.database, worker)
        if task is None:
            return multiple()
        assert self.jobs.get(task["job"])["status"] == "Active"
        return task

    @rule(task=claims, good=st.booleans())
    def finish(self, task, good):
        ours = results.mine(self.database, task) is not None
        if good:
            assert results.completed(self.jobs, task) == ours
        else:
            report = results.report(self.database, self.folder, task, "error", "x", "", "one")
            assert results.failed(self.jobs, task, report) == ours

    @invariant()
    def states_agree(self):
        for job in self.database.bodies("jobs"):
            states = {task["status"] for task in tasks.of_job(self.database, job["id"])}
            assert states <= ALLOWED[job["status"]], (job["status"], states)
            if not job["props"]["IsFrameDependent"]:
                assert job["status"] != "Active" or "Pending" not in states
            assert job["status"] != "Active" or not states <= {"Completed", "Failed"}

    @invariant()
    def no_worker_has_two_jobs(self):
        for name in ("one", "two"):
            busy = [task["job"] for task in queue.rendering(self.database)
                    if task["worker"] == name]
            assert len(busy) <= 1

    @invariant()
    def no_task_without_its_job(self):
        for key, _ in self.database.all("tasks"):
            assert self.alive(key.partition("/")[0])


TestFarm = Farm.TestCase
TestFarm.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
