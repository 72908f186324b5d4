# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts with a `__main__`: task, job, dependency and menu scripts (deadline 107, 108, 132)."""


class ScriptMissing(Exception):
    """The file of a script is not on this machine: the task is an error (deadline 116)."""


def run(runtime, path, *arguments):
    """Run the file's `__main__`. It has `__file__`, and its folder is not on sys.path (row 11)."""
    text = runtime.files.text(path)
    if text is None:
        raise ScriptMissing("the script %s does not exist on %s" % (path, runtime.name))
    namespace = {"__name__": "script", "__file__": path, "__builtins__": __builtins__}
    exec(compile(text, path, "exec"), namespace)
    if "__main__" not in namespace:
        raise ScriptMissing("the script %s has no function __main__" % path)
    return namespace["__main__"](*arguments)


class Surroundings:
    """What a pending scan asks of the machine that it runs on: files, and dependency scripts."""

    def __init__(self, runtime):
        self.runtime = runtime

    def exists(self, path):
        """An asset is looked for where this machine has it."""
        mapped = self.runtime.map_path(path)
        return bool(mapped) and self.runtime.files.exists(mapped)

    def script(self, path, job, task_ids):
        """Whether the job may go; of a frame-dependent job, which of its tasks may."""
        arguments = (job,) if task_ids is None else (job, task_ids)
        try:
            answer = run(self.runtime, self.runtime.map_path(path), *arguments)
        except Exception as error:
            self.runtime.log("ERROR: the dependency script %s failed: %s" % (path, error))
            answer = None
        return bool(answer) if task_ids is None else list(answer or [])
