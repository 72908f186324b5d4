# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of a job: how they are cut out of its frames, and where they lie in the database."""

from . import frames

OPEN = ("Queued", "Suspended", "Rendering", "Pending")
FIRST, LAST = 0, 9999999


def key(task):
    """Sorts the pre-job task first and the post-job task last (deadline 107)."""
    place = {"pre": FIRST, "post": LAST}.get(task["kind"])
    return "%s/%07d" % (task["job"], int(task["id"]) + 1 if place is None else place)


def _task(job, kind, number, task_frames, status):
    return {"job": job, "kind": kind, "id": number, "frames": task_frames, "status": status,
            "worker": "", "claim": "", "errors": 0, "progress": 0, "message": "",
            "started": None, "completed": None}


def cut(job, props, status, tile_frames="frame"):
    """The tasks of a job of these fields. A tile job has one for each tile (D11)."""
    if props["TileJob"]:
        count = props["TileJobTilesInX"] * props["TileJobTilesInY"]
        pieces = [[props["TileJobFrame"] if tile_frames == "frame" else tile]
                  for tile in range(count)]
    else:
        pieces = frames.chunks(frames.parse(props["Frames"]), max(1, props["ChunkSize"]))
    made = [_task(job, "frames", str(number), piece, status)
            for number, piece in enumerate(pieces)]
    if props["PreJobScript"]:
        made.insert(0, _task(job, "pre", "pre", [], status))
    if props["PostJobScript"]:
        made.append(_task(job, "post", "post", [], status))
    return made


def of_job(database, job):
    """All tasks of a job, in order."""
    return database.bodies("tasks", job + "/")


def put(database, task):
    database.put("tasks", key(task), task)


def turn(database, job, before, after, **values):
    """Give the tasks of some states another one; whoever renders one of them has lost it."""
    changed = []
    for task in of_job(database, job):
        if task["status"] in before:
            task.update(values, status=after, worker="", claim="")
            put(database, task)
            changed.append(task)
    return changed
