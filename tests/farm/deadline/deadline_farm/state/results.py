# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a task ends: completed, failed with a report, or given up (deadline 112, 217)."""

import time

from . import disk, switches, tasks
from .jobs import NoSuchJob


def report(database, folder, task, kind, title, text, worker):
    """Keep a report: kind "log" or "error"; returns its document. Its text is a file."""
    number = database.next("reports")
    name = "reports/%s/%06d.txt" % (task["job"], number)
    disk.write("%s/repository/%s" % (folder, name), text.encode("utf-8", "replace"))
    document = {"job": task["job"], "task": task["id"], "kind": kind, "title": title,
                "file": name, "worker": worker, "time": time.time()}
    database.put("reports", "%s/%06d" % (task["job"], number), document)
    return document


def mine(database, task):
    """The task as it stands, or None when it was taken away from who claimed it."""
    now = database.get("tasks", tasks.key(task))
    if now is None or database.get("jobs", task["job"]) is None:
        return None
    return now if now["claim"] == task["claim"] and now["status"] == "Rendering" else None


def progress(database, task, percent, message=""):
    """What the Monitor shows while a task runs."""
    with database.transaction():
        now = mine(database, task)
        if now:
            now.update(progress=percent, message=message or now["message"])
            tasks.put(database, now)


def completed(jobs, task):
    """A task went through. True when it still was ours."""
    with jobs.database.transaction():
        now = mine(jobs.database, task)
        if now is None:
            return False
        now.update(status="Completed", progress=100, completed=time.time(), claim="")
        tasks.put(jobs.database, now)
    _settle(jobs, task["job"])
    return True


def failed(jobs, task, found):
    """A task made an error, of which `found` is the report: it is queued again, until failure
    detection ends it. True when it still was ours."""
    database = jobs.database
    settings = switches.read(database)
    with database.transaction():
        now = mine(database, task)
        if now is None:
            return False
        job = jobs.get(task["job"])
        job["errors"] += 1
        worker = task["worker"]
        job["worker_errors"][worker] = job["worker_errors"].get(worker, 0) + 1
        database.put("jobs", job["id"], job)
        now["errors"] += 1
        most = _most(job["props"], "Task", settings["task_errors"])
        ended = bool(most) and now["errors"] >= most
        now.update(status="Failed" if ended else "Queued", worker="", claim="", progress=0)
        tasks.put(database, now)
    jobs.fire("OnJobError", task["job"], now, found)
    most = _most(job["props"], "Job", settings["job_errors"])
    if most and job["errors"] >= most:
        jobs.fail(task["job"])
    else:
        _settle(jobs, task["job"])
    return True


def given_up(jobs, task):
    """A task goes back into the queue without an error: its worker stopped or stalled."""
    with jobs.database.transaction():
        now = mine(jobs.database, task)
        if now:
            now.update(status="Queued", worker="", claim="", progress=0)
            tasks.put(jobs.database, now)
    return now is not None


def _most(props, what, usual):
    if props["Override%sFailureDetection" % what]:
        return props["FailureDetection%sErrors" % what]
    return usual


def _settle(jobs, job):
    """The job ends with its last task: completed, or failed when one of them is."""
    states = {task["status"] for task in jobs.tasks(job)}
    try:
        if states == {"Completed"}:
            jobs.complete(job)
        elif states <= {"Completed", "Failed"}:
            jobs.fail(job)
    except NoSuchJob:
        return  # deleted meanwhile
