# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which task a worker takes next (deadline 216): pools, groups, lists, limits, order."""

import time
import uuid

from . import switches, tasks


def define_worker(database, name, **values):
    """A worker's document: what the Monitor shows of it and what is set there."""
    fresh = dict({"address": "", "user": "", "os": "linux", "region": "none",
                  "pools": [], "groups": [], "enabled": True, "state": "Offline", "cpus": 4,
                  "version": "", "event_opt_ins": [], "extra": {}, "seen": 0}, name=name, host=name)
    with database.change("workers", name, fresh) as worker:
        worker.update(values)


def rendering(database):
    """Every task that a worker has in hand."""
    return [task for task in database.bodies("tasks") if task["status"] == "Rendering"]


def _allowed(job, worker, most_errors):
    """What the job says of workers, and what the worker did to it before."""
    props = job["props"]
    pools = {props["Pool"].lower(), props["SecondaryPool"].lower()} - {""}
    listed = worker["name"].lower() in [name.lower() for name in props["ListedSlaves"]]
    errors = job["worker_errors"].get(worker["name"], 0)
    return ((pools & set(worker["pools"] + ["none"]))
            and props["Group"].lower() in worker["groups"] + ["none"]
            and listed == props["Whitelist"]
            and (props["IgnoreBadJobDetection"] or not most_errors or errors < most_errors))


def _room(database, job, worker, busy):
    """Whether limits, machine limit and concurrent tasks leave room for one more."""
    props = job["props"]
    mine = [task for task in busy if task["worker"] == worker["name"]]
    if any(task["job"] != job["id"] for task in mine):
        return False
    most = max(1, props["ConcurrentTasks"])
    if props["LimitConcurrentTasksToNumberOfCpus"]:
        most = min(most, worker["cpus"])
    if len(mine) >= most:
        return False
    if mine:
        return True  # this worker holds its place and its limits already
    others = {task["worker"] for task in busy if task["job"] == job["id"]}
    if props["MachineLimit"] and len(others) >= props["MachineLimit"]:
        return False
    return all(_limit_free(database, name, busy) for name in props["LimitGroups"])


def _limit_free(database, name, busy):
    limit = database.get("limits", name.lower())
    if limit is None:
        return True
    holders = {task["worker"] for task in busy
               if name.lower() in map(str.lower, _limits_of(database, task["job"]))}
    return len(holders) < limit["maximum"]


def _limits_of(database, job):
    found = database.get("jobs", job)
    return found["props"]["LimitGroups"] if found else []


def _order(job, worker):
    """Pool, priority, first in first out: the order of a fresh repository."""
    pools = worker["pools"] + ["none"]
    props = job["props"]
    places = [pools.index(pool.lower()) for pool in (props["Pool"], props["SecondaryPool"])
              if pool.lower() in pools]
    return min(places or [len(pools)]), -props["Priority"], job["submitted"], job["id"]


def _next_task(database, job):
    every = tasks.of_job(database, job["id"])
    waiting = [task for task in every if task["status"] == "Queued"]
    if not waiting:
        return None
    first = waiting[0]
    before_it = [task for task in every if tasks.key(task) < tasks.key(first)]
    if any(task["kind"] == "pre" and task["status"] != "Completed" for task in before_it):
        return None
    if first["kind"] == "post" and any(task["status"] != "Completed" for task in before_it):
        return None
    return first


def claim(database, name):
    """Give worker `name` its next task, marked as rendering; None when there is none.

    The task says in `begins` whether it is the first of its job.
    """
    settings = switches.read(database)
    with database.transaction():
        worker = database.get("workers", name)
        if worker is None or not worker["enabled"]:
            return None
        busy = rendering(database)
        jobs = [job for job in database.bodies("jobs") if job["status"] == "Active"
                and _allowed(job, worker, settings["worker_errors"])]
        for job in sorted(jobs, key=lambda job: _order(job, worker)):
            task = _next_task(database, job)
            if task is None or not _room(database, job, worker, busy):
                continue
            task.update(status="Rendering", worker=name, claim=uuid.uuid4().hex, progress=0,
                        message="", started=time.time())
            tasks.put(database, task)
            begins = job["started"] is None
            if begins:
                job["started"] = time.time()
                database.put("jobs", job["id"], job)
            return dict(task, begins=begins)
    return None
