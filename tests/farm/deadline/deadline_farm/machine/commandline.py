# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CommandLine render plugin, as row 72 of deadline.md describes it."""

import os
import re
import subprocess

from ..api.plugin import RenderFailed
from ..state import frames

TOKEN = re.compile(r"<(STARTFRAME|ENDFRAME|AUXFILE)(?:%?(\d+))?>|<(QUOTE)>", re.IGNORECASE)
CURLY = {0x201c: '"', 0x201d: '"', 0x201e: '"', 0x201f: '"'}
PROGRESS = re.compile(r"Progress:\s*(\d+(?:\.\d+)?)\s*%")


class CommandLine:
    """One run of it."""

    def __init__(self, rendering):
        self.rendering = rendering
        self.runtime = rendering.runtime
        self.info = rendering.job["plugin_info"]

    def _token(self, match):
        word, number = (match.group(1) or match.group(3)).upper(), match.group(2)
        if word == "QUOTE":
            return '"'
        if word == "AUXFILE":
            names = self.rendering.job["aux"]
            place = int(number or 0)
            if place >= len(names):
                return match.group(0)
            return "%s/%s" % (self.rendering.data_folder, names[place])
        ends = self.rendering.task["frames"]
        return frames.padded(ends[0] if word == "STARTFRAME" else ends[-1], int(number or 0))

    def _text(self, key):
        text = TOKEN.sub(self._token, self.info.get(key, ""))
        if self.rendering.switches["map_arguments"]:
            text = self.runtime.map_path(text)
        return text.translate(CURLY)

    def _shell(self):
        """Shell=default is the worker's $SHELL, which a service often does not have."""
        name = self.info.get("Shell", "default")
        return (os.environ.get("SHELL") or "/bin/sh") if name == "default" else "/bin/" + name

    def run(self):
        """Run the command; raises when its exit status is not 0."""
        shell = self.info.get("ShellExecute", "False").lower() == "true"
        arguments = self._text("Arguments")
        executable = self._text("Executable")
        if self.runtime.system != "linux":
            raise RenderFailed("'%s' is not recognized as an internal or external command"
                               % (executable or arguments.split(" ")[0]))
        if shell:
            command = [self._shell(), "-c", ("%s %s" % (executable, arguments)).strip()]
        else:
            command = [executable] + _split(arguments)
        folder = self._text("StartupDirectory") or self.rendering.data_folder
        self.rendering.log("INFO: executing %s" % " ".join(command))
        status = self._execute(command, folder, shell)
        self.rendering.log("INFO: process exit code: %d" % status)
        if status:
            raise RenderFailed("process returned a non-zero exit code: %d" % status)

    def _execute(self, command, folder, captured):
        """Without the shell Deadline sees nothing of what is printed."""
        say = subprocess.PIPE if captured else subprocess.DEVNULL
        try:
            process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=say,
                                       stderr=subprocess.STDOUT)
        except OSError as error:
            raise RenderFailed("%s cannot be executed: %s" % (command[0], error.strerror))
        if captured:
            with process.stdout:
                for line in process.stdout:
                    self._heard(line.decode("utf-8", "replace").rstrip("\r\n"))
        return process.wait()

    def _heard(self, line):
        self.rendering.log("STDOUT: %s" % line)
        match = PROGRESS.search(line)
        if match:
            self.rendering.progress(float(match.group(1)))


def _split(text):
    """The words of a command line as .NET on Linux splits them: only double quotes count."""
    return [word.replace('"', "") for word in re.findall(r'(?:[^\s"]|"[^"]*")+', text)]
