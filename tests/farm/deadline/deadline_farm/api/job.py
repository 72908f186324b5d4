# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deadline.Jobs: Job, Task, JobDependency and their traps (deadline 46-55, 211)."""

from ..state import fields, frames, switches, tasks
from .net import Array, Record, converted, texts

STATUS_NUMBERS = {"Unknown": 0, "Active": 1, "Suspended": 2, "Completed": 3, "Failed": 4,
                  "Pending": 6}
PYTHON_TYPES = {"text": str, "number": int, "flag": bool}
BY_PROPERTY = {field.property: field for field in fields.FIELDS.values()
               if field.property != "-"}


class JobDependency(Record):
    """One job that another waits for; what is set on it reaches `entry`, where there is one."""

    TYPES = {name: type(value) for name, value in fields.DEPENDENCY.items()}

    def __init__(self, values, entry=None):
        object.__setattr__(self, "_entry", entry)
        Record.__init__(self, **values)

    def __setattr__(self, name, value):
        Record.__setattr__(self, name, value)
        if self._entry is not None:
            self._entry[name] = value


class AssetDependency(Record):
    """One file that a job waits for."""

    TYPES = {"FileName": str, "Notes": str}


class ScriptDependency(Record):
    """One script that a job waits for."""

    TYPES = {"FileName": str, "Notes": str}


class Job:
    """A copy of a job's document: nothing of it is saved but by RepositoryUtils.SaveJob."""

    def __init__(self, document, switches):
        object.__setattr__(self, "_document", document)
        object.__setattr__(self, "_switches", switches)

    # -- properties: JobX and X are the same (deadline 47) ---------------------------------

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        getter = getattr(type(self), "_get_" + name, None) or getattr(
            type(self), "_get_Job" + name, None)
        if getter:
            return getter(self)
        field = BY_PROPERTY.get(name) or BY_PROPERTY.get("Job" + name)
        if field is None:
            raise AttributeError("'Job' object has no attribute '%s'" % name)
        value = self._document["props"][field.key]
        if isinstance(value, list):
            return Array(value)
        return self._switches["empty_text"] if value == "" else value

    def __setattr__(self, name, value):
        field = BY_PROPERTY.get(name) or BY_PROPERTY.get("Job" + name)
        if field is None or not field.settable:
            self.__getattr__(name)  # raises when there is no such property at all
            raise AttributeError("property is read-only: %s" % name)
        self._document["props"][field.key] = converted(value, PYTHON_TYPES[field.kind], name)

    def __dir__(self):
        long_names = set(BY_PROPERTY) | {name[5:] for name in dir(type(self))
                                         if name.startswith("_get_")}
        short = {name[3:] for name in long_names if name.startswith("Job")}
        return sorted(long_names | short | set(dir(type(self))))

    def _get_JobId(self):
        return self._document["id"]

    _get_ID = _get_JobId

    def _get_JobStatus(self):
        return self._document["status"]

    def _get_JobDependencies(self):
        live = self._switches["dependency_objects"] == "live"
        return Array([JobDependency(entry, entry if live else None)
                      for entry in self._document["props"]["Dependencies"]],
                     "Deadline.Jobs.JobDependency")

    def _get_SetJobDependencies(self):
        """Replaces the list by whole objects, where there is such a method."""
        if self._switches["dependency_objects"] != "setter":
            raise AttributeError("'Job' object has no attribute 'SetJobDependencies'")
        return self._set_dependencies

    def _get_JobDependencyIDs(self):
        return Array(entry["JobID"] for entry in self._document["props"]["Dependencies"])

    def _get_JobRequiredAssets(self):
        names = self._document["props"]["AssetDependency"]
        if not self._switches["asset_objects"]:
            return Array(names)
        return Array([AssetDependency(FileName=name, Notes="") for name in names],
                     "Deadline.Jobs.AssetDependency")

    def _get_JobScriptDependencies(self):
        return Array([ScriptDependency(FileName=name, Notes="")
                      for name in self._document["props"]["ScriptDependency"]],
                     "Deadline.Jobs.ScriptDependency")

    def _get_JobFramesList(self):
        return Array(frames.parse(self._document["props"]["Frames"]), "System.Int32")

    def _get_JobOutputTileFileNames(self):
        return Array(name for _, _, name in self._document["props"]["TileFilenames"])

    def _get_JobAuxiliarySubmissionFileNames(self):
        return Array(self._document["aux"])

    def _get_PathMappingRules(self):
        return Array((), "Deadline.Configuration.MappedPath")

    def _get_RegionName(self):
        return self._document.get("region", "none")

    def _get_JobErrors(self):
        return self._document["errors"]

    def _count(self, status):
        return self._document["task_states"].count(status)

    def _get_JobTaskCount(self):
        return len(self._document["task_states"])

    def _get_JobQueuedTasks(self):
        return self._count("Queued")

    def _get_JobRenderingTasks(self):
        return self._count("Rendering")

    def _get_JobCompletedTasks(self):
        return self._count("Completed")

    def _get_JobFailedTasks(self):
        return self._count("Failed")

    def _get_JobPendingTasks(self):
        return self._count("Pending")

    # -- methods (deadline 46) ---------------------------------------------------------------

    def SetJobDependencyIDs(self, job_ids):
        """REPLACES the list, and the overrides of each are lost (deadline 52, 214)."""
        self._document["props"]["Dependencies"] = [
            dict(fields.DEPENDENCY, JobID=job) for job in texts(job_ids, "SetJobDependencyIDs")]

    def _set_dependencies(self, dependencies):
        self._document["props"]["Dependencies"] = [
            {name: getattr(entry, name) for name in fields.DEPENDENCY} for entry in dependencies]

    def SetJobLimitGroups(self, names):
        self._document["props"]["LimitGroups"] = texts(names, "SetJobLimitGroups")

    def SetJobRequiredAssets(self, names):
        self._document["props"]["AssetDependency"] = texts(names, "SetJobRequiredAssets")

    def SetScriptDependencies(self, names):
        self._document["props"]["ScriptDependency"] = texts(names, "SetScriptDependencies")

    def _lines(self):
        known = dict(self._document["lines"])
        if self._switches["unknown_job_info"] == "dropped":
            known = {key: value for key, value in known.items()
                     if key.lower().rstrip("0123456789") in fields.BY_KEY
                     or key.lower() in fields.BY_KEY or key.lower().startswith("jobdependenc")}
        return known

    def GetJobInfoKeys(self):
        return Array(self._lines())

    def GetJobInfoKeyValue(self, key):
        return self._lines()[key]

    def GetJobPluginInfoKeys(self):
        return Array(self._document["plugin_info"])

    def GetJobPluginInfoKeyValue(self, key):
        return self._document["plugin_info"].get(key, "")

    def SetJobPluginInfoKeyValue(self, key, value):
        self._document["plugin_info"][key] = converted(value, str, key)

    def GetJobExtraInfoKeys(self):
        return Array(self._document["props"]["ExtraInfoKeyValue"])

    def GetJobExtraInfoKeyValue(self, key):
        return self._document["props"]["ExtraInfoKeyValue"].get(key, "")

    def GetJobExtraInfoKeyValueWithDefault(self, key, default):
        return self._document["props"]["ExtraInfoKeyValue"].get(key, default)

    def SetJobExtraInfoKeyValue(self, key, value):
        self._document["props"]["ExtraInfoKeyValue"][key] = converted(value, str, key)

    def DeleteJobExtraInfoKey(self, key):
        self._document["props"]["ExtraInfoKeyValue"].pop(key, None)

    def GetJobEnvironmentKeys(self):
        return Array(self._document["props"]["EnvironmentKeyValue"])

    def GetJobEnvironmentKeyValue(self, key):
        return self._document["props"]["EnvironmentKeyValue"].get(key, "")

    def SetJobEnvironmentKeyValue(self, key, value):
        self._document["props"]["EnvironmentKeyValue"][key] = converted(value, str, key)

    def DeleteJobEnvironmentKey(self, key):
        self._document["props"]["EnvironmentKeyValue"].pop(key, None)


def object_of(database, document):
    """The Job object of a document, which becomes its own."""
    document["task_states"] = [task["status"] for task in tasks.of_job(database, document["id"])]
    return Job(document, switches.read(database))


class Task:
    """A task as scripts see it (deadline 111); nothing of it can be set."""

    def __init__(self, document):
        object.__setattr__(self, "_document", document)

    def __setattr__(self, name, value):
        raise AttributeError("property is read-only: %s" % name)

    TaskId = property(lambda self: self._document["id"])
    TaskJobID = property(lambda self: self._document["job"])
    TaskStatus = property(lambda self: self._document["status"])
    TaskFrameList = property(lambda self: Array(self._document["frames"], "System.Int32"))
    TaskFrameString = property(lambda self: frames.spell(self._document["frames"]))
    TaskSlaveName = property(lambda self: self._document["worker"])
    TaskErrorCount = property(lambda self: self._document["errors"])
    TaskProgress = property(lambda self: "%d %%" % self._document["progress"])


class TaskCollection:
    """What RepositoryUtils.GetJobTasks returns (deadline 56)."""

    def __init__(self, documents):
        self._tasks = [Task(document) for document in documents]

    TaskCollectionAllTasks = property(
        lambda self: Array(self._tasks, "Deadline.Jobs.Task"))
    TaskCollectionTasks = property(
        lambda self: Array([task for task in self._tasks if task.TaskId.isdigit()],
                           "Deadline.Jobs.Task"))
