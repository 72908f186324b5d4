# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a driver can ask of a machine's process."""

import base64
import uuid

from ..api.monitor import Person
from ..api.net import Array
from ..state import results, tasks
from . import scripts, worker


def submit(runtime, paths):
    """As `deadlinecommand JOBINFO PLUGININFO AUX...` does; returns the job's id."""
    return runtime.submit(paths)


def write(runtime, name, data):
    """A new file in the user's temporary folder: its path."""
    path = runtime.files.join(runtime.temp, "%s-%s" % (uuid.uuid4().hex[:8], name))
    runtime.files.write(path, base64.b64decode(data))
    return path


def pending_scan(runtime):
    runtime.fire_waiting()
    return runtime.jobs.scan(scripts.Surroundings(runtime))


def house_cleaning(runtime, stalled):
    """Workers that are not heard of lose their tasks; then the event of that name."""
    lost = []
    for name in stalled:
        with runtime.database.change("workers", name) as found:
            found["state"] = "Stalled"
        for task in runtime.database.bodies("tasks"):
            if task["status"] == "Rendering" and task["worker"] == name:
                results.given_up(runtime.jobs, task)
                lost.append(tasks.key(task))
        runtime.events.fire_worker("OnSlaveStalled", name)
    runtime.events.fire_worker("OnHouseCleaning")
    return lost


def job(runtime, verb, job_id, *details):
    """What a person does to a job in the Monitor: suspend, resume, requeue, pend, delete..."""
    getattr(runtime.jobs, verb)(job_id, *details)


def api(runtime, name, args):
    """One call of RepositoryUtils."""
    return _plain(getattr(runtime.scripting, name)(*args))


def script(runtime, path, args):
    """Run a script's __main__."""
    return _plain(scripts.run(runtime, path, *args))


def menu(runtime, path, selected, entries, clicks):
    """Run a script of the Monitor's menus for selected jobs; the texts that it showed."""
    runtime.person = Person(selected, entries, clicks)
    scripts.run(runtime, path)
    return runtime.person.shown


def python(runtime, text, args):
    """Run Python text in the machine's process: `result` in it is the answer."""
    name = "driver-" + uuid.uuid4().hex[:8]
    namespace = {"__name__": name, "args": args, "result": None}
    exec(compile(text, name, "exec"), namespace)
    return _plain(namespace["result"])


def _plain(value):
    if isinstance(value, (Array, list, tuple, set)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


VERBS = {"submit": submit, "write": write, "pending_scan": pending_scan,
         "house_cleaning": house_cleaning, "job": lambda runtime, words: job(runtime, *words),
         "api": api, "script": script, "menu": menu, "python": python, "start_worker": worker.start,
         "step": worker.step, "stop_worker": worker.stop}
