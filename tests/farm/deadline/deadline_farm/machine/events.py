# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event plugins in one process: found, loaded as Deadline does, gated, called (208-210)."""

import copy
import re
import traceback

from ..api.job import object_of
from ..api.metadata import MetaData
from ..api.net import Array
from ..state import disk, params, switches

DEEPEST = 8  # submissions within submissions, until it is a recursion without end
PYTHON3 = re.compile(r"^#!.*python3")


class EventPluginError(Exception):
    """A plugin that Deadline would not run; the text says why."""


class Context:
    """What a listener's base class works on."""

    def __init__(self, runtime, name, values):
        self.runtime = runtime
        self.name = name
        self.values = values
        self.meta = MetaData(runtime, name)
        self.environment = []
        self.job = None

    def log(self, level, message):
        self.runtime.log("%s: %s: %s" % (level, self.name, message))

    def plugin_info(self):
        document = self.runtime.database.get("jobs", self.job or "", {})
        return document.get("plugin_info", {})

    def directory(self):
        return self.runtime.scripting.GetEventPluginDirectory(self.name)

    def auxiliary(self):
        if not self.job:
            return Array()
        document = self.runtime.jobs.get(self.job)
        folder = self.runtime.repository_path("jobs/" + self.job)
        return Array(self.runtime.files.join(folder, name) for name in document["aux"])


class EventPlugins:
    """All event plugins, as one process knows them."""

    def __init__(self, runtime):
        self.runtime = runtime
        self._kept = {}
        self._depth = 0

    # -- finding and loading -------------------------------------------------------------

    def folders(self):
        """{name: real folder}; a custom plugin hides the stock one of its name (deadline 3)."""
        found = {}
        for parent in ("events", "custom/events"):
            here = "%s/repository/%s" % (self.runtime.folder, parent)
            for name in disk.names(here):
                found[name] = here + "/" + name
        backwards = switches.read(self.runtime.database)["event_order"] == "reverse"
        return {name: found[name] for name in sorted(found, reverse=backwards)}

    def settings(self, name):
        """The layered settings of a plugin."""
        folder = self.folders().get(name)
        text = disk.text("%s/%s.param" % (folder, name)) if folder else None
        if text is None:
            raise EventPluginError("%s has no %s.param (names have to agree)" % (name, name))
        return params.Settings(self.runtime.database, name, params.read(text, name))

    def _load(self, name, settings):
        """(listener, cleanup): the SOURCE runs in a namespace of its own, without __file__."""
        folder = self.folders()[name]
        source = disk.text("%s/%s.py" % (folder, name))
        if source is None:
            raise EventPluginError("%s has no %s.py (names have to agree)" % (name, name))
        if self.runtime.version < (10, 2) and not PYTHON3.match(source):
            raise EventPluginError("%s.py has no python3 shebang: Deadline %s runs it with "
                                   "Python 2.7" % (name, self.runtime.machine["version"]))
        namespace = {"__name__": name, "__builtins__": __builtins__}
        self.runtime.log("INFO: event plugin %s is loaded from %s" % (name, folder))
        exec(compile(source, "<string>", "exec"), namespace)
        for function in ("GetDeadlineEventListener", "CleanupDeadlineEventListener"):
            if function not in namespace:
                raise EventPluginError("%s.py has no function %s" % (name, function))
        listener = namespace["GetDeadlineEventListener"]()
        object.__setattr__(listener, "_context", Context(self.runtime, name, settings.values))
        return listener, namespace["CleanupDeadlineEventListener"]

    def _listener(self, name, settings):
        once = (self.runtime.long_lived
                and switches.read(self.runtime.database)["plugin_reload"] == "once")
        if once and name in self._kept:
            return self._kept[name]
        loaded = self._load(name, settings)
        if once:
            self._kept[name] = loaded
        return loaded

    def close(self):
        """The process ends: the listeners that it kept are cleaned up."""
        while self._kept:
            _, (listener, cleanup) = self._kept.popitem()
            cleanup(listener)

    # -- calling ---------------------------------------------------------------------------

    def fire_job(self, event, job, *details):
        """Call every plugin that this event of this job reaches."""
        document = (self.runtime.database.get("jobs", job)
                    or self.runtime.database.get("deleted_jobs", job))
        if document is None or document["props"]["SuppressEvents"]:
            return
        opted = {name.lower() for name in document["props"]["EventOptIns"]}
        database = self.runtime.database
        kind = switches.read(database)["event_job"]
        shared = object_of(database, copy.deepcopy(document))

        def arguments():
            given = shared
            if kind == "fresh":
                given = object_of(database, database.get("jobs", job) or document)
            elif kind == "stale":
                given = object_of(database, copy.deepcopy(document))
            return (given,) + details

        self._fire(event, arguments, opted, job)

    def fire_worker(self, event, *details):
        """An event of a worker or of the farm; `details` are its arguments."""
        worker = self.runtime.database.get("workers", self.runtime.name) or {}
        opted = {name.lower() for name in worker.get("event_opt_ins", [])}
        self._fire(event, lambda: details, opted, None)

    def _fire(self, event, arguments, opted, job):
        if self._depth >= DEEPEST:
            raise RuntimeError("%s fires itself without end" % event)
        self._depth += 1
        try:
            for name in self.folders():
                try:
                    settings = self.settings(name)
                    if settings.state == "Global Enabled" or (
                            settings.state == "Opt-In" and name.lower() in opted):
                        self._call(name, settings, event, arguments(), job)
                except (Exception, SystemExit) as error:
                    self._failed(name, event, error)
        finally:
            self._depth -= 1

    def _call(self, name, settings, event, arguments, job):
        listener, cleanup = self._listener(name, settings)
        try:
            delegate = listener.__dict__.get(event + "Callback")
            if delegate is not None and delegate.functions:
                listener._context.job = job
                self.runtime.note("events", {"event": event, "plugin": name, "job": job})
                delegate(*arguments)
        finally:
            if name not in self._kept:
                cleanup(listener)

    def _failed(self, name, event, error):
        """Deadline logs what a plugin raises, and goes on with the submission."""
        self.runtime.log("ERROR: an error occurred in the '%s' function of event plugin '%s': %s"
                         % (event, name, "".join(traceback.format_exception(
                             type(error), error, error.__traceback__))))
        self.runtime.note("event_errors", {"event": event, "plugin": name, "error": str(error)})


