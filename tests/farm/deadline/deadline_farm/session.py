# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver's end of one machine's process (machine/process.py)."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import namedtuple

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "machine", "process.py")
PATIENCE = 120  # seconds for one answer: a process that hangs is ended, and the test fails

Answer = namedtuple("Answer", "result output")


class MachineError(RuntimeError):
    """What was asked of a machine failed; `output` is what its process printed."""

    def __init__(self, text, output=""):
        RuntimeError.__init__(self, "%s\n%s" % (text, output) if output else text)
        self.text = text
        self.output = output


def as_user(uid):
    """Options of subprocess for a process of that user; of this process's own for None."""
    return {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}


class Session:
    """A process of a machine. As a context manager it is ended."""

    def __init__(self, command, user=None):
        self.busy = False
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        start_new_session=True, **as_user(user))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.end()

    def _send(self, message):
        try:
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise MachineError("the machine's process has ended")

    def _line(self):
        watch = threading.Timer(PATIENCE, self.kill)
        watch.start()
        try:
            line = self.process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            raise MachineError("the machine's process ended without an answer")
        return json.loads(line.decode())

    def call(self, verb, **arguments):
        """Ask, and wait for the Answer."""
        return self.begin(verb, **arguments).wait()

    def begin(self, verb, stepped=False, last=False, **arguments):
        """Ask, without waiting. After the `last` question the process ends."""
        self._send({"verb": verb, "arguments": arguments, "stepped": stepped})
        self.busy = True
        return Running(self, last)

    def kill(self):
        """As when the machine loses its power."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def end(self):
        """End it: at once when it is still at work, else as a service is ended."""
        if self.process.stdout.closed:
            return
        if self.busy:
            self.kill()
        self.process.stdin.close()
        watch = threading.Timer(PATIENCE, self.kill)
        watch.start()
        self.process.wait()
        watch.cancel()
        self.process.stdout.close()


class Running:
    """Something that a machine is doing."""

    def __init__(self, session, last):
        self.session = session
        self._last = last
        self._answer = None
        self._stands = False

    def kill(self):
        """The machine loses its power where it stands."""
        self.session.kill()
        self.session.end()

    def wait(self):
        """Its Answer; what went wrong there is raised here."""
        while self._answer is None:
            if self._stands:
                self.go()
            self.next_call()
        if self._answer["error"]:
            raise MachineError(self._answer["error"], self._answer["output"])
        return Answer(self._answer["result"], self._answer["output"])

    def next_call(self):
        """Of a stepped one: the call of the scripting API that comes next, None at the end.

        It stands there until go() or fail() is called.
        """
        message = self.session._line()
        if "at" in message:
            self._stands = True
            return message["at"]
        self._answer = message
        self.session.busy = False
        if self._last:
            self.session.end()
        return None

    def go(self):
        """Let it make the call."""
        self._stands = False
        self.session._send({"go": None})

    def fail(self, text="the database does not answer"):
        """The call fails in the machine's process."""
        self._stands = False
        self.session._send({"go": text})


def command(python, program, folder, name, kind):
    """How a machine's process is started."""
    return [python or sys.executable, "-I", program, folder, name, kind]
