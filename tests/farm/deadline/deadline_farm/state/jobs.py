# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a job in the database. Each change of state fires its event afterwards."""

import time

from . import dependencies, switches, tasks
from .ids import new_id

ENDED = ("Completed", "Failed")


class NoSuchJob(KeyError):
    """There is no job of that id."""


class Nowhere:
    """The surroundings of a question that nobody can look at files for."""

    @staticmethod
    def exists(path):
        return False

    @staticmethod
    def script(path, job, task_ids):
        return False if task_ids is None else []


class Jobs:
    """Jobs of one farm, as one process handles them.

    `fire(event, job id, *details)` is what this process does about events.
    """

    def __init__(self, database, fire):
        self.database = database
        self.fire = fire

    # -- reading and writing documents ---------------------------------------------------

    def get(self, job):
        found = self.database.get("jobs", job)
        if found is None:
            raise NoSuchJob("there is no job %s" % job)
        return found

    def tasks(self, job):
        return tasks.of_job(self.database, job)

    def switch(self, name):
        return switches.read(self.database)[name]

    def history(self, job, text, who=""):
        """A line of the job's history (RepositoryUtils.AddJobHistoryEntry)."""
        with self.database.change("history", job, []) as lines:
            lines.append({"time": time.time(), "who": who, "text": text})

    def save(self, job, props, plugin_info):
        """What SaveJob does: ALL fields are written as this copy has them, its state is not."""
        with self.database.transaction():
            found = self.get(job)
            if props["Dependencies"] != found["props"]["Dependencies"]:
                found["released"] = False
            found["props"], found["plugin_info"] = props, plugin_info
            self.database.put("jobs", job, found)
        if self.switch("save_pends") == "save" and found["status"] == "Active":
            self._pend_what_waits(found)

    def _open(self, job):
        """Whether the job has dependencies that are not met, as far as the database shows."""
        view = dependencies.View(self.database, switches.read(self.database))
        return dependencies.exist(job["props"]) and not view.met(job, Nowhere)

    def _pend_what_waits(self, job):
        if not job["released"] and self._open(job):
            self.pend(job["id"], ("Queued",))

    # -- submission -----------------------------------------------------------------------

    def create(self, props, plugin_info, lines, aux=()):
        """Store a new job; the caller fires OnJobSubmitted when the submission is complete."""
        job = new_id()
        suspended = props["InitialStatus"].lower() == "suspended"
        status = "Suspended" if suspended else (
            "Pending" if dependencies.exist(props) else "Active")
        document = {"id": job, "status": status, "props": props, "plugin_info": plugin_info,
                    "lines": lines, "aux": list(aux), "released": False, "submitted": time.time(),
                    "started": None, "completed": None, "errors": 0, "worker_errors": {}}
        task_status = {"Active": "Queued"}.get(status, status)
        with self.database.transaction():
            self.database.put("jobs", job, document)
            for task in tasks.cut(job, props, task_status, self.switch("tile_frames")):
                tasks.put(self.database, task)
        return job

    def recut(self, job, frames, chunk):
        """Another frame list: tasks of unchanged frames keep what they are (D29)."""
        with self.database.transaction():
            found = self.get(job)
            found["props"].update(Frames=frames, ChunkSize=chunk)
            old = {str(task["frames"]): task for task in self.tasks(job)}
            fresh = tasks.cut(job, found["props"], self._waiting(found["status"]),
                              self.switch("tile_frames"))
            for task in old.values():
                self.database.delete("tasks", tasks.key(task))
            for task in fresh:
                known = old.get(str(task["frames"]), task)
                if known["id"] == task["id"] or known["status"] != "Rendering":
                    task = dict(known, id=task["id"])
                tasks.put(self.database, task)  # a worker loses a task that gets another number
            if found["status"] in ENDED and not all(
                    task["status"] == "Completed" for task in self.tasks(job)):
                found["status"] = "Active"
            self.database.put("jobs", job, found)

    @staticmethod
    def _waiting(status):
        return status if status in ("Suspended", "Pending") else "Queued"

    # -- states ---------------------------------------------------------------------------

    def _become(self, job, status, before, after, **values):
        """Move a job and its tasks; false when its state does not allow it."""
        with self.database.transaction():
            found = self.get(job)
            if found["status"] == status:
                return False
            found.update(values, status=status)
            self.database.put("jobs", job, found)
            tasks.turn(self.database, job, before, after)
        return True

    def pend(self, job, before=("Queued", "Suspended", "Rendering")):
        if self.get(job)["status"] not in ENDED and self._become(
                job, "Pending", before, "Pending", released=False):
            self.fire("OnJobPended", job)

    def release(self, job):
        """By hand, or by the scan: it is not made to wait again for the same dependencies."""
        if self.get(job)["status"] == "Pending" and self._become(
                job, "Active", ("Pending",), "Queued", released=True):
            self.fire("OnJobReleased", job)

    def suspend(self, job):
        if self.get(job)["status"] not in ENDED and self._become(
                job, "Suspended", ("Queued", "Rendering", "Pending"), "Suspended"):
            self.fire("OnJobSuspended", job)

    def resume(self, job):
        """A suspended job, or a failed one, goes on."""
        with self.database.transaction():
            found = self.get(job)
            if found["status"] not in ("Suspended", "Failed"):
                return
            self._queue(found, self._after_stop(found), tasks.OPEN + ("Failed",))
        self.fire("OnJobResumed", job)

    def requeue(self, job):
        """All of it again; a suspended or pending job stays what it is."""
        with self.database.transaction():
            found = self.get(job)
            status = found["status"]
            if status not in ("Suspended", "Pending"):
                status = self._after_stop(found)
            self._queue(found, status, tasks.OPEN + ENDED)
        self.fire("OnJobRequeued", job)

    def _after_stop(self, job):
        """A job that still waits for something is pending when it goes on (deadline 84)."""
        if job["props"]["IsFrameDependent"]:
            waits = dependencies.exist(job["props"])
        else:
            waits = not job["released"] and self._open(job)
        return "Pending" if waits and self.switch("resume_pends") else "Active"

    def _queue(self, job, status, before):
        job.update(status=status, completed=None, errors=0, worker_errors={})
        self.database.put("jobs", job["id"], job)
        tasks.turn(self.database, job["id"], before, self._waiting(status), errors=0, progress=0)

    def requeue_tasks(self, job, ids):
        """Some tasks are to be done again; the worker that has one of them gives it up."""
        with self.database.transaction():
            found = self.get(job)
            for task in self.tasks(job):
                if task["id"] in ids:
                    task.update(status=self._waiting(found["status"]), worker="", claim="",
                                progress=0)
                    tasks.put(self.database, task)
            if found["status"] in ENDED:
                found.update(status="Active", completed=None)
                self.database.put("jobs", job, found)

    def resume_tasks(self, job, ids):
        """Some tasks of a suspended job may begin; the others stay as they are."""
        with self.database.transaction():
            found = self.get(job)
            for task in self.tasks(job):
                if task["id"] in ids and task["status"] == "Suspended":
                    tasks.put(self.database, dict(task, status="Queued"))
                    found["status"] = "Active"
            self.database.put("jobs", job, found)

    def complete(self, job):
        if self._become(job, "Completed", tasks.OPEN + ("Failed",), "Completed",
                        completed=time.time()):
            self.fire("OnJobFinished", job)
            if self.get(job)["props"]["OnJobComplete"].lower() == "delete":
                self.delete(job)

    def fail(self, job):
        if self.get(job)["status"] != "Completed" and self._become(
                job, "Failed", tasks.OPEN, "Failed"):
            self.fire("OnJobFailed", job)

    def delete(self, job):
        """The job leaves the queue; who waits for it sees it as deleted."""
        with self.database.transaction():
            self.database.put("deleted_jobs", job, self.get(job))
            self.database.delete("jobs", job)
        self.fire("OnJobDeleted", job)
        for task in self.tasks(job):
            self.database.delete("tasks", tasks.key(task))

    # -- the pending scan -----------------------------------------------------------------

    def scan(self, environment):
        """One pending scan (deadline 83): ids of the jobs that it released or let begin."""
        view = dependencies.View(self.database, switches.read(self.database))
        freed = []
        for job in self.database.bodies("jobs"):
            try:
                if self._look_at(job, view, environment):
                    freed.append(job["id"])
            except NoSuchJob:
                continue  # deleted meanwhile
        return freed

    def _look_at(self, job, view, environment):
        if job["status"] == "Active" and view.switches["save_pends"] == "scan":
            self._pend_what_waits(job)
            job = self.get(job["id"])
        if job["props"]["IsFrameDependent"] and job["status"] in ("Pending", "Active"):
            return self._free(job, view.free_tasks(job, environment))
        if job["status"] != "Pending" or not view.met(job, environment):
            return False
        self.release(job["id"])
        return True

    def _free(self, job, free):
        with self.database.transaction():
            found = self.get(job["id"])
            pending = found["status"] == "Pending"
            if not free or found["status"] not in ("Pending", "Active"):
                return False
            for task in free:
                tasks.put(self.database, dict(task, status="Queued"))
            found.update(status="Active", released=True)
            self.database.put("jobs", job["id"], found)
        if pending:
            self.fire("OnJobReleased", job["id"])
        return True
