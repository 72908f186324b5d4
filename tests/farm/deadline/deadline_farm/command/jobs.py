# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: state, settings, history, and the files of a submission made again."""

from ..state import fields, jobfile_writer
from ..state.jobs import NoSuchJob
from .registry import Failure, command


def known(session, job):
    try:
        return session.jobs.get(job)
    except NoSuchJob:
        raise Failure("The job %s does not exist" % job)


def describe(job):
    """{property: value} as GetJob prints it."""
    shown = {"JobId": job["id"], "JobStatus": job["status"]}
    for key, field in fields.FIELDS.items():
        value = job["props"][key]
        if field.kind == "map":
            value = ",".join("%s=%s" % pair for pair in value.items())
        elif isinstance(value, list):
            value = ",".join(str(each) for each in value)
        shown[field.property if field.property != "-" else key] = value
    return shown


@command("GetJobIds")
def get_job_ids(session, _):
    """The ids of all jobs."""
    return [job["id"] for job in session.database.bodies("jobs")]


@command("GetJobIdsFilter", "<Key=Value...>")
def get_job_ids_filter(session, words):
    """The ids of the jobs that have all of these values, named as GetJob does."""
    wanted = dict(word.partition("=")[::2] for word in words)
    found = []
    for job in session.database.bodies("jobs"):
        shown = describe(job)
        if all(str(shown.get(key, shown.get("Job" + key))) == value
               for key, value in wanted.items()):
            found.append(job["id"])
    return found


@command("GetJob", "<JobId>")
def get_job(session, words):
    """What a job is."""
    return describe(known(session, words[0]))


@command("GetJobTasks", "<JobId>")
def get_job_tasks(session, words):
    """A line for each task of a job."""
    known(session, words[0])
    return ["TaskId=%(id)s TaskStatus=%(status)s TaskSlaveName=%(worker)s" % task
            for task in session.jobs.tasks(words[0])]


def _state(name, method, text):
    def run(session, words):
        known(session, words[0])
        getattr(session.jobs, method)(words[0])
    run.__doc__ = text
    command(name, "<JobId>")(run)


_state("PendJob", "pend", "A job waits until it is released.")
_state("ReleasePendingJob", "release", "A pending job begins, whatever it waits for.")
_state("SuspendJob", "suspend", "A job stops taking tasks.")
_state("ResumeJob", "resume", "A suspended or failed job goes on.")
_state("RequeueJob", "requeue", "All tasks of a job are to be done again.")
_state("CompleteJob", "complete", "A job is taken for done.")
_state("FailJob", "fail", "A job is taken for failed.")
_state("DeleteJob", "delete", "A job leaves the queue.")


@command("AddJobHistoryEntry", "<JobId> <Text>")
def add_history(session, words):
    """A line in a job's history."""
    known(session, words[0])
    session.jobs.history(words[0], words[1], session.user)


@command("SetJobSetting", "<JobId> <Key> <Value>")
def set_setting(session, words):
    """Set a field of a job, named as in a job file."""
    job, key, value = words
    field = fields.BY_KEY.get(key.lower())
    if field is None or not field.settable:
        raise Failure("%s cannot be set" % key)
    kinds = {"text": str, "number": int, "flag": lambda text: text.lower() == "true"}
    found = known(session, job)
    found["props"][field.key] = kinds[field.kind](value)
    session.jobs.save(job, found["props"], found["plugin_info"])


@command("SetJobExtraInfoKeyValue", "<JobId> <Key> <Value>")
def set_extra_info(session, words):
    """Set an extra info value of a job."""
    found = known(session, words[0])
    found["props"]["ExtraInfoKeyValue"][words[1]] = words[2]
    session.jobs.save(words[0], found["props"], found["plugin_info"])


@command("SetJobPluginInfoKeyValue", "<JobId> <Key> <Value>")
def set_plugin_info(session, words):
    """Set a plugin info value of a job."""
    found = known(session, words[0])
    found["plugin_info"][words[1]] = words[2]
    session.jobs.save(words[0], found["props"], found["plugin_info"])


@command("GenerateSubmissionInfoFiles", "<JobId> <JobInfoFile> <PluginInfoFile>")
def submission_files(session, words):
    """Write the two files that a job could be submitted with again."""
    found = known(session, words[0])
    plugin = ["%s=%s" % pair for pair in found["plugin_info"].items()]
    for path, lines in ((words[1], jobfile_writer.job_lines(found["props"])), (words[2], plugin)):
        session.runtime.files.write(path, jobfile_writer.encode(lines))
