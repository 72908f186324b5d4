# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When what a job waits for is there: resume flags, overrides, frames, assets (51-53, 65)."""

from . import tasks

RESUME = ("Complete", "Deleted", "Failed")


def exist(props):
    """Whether the job waits for anything at all."""
    return bool(props["Dependencies"] or props["AssetDependency"] or props["ScriptDependency"])


def _percent(dependency, props):
    """From how many percent on a dependency is enough; None where only its end counts."""
    if dependency["OverrideResumeOn"]:
        chosen = dependency["ResumeOnPercentageCompleted"]
        return dependency["ResumeOnPercentageValue"] if chosen else None
    percent = props["JobDependencyPercentage"]
    return percent if percent >= 0 else None


def _resumes(dependency, props, what):
    if dependency["OverrideResumeOn"]:
        return dependency["ResumeOn" + what]
    return props["ResumeOn%sDependencies" % what]


class View:
    """The jobs as one pending scan sees them."""

    def __init__(self, database, switches):
        self.database = database
        self.switches = switches

    def met(self, job, environment):
        """Whether all that the whole job waits for is there."""
        props = job["props"]
        return (all(self.job_met(dependency, props) for dependency in props["Dependencies"])
                and self.assets_met(props, environment)
                and all(environment.script(path, job["id"], None)
                        for path in props["ScriptDependency"]))

    @staticmethod
    def assets_met(props, environment):
        """An entry that names no file is waited for as well (D28)."""
        return all(environment.exists(path) for path in props["AssetDependency"])

    def job_met(self, dependency, props):
        """Whether one dependency lets the whole job go."""
        other = self.database.get("jobs", dependency["JobID"])
        if other is None:
            return _resumes(dependency, props, "Deleted")
        percent = _percent(dependency, props)
        if percent is not None:
            every = tasks.of_job(self.database, other["id"])
            done = sum(task["status"] == "Completed" for task in every)
            return done * 100 >= percent * len(every)
        if other["status"] == "Completed":
            return _resumes(dependency, props, "Complete")
        return other["status"] == "Failed" and _resumes(dependency, props, "Failed")

    def free_tasks(self, job, environment):
        """Of a frame-dependent job: the tasks whose frames are there (D10)."""
        props = job["props"]
        if not self.assets_met(props, environment):
            return []
        waiting = [task for task in tasks.of_job(self.database, job["id"])
                   if task["status"] == "Pending"]
        for dependency in props["Dependencies"]:
            waiting = [task for task in waiting if self._frames_met(dependency, props, task)]
        for path in props["ScriptDependency"]:
            allowed = environment.script(path, job["id"], [task["id"] for task in waiting])
            waiting = [task for task in waiting if task["id"] in allowed]
        return waiting

    def _frames_met(self, dependency, props, task):
        other = self.database.get("jobs", dependency["JobID"])
        if other is None or other["status"] == "Failed":
            return self.job_met(dependency, props)
        start, end = _offsets(dependency, props)
        state = {frame: done["status"] for done in tasks.of_job(self.database, other["id"])
                 for frame in done["frames"]}
        wanted = {frame + offset for frame in task["frames"] for offset in range(start, end + 1)}
        absent = wanted - set(state)
        if absent and self.switches["missing_frames"] == "never":
            return False
        return all(state[frame] == "Completed" for frame in wanted - absent)


def _offsets(dependency, props):
    if dependency["IgnoreFrameOffsets"]:
        return 0, 0
    if dependency["OverrideFrameOffsets"]:
        return dependency["StartOffset"], dependency["EndOffset"]
    return props["FrameDependencyOffsetStart"], props["FrameDependencyOffsetEnd"]
