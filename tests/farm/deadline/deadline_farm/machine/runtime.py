# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One process of one machine: what it knows of itself, and how the farm watches it."""

import json
import time

from ..api.job import Task
from ..api.monitor import Person
from ..api.reports import Report
from ..state import client_ini, disk, queue, repository, switches
from ..state.database import Database
from ..state.jobs import Jobs
from .events import EventPlugins
from .files import Files


class Runtime:
    """The machine `name` of the farm in `folder`, in this process.

    `gate(call)` is asked before each call of the scripting API: so a driver runs two processes
    step by step, and makes a call fail or the process end there.
    """

    def __init__(self, folder, name, long_lived=False, gate=None):
        self.folder = folder
        self.name = name
        self.long_lived = long_lived
        self.gate = gate
        self.database = Database(folder)
        self.machine = self.database.get("machines", name)
        if self.machine is None:
            raise ValueError("the farm in %s has no machine %s" % (folder, name))
        self.version = tuple(int(word) for word in self.machine["version"].split("."))
        self.system = self.machine["os"]
        self.own = "%s/machines/%s" % (folder, name)
        self.files = Files(self.system, self.machine["mounts"], self.own)
        # A process reads its deadline.ini when it starts, and keeps the region (D19).
        self.region = self.region_of(self.machine["user"])
        self.jobs = Jobs(self.database, self.fire_job)
        self.events = EventPlugins(self)
        self.job_cache = {}
        self.person = Person()

    def region_of(self, user):
        """The region that a user's processes on this machine start in."""
        ini = client_ini.values(self.machine, user)
        return repository.known_region(self.database, ini.get("region", ""))

    # -- what others watch -----------------------------------------------------------------

    def call(self, name, *details):
        """A call of the scripting API begins."""
        self.note("calls", {"call": name, "details": [str(word) for word in details]})
        if self.gate:
            self.gate(name)

    def note(self, kind, entry):
        """A line in one of the machine's diaries: calls, events, event_errors."""
        disk.append("%s/%s.jsonl" % (self.own, kind), json.dumps(entry))

    def log(self, text):
        """Deadline's own log: in its file, and among what the process prints."""
        line = "%s:  %s" % (time.strftime("%Y-%m-%d %H:%M:%S"), text)
        disk.append(self.own + "/deadline.log", line)
        print(line, flush=True)

    # -- submission --------------------------------------------------------------------------

    def submit(self, paths):
        """Job info file, plugin info file, auxiliary files -> the id of the new job.

        Its event is always fired at once, in this process (deadline 34, 42).
        """
        for path in paths:
            if not self.files.exists(path):
                raise FileNotFoundError("Could not find file '%s'" % path)
        info, plugin_info = map(self.files.contents, paths[:2])
        aux = [(path.replace("\\", "/").rpartition("/")[2], self.files.contents(path))
               for path in paths[2:]]
        submitter = {"user": self.machine["user"], "name": self.name}
        job = repository.store(self.jobs, self.folder, info, plugin_info, aux, submitter)
        race = switches.read(self.database)["race"]
        if race and race["when"] == "during":
            queue.claim(self.database, race["worker"])
        self.fire_job("OnJobSubmitted", job)
        if race and race["when"] == "after":
            queue.claim(self.database, race["worker"])
        return job

    # -- events ------------------------------------------------------------------------------

    def fire_job(self, event, job, *details):
        """Call the event plugins, or leave it to the next pending scan (deadline 34).

        `details` of OnJobError are documents of task and report.
        """
        if event != "OnJobSubmitted" and switches.read(self.database)["events_wait"]:
            key = "%08d" % self.database.next("events")
            self.database.put("waiting_events", key, [event, job] + list(details))
        else:
            self._fire_job(event, job, *details)

    def fire_waiting(self):
        """The events that were left to this scan, in their order."""
        for key, words in self.database.all("waiting_events"):
            if self.database.delete("waiting_events", key):
                self._fire_job(*words)

    def _fire_job(self, event, job, *details):
        kinds = (Task, lambda document: Report(self, document))
        self.events.fire_job(event, job, *[kind(entry) for kind, entry in zip(kinds, details)])

    # -- paths -------------------------------------------------------------------------------

    def map_path(self, path, separators=False):
        """Path mapping as this process does it: by its system and its region."""
        return repository.map_path(self.database, path, self.system, self.region, separators)

    def repository_path(self, name):
        """A path of the repository in the spelling of this machine."""
        if self.system == "windows":
            return "\\\\deadline\\repository\\" + name.replace("/", "\\")
        return "%s/repository/%s" % (self.folder, name)

    @property
    def home(self):
        """The user's own folder."""
        user = self.machine["user"]
        return {"windows": "C:\\Users\\" + user, "mac": "%s/Users/%s" % (self.own, user),
                "linux": "%s/home/%s" % (self.own, user)}[self.system]

    @property
    def temp(self):
        """Where submitters write their files: a folder of this user on this machine."""
        below = {"windows": ("AppData", "Local", "Thinkbox", "Deadline10", "temp"),
                 "mac": ("Library", "Application Support", "Thinkbox", "Deadline10", "temp"),
                 "linux": ("Thinkbox", "Deadline10", "temp")}[self.system]
        return self.files.join(self.home, *below)
