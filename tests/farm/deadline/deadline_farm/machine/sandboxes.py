# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes in which a worker renders: one for each task in hand, kept for the next of its job.

They are in the worker's process group: when that is killed, the machine is gone with all of them.
So what a task script leaves behind in its process (modules, variables) is there for the next one.
"""

import itertools
import json
import os
import select
import subprocess
import sys

from ..state import disk
from . import process_tree

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sandbox.py")


class Sandbox:
    """One such process."""

    def __init__(self, runtime, number):
        self.runtime = runtime
        self._log = "%s/task.%d.log" % (runtime.own, number)
        self._stage = "%s/task.%d.stage" % (runtime.own, number)
        self.process = subprocess.Popen(
            [sys.executable, "-I", PROGRAM, runtime.folder, runtime.name, self._log, self._stage],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def begin(self, task, die_at):
        for path in (self._log, self._stage):
            disk.write(path, b"")
        line = json.dumps({"task": task, "die_at": die_at}) + "\n"
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()

    def answer(self):
        """How the task ended, or None while it runs. A process that is gone is an error."""
        if not select.select([self.process.stdout], [], [], 0)[0]:
            return None
        line = self.process.stdout.readline()
        return json.loads(line.decode()) if line else {"error": "the sandbox process ended"}

    def alive(self):
        return self.process.poll() is None

    def log(self):
        return disk.text(self._log) or ""

    def stage(self):
        return disk.text(self._stage) or ""

    def kill(self):
        """End it and all below it; those that could not be ended."""
        left = process_tree.kill(self.process.pid)
        self.close()
        return left

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Sandboxes:
    """All of one worker."""

    def __init__(self, runtime):
        self.runtime = runtime
        self._numbers = itertools.count()
        self._idle = []  # (job, sandbox)

    def take(self, job):
        """One that is free; those of other jobs are ended first."""
        for pair in [pair for pair in self._idle if pair[0] != job]:
            self._idle.remove(pair)
            pair[1].close()
        if self._idle:
            return self._idle.pop()[1]
        return Sandbox(self.runtime, next(self._numbers))

    def give_back(self, job, sandbox):
        self._idle.append((job, sandbox))

    def forget(self, sandbox):
        self._idle = [pair for pair in self._idle if pair[1] is not sandbox]

    def end(self):
        while self._idle:
            self._idle.pop()[1].close()
