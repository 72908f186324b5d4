# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker: it takes tasks, has a sandbox run each, and says how they ended (deadline 216-218)."""

import time

from ..state import queue, results
from .sandboxes import Sandboxes

LOOK = 0.05  # seconds between looks at the job while a task runs
SIGN = 1  # seconds between signs of life


def start(runtime):
    """The worker reports to the farm: its host, system, region (D19)."""
    queue.define_worker(runtime.database, runtime.name, state="Idle", os=runtime.system,
                        region=runtime.region, user=runtime.machine["user"],
                        version=runtime.machine["version"], seen=time.time())
    runtime.sandboxes = Sandboxes(runtime)
    runtime.events.fire_worker("OnSlaveStarted", runtime.name)


def stop(runtime):
    runtime.sandboxes.end()
    _show(runtime, "Offline")
    runtime.events.fire_worker("OnSlaveStopped", runtime.name)
    runtime.events.close()


def _show(runtime, state):
    with runtime.database.change("workers", runtime.name) as worker:
        worker.update(state=state, seen=time.time())


def heard_of(runtime):
    """A sign of life, for whoever looks for stalled workers."""
    with runtime.database.change("workers", runtime.name) as worker:
        worker["seen"] = time.time()


def step(runtime, most=1, die_at=None):
    """Take up to `most` tasks and run them side by side to their ends.

    Returns how each ended. `die_at`: the whole machine ends when a task comes to that stage
    ("pre task", "render", "post task").
    """
    claimed = [task for task in queue.rendering(runtime.database)
               if task["worker"] == runtime.name][:most]
    while len(claimed) < most:
        task = queue.claim(runtime.database, runtime.name)
        if task is None:
            break
        claimed.append(task)
    if not claimed:
        runtime.events.fire_worker("OnSlaveIdle", runtime.name)
        return []
    _show(runtime, "Rendering")
    runs = []
    for task in claimed:
        if task.get("begins"):
            runtime.fire_job("OnJobStarted", task["job"])
        if results.mine(runtime.database, task):
            runs.append(Run(runtime, task, die_at))
    last_sign = time.monotonic()
    while any(run.outcome is None for run in runs):
        time.sleep(LOOK)
        for run in runs:
            run.look()
        if time.monotonic() - last_sign > SIGN:
            heard_of(runtime)
            last_sign = time.monotonic()
    _show(runtime, "Idle")
    return [{"job": run.task["job"], "task": run.task["id"], "outcome": run.outcome}
            for run in runs]


class Run:
    """One task in the worker's hands."""

    def __init__(self, runtime, task, die_at):
        self.runtime = runtime
        self.task = task
        self.outcome = None
        self.props = runtime.jobs.get(task["job"])["props"]
        self.sandbox = runtime.sandboxes.take(task["job"])
        self.sandbox.begin(task, die_at)
        self.began = time.monotonic()

    def look(self):
        """See whether the task ended, was taken away, or takes too long."""
        if self.outcome is not None:
            return
        answer = self.sandbox.answer()
        if answer is not None:
            self._ended(answer)
        elif results.mine(self.runtime.database, self.task) is None:
            self._cancel("cancelled")
        elif self._late():
            self._timed_out()

    def _late(self):
        most = self.props["TaskTimeoutSeconds"]
        script = self.task["kind"] != "frames" or self.sandbox.stage() in ("pre task", "post task")
        if script and not self.props["EnableTimeoutsForScriptTasks"]:
            return False
        return bool(most) and time.monotonic() - self.began > most

    def _timed_out(self):
        wish = self.props["OnTaskTimeout"].lower()
        if wish == "notify":
            self.props["TaskTimeoutSeconds"] = 0
            self.runtime.log("WARNING: task %s has timed out" % self.task["id"])
            return
        self._cancel(None)
        if wish == "complete":
            self._ended({"error": None})
        else:
            self._ended({"error": "the task timed out: it took more than %d seconds"
                                  % self.props["TaskTimeoutSeconds"]})

    def _cancel(self, outcome):
        for left in self.sandbox.kill():
            self.runtime.log("WARNING: process %d could not be killed" % left)
        self.runtime.sandboxes.forget(self.sandbox)
        self.outcome = outcome
        if outcome:
            self._report("log", "Task cancelled")

    def _report(self, kind, title):
        return results.report(self.runtime.database, self.runtime.folder, self.task, kind, title,
                              self.sandbox.log(), self.runtime.name)

    def _ended(self, answer):
        error = answer["error"]
        report = self._report("error" if error else "log", error or "Task completed")
        if error:
            ours = results.failed(self.runtime.jobs, self.task, report)
        else:
            ours = results.completed(self.runtime.jobs, self.task)
        self.outcome = "cancelled" if not ours else "failed" if error else "completed"
        if self.sandbox.alive():
            self.runtime.sandboxes.give_back(self.task["job"], self.sandbox)
