# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machines of a farm, as the driver has them: each command is a process of that machine."""

import base64
import json
import os
import subprocess

from . import session
from .command import program
from .state import disk

OPTIONS = {
    "version": "",           # of Deadline, 10.1 to 10.4; else the farm's default_version
    "user": "artist",        # the name that Deadline knows
    "region": "",            # what deadline.ini says
    "mounts": {},            # beginning of a path as the machine writes it: real folder
    "bin": "",               # the folder of deadlinecommand
    "job_file_encoding": "utf-16",
}
PROCESS_OPTIONS = {
    "python": None,          # the interpreter of its processes
    "uid": None,             # the user of this system that they run as
    "prefix": (),            # words before the command, as ("podman", "exec", "-i", NAME)
    "folder": None,          # where such a process sees the farm's folder
    "program": session.PROGRAM,  # and machine/process.py
}


def job_lines(content):
    """The bytes of a job file: of a dictionary, a text, or bytes as they are."""
    if isinstance(content, dict):
        content = "".join("%s=%s\n" % pair for pair in content.items())
    return content if isinstance(content, bytes) else content.encode("utf-8")


class Machine:
    """A computer with a Deadline client. `os` is windows, mac or linux."""

    def __init__(self, farm, name, system, options):
        self.farm = farm
        self._sessions = []
        self.name = name
        self.process = {key: options.pop(key, value) for key, value in PROCESS_OPTIONS.items()}
        known = {key: options.pop(key, value) for key, value in OPTIONS.items()}
        known["version"] = known["version"] or farm.default_version
        if options:
            raise TypeError("a machine has no option %s" % ", ".join(sorted(options)))
        self.own = os.path.join(farm.folder, "machines", name)
        disk.make_folder(self.own, 0o777)
        farm.database.put("machines", name, dict(
            known, name=name, os=system, ini={"Region": known.pop("region")},
            mounts={key: os.path.abspath(value) for key, value in known["mounts"].items()}))
        program.install(self)

    # -- processes --------------------------------------------------------------------------

    def session(self, kind="command"):
        """A new process of the machine: kind "command", or "service" for one that stays."""
        command = session.command(self.process["python"], self.process["program"],
                                  self.process["folder"] or self.farm.folder, self.name, kind)
        started = session.Session(list(self.process["prefix"]) + command, self.process["uid"])
        self._sessions = [one for one in self._sessions if one.process.poll() is None] + [started]
        return started

    def call(self, verb, **arguments):
        """One verb in a process of its own; its Answer (result, output)."""
        with self.session() as process:
            return process.call(verb, **arguments)

    def end(self):
        """Nothing of this machine runs any longer."""
        while self._sessions:
            self._sessions.pop().end()

    @property
    def deadlinecommand(self):
        """The path of its deadlinecommand: any program may call it, as any user."""
        return os.path.join(self.own, "bin", "deadlinecommand")

    def command(self, *words, **environment):
        """One call of deadlinecommand: (exit status, stdout, stderr)."""
        done = subprocess.run(list(self.process["prefix"]) + [self.deadlinecommand] + list(words),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=dict(os.environ, **environment),
                              check=False, **session.as_user(self.process["uid"]))
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    # -- submitting ---------------------------------------------------------------------------

    def files(self, info, plugin_info, aux=()):
        """Put two job files on the machine; the list that a submission takes.

        `info`, `plugin_info`: dict, text or bytes. `aux`: paths of the machine.
        """
        with self.session() as process:
            return self._put(process, info, plugin_info, aux)

    @staticmethod
    def _put(process, info, plugin_info, aux):
        contents = (("job_info.job", info), ("plugin_info.job", plugin_info))
        return [process.call("write", name=name, data=base64.b64encode(job_lines(content)).decode()
                             ).result for name, content in contents] + list(aux)

    def submit(self, info, plugin_info, aux=()):
        """Submit a job in a process of its own, as deadlinecommand does; the job's id."""
        with self.session() as process:
            paths = self._put(process, info, plugin_info, aux)
            return process.call("submit", paths=paths).result

    def submit_stepped(self, info, plugin_info, aux=()):
        """A submission that stands before each call of the scripting API (session.Running)."""
        process = self.session()
        paths = self._put(process, info, plugin_info, aux)
        return process.begin("submit", stepped=True, last=True, paths=paths)

    # -- what a person or a service does ---------------------------------------------------------

    def do(self, verb, job, *details):
        """suspend, resume, requeue, pend, release, complete, fail, delete, requeue_tasks, recut."""
        self.call("job", words=[verb, job] + list(details))

    def pending_scan(self):
        return self.call("pending_scan").result

    def house_cleaning(self, stalled=()):
        """House cleaning; workers named in `stalled` are not heard of any longer."""
        return self.call("house_cleaning", stalled=list(stalled)).result

    def api(self, name, *args):
        """One call of RepositoryUtils."""
        return self.call("api", name=name, args=list(args)).result

    def script(self, path, *args):
        """Run the `__main__` of a script file; its Answer."""
        return self.call("script", path=path, args=list(args))

    def menu(self, path, selected, entries=None, clicks=()):
        """Run a script of the Monitor's menus: jobs are selected, values entered by the names of
        their controls, buttons clicked; the texts of its message boxes."""
        return self.call("menu", path=path, selected=list(selected), entries=entries or {},
                         clicks=list(clicks)).result

    def python(self, text, *args):
        """Run Python text that may import Deadline; it leaves its answer in `result`."""
        return self.call("python", text=text, args=list(args)).result

    # -- what there is to see ---------------------------------------------------------------------

    def _diary(self, kind):
        text = disk.text("%s/%s.jsonl" % (self.own, kind)) or ""
        return [json.loads(line) for line in text.splitlines()]

    def calls(self):
        """Names of the calls of the scripting API that its processes made."""
        return [entry["call"] for entry in self._diary("calls")]

    def events(self):
        """(event, plugin, job) of the event plugins that its processes called."""
        return [(entry["event"], entry["plugin"], entry["job"]) for entry in self._diary("events")]

    def event_errors(self):
        """What event plugins raised there; Deadline only logs it."""
        return [entry["error"] for entry in self._diary("event_errors")]

    def log(self):
        """Deadline's log of the machine."""
        return disk.text(self.own + "/deadline.log") or ""

    def ini(self, **values):
        """Write its deadline.ini; a process that runs does not see it (D19)."""
        with self.farm.database.change("machines", self.name) as found:
            found["ini"].update(values)


class Worker(Machine):
    """A machine whose worker process stays until it is stopped or killed."""

    def __init__(self, farm, name, system, options):
        options.setdefault("user", "render")
        Machine.__init__(self, farm, name, system, options)
        self._service = None

    def start(self):
        """Start the worker's process; step() does it when it does not run."""
        if self._service is None:
            self._service = self.session("service")
            self._service.call("start_worker")

    def stop(self):
        """Stop it as the Launcher does."""
        if self._service:
            self._service.call("stop_worker")
            self._gone()

    def kill(self):
        """The machine is gone, with its sandboxes; its task stays "Rendering"."""
        if self._service:
            self._service.kill()
            self._gone()

    def _gone(self):
        self._service.end()
        self._service = None

    def end(self):
        Machine.end(self)
        self._service = None

    def step(self, most=1, die_at=None):
        """Take up to `most` tasks, run them side by side to their ends: [{job, task, outcome}].

        `die_at` ("pre task", "render", "post task"): the machine dies there; [] is returned.
        """
        running = self.begin(most, die_at)
        if die_at is None:
            return running.wait().result
        try:
            return running.wait().result
        except session.MachineError:
            self._gone()
            return []

    def begin(self, most=1, die_at=None):
        """The same without waiting: session.Running."""
        self.start()
        return self._service.begin("step", most=most, die_at=die_at)

    def work(self, rounds=1000):
        """Step until there is nothing to do; how each task ended."""
        done = []
        for _ in range(rounds):
            outcomes = self.step()
            if not outcomes:
                return done
            done += outcomes
        raise session.MachineError("%s does not come to an end" % self.name)
