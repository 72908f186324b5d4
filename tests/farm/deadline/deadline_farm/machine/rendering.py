# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task in its sandbox: scripts, render plugin, log (deadline 107-119, 218)."""

import copy
import os
import signal
import time

from ..api.job import object_of
from ..api.plugin import DeadlinePlugin
from ..state import disk, results, switches
from . import scripts
from .commandline import CommandLine
from .frame_writer import FrameWriter

PLUGINS = {"commandline": CommandLine}
SCRIPT_STAGES = {"pre": ("PreJobScript", "pre job"), "post": ("PostJobScript", "post job")}


class Rendering:
    """What a DeadlinePlugin object and the render plugins work on."""

    def __init__(self, runtime, task, log, stage, die_at):
        self.runtime = runtime
        self.task = task
        self.job = runtime.jobs.get(task["job"])
        self.switches = switches.read(runtime.database)
        self.data_folder = "%s/jobsData/%s" % (runtime.own, task["job"])
        self._log, self._stage, self._die_at = log, stage, die_at
        self._began = time.monotonic()

    def job_object(self):
        """The job as it was when the task began."""
        return object_of(self.runtime.database, copy.deepcopy(self.job))

    def log(self, text):
        """A line of the task's report."""
        passed = time.monotonic() - self._began
        for line in text.splitlines() or [""]:
            disk.append(self._log, "%.1f: 0: %s" % (passed, line))

    def progress(self, percent, message=""):
        now = self.task["progress"] if percent is None else percent
        results.progress(self.runtime.database, self.task, now, message)

    def enter(self, stage):
        """The task comes to a stage; a worker that is to die there dies, with all its processes."""
        disk.write(self._stage, stage.encode())
        if stage == self._die_at:
            os.killpg(os.getpgrp(), signal.SIGKILL)

    # -- the order of things -------------------------------------------------------------------

    def run(self):
        """The whole task; raises when it is an error."""
        self.log("INFO: Deadline %s, worker %s, region %s, user %s" % (
            self.runtime.machine["version"], self.runtime.name, self.runtime.region,
            self.runtime.machine["user"]))
        self._fetch_auxiliary()
        os.environ.update(self.job["props"]["EnvironmentKeyValue"])
        plugin = DeadlinePlugin(self)
        self._preload(plugin)
        if self.task["kind"] != "frames":
            key, stage = SCRIPT_STAGES[self.task["kind"]]
            self.enter(stage)
            self._script(key, stage, plugin)
            return
        self._script("PreTaskScript", "pre task", plugin)
        self.enter("render")
        kind = PLUGINS.get(self.job["props"]["Plugin"].lower(), FrameWriter)
        kind(self).run()
        self._script("PostTaskScript", "post task", plugin)

    def _fetch_auxiliary(self):
        """Auxiliary files are copied to the worker first."""
        disk.make_folder(self.data_folder)
        source = "%s/repository/jobs/%s" % (self.runtime.folder, self.job["id"])
        for name in self.job["aux"]:
            disk.write("%s/%s" % (self.data_folder, name),
                       disk.contents("%s/%s" % (source, name)))

    def _preload(self, plugin):
        """A hook of the whole farm, before every job (deadline 109a)."""
        path = "%s/repository/custom/plugins/GlobalJobPreLoad.py" % self.runtime.folder
        if disk.exists(path):
            scripts.run(self.runtime, path, plugin)

    def _script(self, key, kind, plugin):
        path = self.job["props"][key]
        if not path:
            return
        self.enter(kind)
        if self.switches["map_scripts"]:
            path = self.runtime.map_path(path)
        self.log("INFO: running the %s script %s" % (kind, path))
        scripts.run(self.runtime, path, plugin, kind)
