# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The start of a machine's process, and its conversation with whoever drives the farm.

    python3 -I process.py FOLDER MACHINE KIND          KIND: command (ends soon) or service (stays)

One JSON object a line on stdin: {"verb", "arguments", "stepped"}. One a line on what was stdout:
{"at": CALL} before each call of the scripting API when stepped, answered by {"go": null | "error"};
at last {"result", "error", "output"}. What scripts print is the output.
"""

import json
import os
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from deadline_farm.machine import enter, verbs  # noqa: E402


class Injected(Exception):
    """A call that fails because the driver says so."""


class Conversation:
    """Lines in, lines out, and everything that is printed between."""

    def __init__(self, own):
        self._in = os.fdopen(os.dup(0), "r", encoding="utf-8")
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        null = os.open("/dev/null", os.O_RDONLY)
        os.dup2(null, 0)
        self._said = open("%s/output.%d" % (own, os.getpid()), "w+b")
        os.unlink(self._said.name)
        os.dup2(self._said.fileno(), 1)
        os.dup2(self._said.fileno(), 2)

    def receive(self):
        """The next line's object, or None at the end."""
        line = self._in.readline()
        return json.loads(line) if line else None

    def send(self, message):
        self._out.write(json.dumps(message) + "\n")
        self._out.flush()

    def gate(self, name):
        """Wait until the driver lets the call begin."""
        self.send({"at": name})
        answer = self.receive()
        if answer is None:
            os._exit(1)
        if answer["go"]:
            raise Injected(answer["go"])

    def output(self):
        """What was printed since the last time."""
        sys.stdout.flush()
        sys.stderr.flush()
        self._said.seek(0)
        text = self._said.read().decode("utf-8", "replace")
        self._said.seek(0)
        self._said.truncate()
        return text


def main():
    folder, name, kind = sys.argv[1:]
    folder = os.path.abspath(folder)
    talk = Conversation("%s/machines/%s" % (folder, name))
    os.chdir("%s/machines/%s" % (folder, name))
    runtime = enter.enter(folder, name, long_lived=kind == "service")
    while True:
        request = talk.receive()
        if request is None:
            runtime.events.close()
            return
        runtime.gate = talk.gate if request.get("stepped") else None
        answer = {"result": None, "error": None}
        try:
            answer["result"] = verbs.VERBS[request["verb"]](runtime, **request["arguments"])
        except (Exception, SystemExit) as error:
            answer["error"] = "%s: %s" % (type(error).__name__, error)
            traceback.print_exc()
        answer["output"] = talk.output()
        talk.send(answer)


if __name__ == "__main__":
    main()
