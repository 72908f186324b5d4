# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deadline.Scripting.RepositoryUtils: the calls that scripts make (deadline 56-60, 212-214)."""

import copy

from ..state import disk, jobfile_writer, params, repository, switches, tasks
from ..state.jobs import NoSuchJob
from . import repository_setup
from .config import DeadlineError, PluginConfig
from .job import TaskCollection, object_of
from .net import Array, texts
from .reports import JobReportCollection


class RepositoryUtils(repository_setup.RepositorySetup):
    """Bound to the process that asks."""

    def __init__(self, runtime):
        self._runtime = runtime

    # -- jobs ------------------------------------------------------------------------------

    def _job(self, document):
        return object_of(self._runtime.database, copy.deepcopy(document))

    def SubmitJob(self, args):
        """Job info file, plugin info file, auxiliary files (deadline 212)."""
        self._runtime.call("SubmitJob")
        paths = texts(args, "SubmitJob")
        if len(paths) < 2:
            raise DeadlineError("a submission needs a job info file and a plugin info file")
        return self._job(self._runtime.jobs.get(self._runtime.submit(paths)))

    def GetJob(self, job_id, invalidate=False):
        """A COPY; without `invalidate` perhaps an old one. None when there is none."""
        self._runtime.call("GetJob", job_id)
        cache = self._runtime.job_cache
        if invalidate or job_id not in cache:
            cache[job_id] = self._runtime.database.get("jobs", job_id)
        return self._job(cache[job_id]) if cache[job_id] else None

    def GetJobs(self, invalidate=False):
        """The whole farm: dear on a real one."""
        self._runtime.call("GetJobs")
        return Array(map(self._job, self._runtime.database.bodies("jobs")), "Deadline.Jobs.Job")

    def GetJobsInState(self, state):
        """Of one state, or of several."""
        self._runtime.call("GetJobsInState", state)
        wanted = [state] if isinstance(state, str) else texts(state, "GetJobsInState")
        return Array([self._job(job) for job in self._runtime.database.bodies("jobs")
                      if job["status"] in wanted], "Deadline.Jobs.Job")

    def GetJobIds(self):
        self._runtime.call("GetJobIds")
        return Array(key for key, _ in self._runtime.database.all("jobs"))

    def SaveJob(self, job):
        """ALL fields of this copy are written (deadline 60): older values of others too."""
        self._runtime.call("SaveJob", job.JobId)
        document = job._document
        try:
            self._runtime.jobs.save(job.JobId, document["props"], document["plugin_info"])
        except NoSuchJob as error:
            raise DeadlineError(str(error))
        self._runtime.job_cache.pop(job.JobId, None)

    def GetJobTasks(self, job, invalidate=False):
        self._runtime.call("GetJobTasks", job.JobId)
        return TaskCollection(tasks.of_job(self._runtime.database, job.JobId))

    def GetJobReports(self, job_id):
        self._runtime.call("GetJobReports", job_id)
        return JobReportCollection(self._runtime, job_id)

    def GetJobReportLog(self, report):
        self._runtime.call("GetJobReportLog", report.ReportID)
        return report.text()

    def GetJobReportLogFileName(self, report):
        return report.path

    def CreateJobSubmissionFiles(self, job, job_info_path, plugin_info_path):
        """In UTF-16 with its mark and CRLF, as nearly all stock code writes them (63, 213)."""
        self._runtime.call("CreateJobSubmissionFiles", job.JobId)
        document = job._document
        new_names = self._runtime.version >= (10, 2)
        encoding = self._runtime.machine["job_file_encoding"]
        lines = jobfile_writer.job_lines(document["props"], new_names)
        plugin_lines = ["%s=%s" % pair for pair in document["plugin_info"].items()]
        for path, text in ((job_info_path, lines), (plugin_info_path, plugin_lines)):
            self._runtime.files.write(path, jobfile_writer.encode(text, encoding))

    def AddJobHistoryEntry(self, job, text):
        """Takes the job or its id."""
        job_id = job if isinstance(job, str) else job.JobId
        self._runtime.call("AddJobHistoryEntry", job_id)
        self._runtime.jobs.get(job_id)
        self._runtime.jobs.history(job_id, text, self._runtime.name)

    def GetJobAuxiliaryPath(self, job):
        return self._runtime.repository_path("jobs/" + job.JobId)

    # -- states: of the job, and of the copy in hand -----------------------------------------

    def _change(self, name, verb, job, *details):
        self._runtime.call(name, job.JobId)
        try:
            getattr(self._runtime.jobs, verb)(job.JobId, *details)
            job._document["status"] = self._runtime.jobs.get(job.JobId)["status"]
        except NoSuchJob:
            if verb != "delete":
                raise DeadlineError("the job %s does not exist" % job.JobId)
        self._runtime.job_cache.pop(job.JobId, None)

    def PendJob(self, job):
        self._change("PendJob", "pend", job)

    def ReleasePendingJob(self, job):
        self._change("ReleasePendingJob", "release", job)

    def SuspendJob(self, job):
        self._change("SuspendJob", "suspend", job)

    def ResumeJob(self, job):
        self._change("ResumeJob", "resume", job)

    def ResumeFailedJob(self, job):
        self._change("ResumeFailedJob", "resume", job)

    def RequeueJob(self, job):
        self._change("RequeueJob", "requeue", job)

    def FailJob(self, job):
        self._change("FailJob", "fail", job)

    def CompleteJob(self, job):
        self._change("CompleteJob", "complete", job)

    def DeleteJob(self, job):
        self._change("DeleteJob", "delete", job)

    def ResumeTasks(self, job, some_tasks):
        self._change("ResumeTasks", "resume_tasks", job, [task.TaskId for task in some_tasks])

    def RequeueTasks(self, job, some_tasks):
        self._change("RequeueTasks", "requeue_tasks", job, [task.TaskId for task in some_tasks])

    def SetJobFrameRange(self, job, frames, chunk):
        self._change("SetJobFrameRange", "recut", job, frames, chunk)

    # -- fields that only these calls set (deadline 49) --------------------------------------

    def _set(self, name, job, **values):
        self._runtime.call(name, job.JobId)
        with self._runtime.database.transaction():
            document = self._runtime.jobs.get(job.JobId)
            document["props"].update(values)
            self._runtime.database.put("jobs", job.JobId, document)
        job._document["props"].update(values)

    def UpdateJobOutputFileNames(self, job, names):
        self._set("UpdateJobOutputFileNames", job,
                  OutputFilename=texts(names, "UpdateJobOutputFileNames"))

    def SetPreJobScript(self, job, path):
        self._set("SetPreJobScript", job, PreJobScript=path)

    def SetPostJobScript(self, job, path):
        self._set("SetPostJobScript", job, PostJobScript=path)

    def _limited(self, job):
        return self.GetJob(job, True) if isinstance(job, str) else job

    def SetMachineLimitMaximum(self, job, maximum):
        """These three take the job or its id."""
        self._set("SetMachineLimitMaximum", self._limited(job), MachineLimit=maximum)

    def SetMachineLimitListedSlaves(self, job, names):
        self._set("SetMachineLimitListedSlaves", self._limited(job),
                  ListedSlaves=texts(names, "SetMachineLimitListedSlaves"))

    def SetMachineLimitWhiteListFlag(self, job, flag):
        self._set("SetMachineLimitWhiteListFlag", self._limited(job), Whitelist=flag)

    # -- path mapping --------------------------------------------------------------------------

    def CheckPathMapping(self, path, separators=False):
        self._runtime.call("CheckPathMapping", path)
        return self._runtime.map_path(path, separators)

    def CheckPathMappingForMultiplePaths(self, paths, separators=False):
        self._runtime.call("CheckPathMappingForMultiplePaths")
        return Array(self._runtime.map_path(path, separators) for path in paths)

    def PathMappingRequired(self, path):
        self._runtime.call("PathMappingRequired", path)
        return self._runtime.map_path(path) != path

    # -- event plugins -------------------------------------------------------------------------

    def GetEventPluginConfig(self, name):
        self._runtime.call("GetEventPluginConfig", name)
        return PluginConfig(self._runtime.events.settings(name))

    def GetEventPluginConfigMetaDataDictionary(self, name):
        self._runtime.call("GetEventPluginConfigMetaDataDictionary", name)
        found = self._runtime.database.get("event_settings", name.lower(), {})
        return dict(found.get("Meta", {}))

    def AddOrUpdateEventPluginConfigSetting(self, name, key, value):
        self._runtime.call("AddOrUpdateEventPluginConfigSetting", name, key)
        if not isinstance(value, str):
            raise TypeError("a setting is a string, not %r" % (value,))
        known = self._runtime.database.get("event_settings", name.lower())
        if known or switches.read(self._runtime.database)["config_creates"]:
            params.save(self._runtime.database, name, {key: value})

    def GetEventPluginDirectory(self, name):
        for parent in ("custom/events", "events"):
            here = "%s/repository/%s/%s" % (self._runtime.folder, parent, name)
            if disk.exists(here):
                return self._runtime.repository_path("%s/%s" % (parent, name))
        return ""

    def GetPathMappings(self):
        """[from, to] of the rules that apply here (deadline 141)."""
        self._runtime.call("GetPathMappings")
        return Array([Array(pair) for pair in repository.mappings_of(
            self._runtime.database, self._runtime.system, self._runtime.region)])
