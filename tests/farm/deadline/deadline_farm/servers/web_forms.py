# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs, tasks, workers and reports as the web service writes them: short keys (deadline 71)."""

import time

JOB_STATUS = {"Unknown": 0, "Active": 1, "Suspended": 2, "Completed": 3, "Failed": 4, "Pending": 6}
TASK_STATUS = {"Unknown": 1, "Queued": 2, "Suspended": 3, "Rendering": 4, "Completed": 5,
               "Failed": 6, "Pending": 8}
WORKER_STATUS = {"Unknown": 0, "Rendering": 1, "Idle": 2, "Offline": 3, "Stalled": 4,
                 "StartingJob": 8}

# Short key, field of the job.
PROPS = {
    "Name": "Name", "Batch": "BatchName", "User": "UserName", "Cmmt": "Comment",
    "Dept": "Department", "Frames": "Frames", "Chunk": "ChunkSize", "Grp": "Group", "Pool": "Pool",
    "SecPool": "SecondaryPool", "Pri": "Priority", "Conc": "ConcurrentTasks",
    "Limits": "LimitGroups", "MachLmt": "MachineLimit", "White": "Whitelist",
    "ListedSlaves": "ListedSlaves", "Env": "EnvironmentKeyValue", "ExDic": "ExtraInfoKeyValue",
    "EventOI": "EventOptIns", "NoEvnt": "SuppressEvents", "EventDir": "CustomEventPluginDirectory",
    "PrTskScrp": "PreTaskScript", "PoTskScrp": "PostTaskScript", "PrJobScrp": "PreJobScript",
    "PoJobScrp": "PostJobScript", "DepComp": "ResumeOnCompleteDependencies",
    "DepDel": "ResumeOnDeletedDependencies", "DepFail": "ResumeOnFailedDependencies",
    "DepFrame": "IsFrameDependent", "ReqAss": "AssetDependency", "ScrDep": "ScriptDependency",
}
PROPS.update(("Ex%d" % number, "ExtraInfo%d" % number) for number in range(10))


def moment(epoch):
    """A time as the web service writes it; the year 1 is .NET's 'never'."""
    if epoch is None:
        return "0001-01-01T00:00:00Z"
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))


def job(document, tasks):
    """A job's document as GET /api/jobs gives it."""
    props = {short: document["props"][name] for short, name in PROPS.items()}
    props.update(Tasks=len(tasks), PlugInfo=document["plugin_info"],
                 Dep=[entry["JobID"] for entry in document["props"]["Dependencies"]])
    states = [task["status"] for task in tasks]
    return {
        "_id": document["id"], "Props": props, "Stat": JOB_STATUS[document["status"]],
        "Plug": document["props"]["Plugin"], "Mach": document["props"]["MachineName"],
        "OutDir": document["props"]["OutputDirectory"],
        "OutFile": document["props"]["OutputFilename"], "Aux": document["aux"],
        "Date": moment(document["submitted"]), "DateStart": moment(document["started"]),
        "DateComp": moment(document["completed"]), "Errs": document["errors"],
        "QueuedChunks": states.count("Queued"), "RenderingChunks": states.count("Rendering"),
        "CompletedChunks": states.count("Completed"), "FailedChunks": states.count("Failed"),
        "SuspendedChunks": states.count("Suspended"), "PendingChunks": states.count("Pending"),
    }


def saved(document, sent):
    """The fields of a job after PUT {"Command": "save"}: what was sent replaces what was."""
    props = dict(document["props"])
    for short, value in sent.get("Props", {}).items():
        if short in PROPS:
            props[PROPS[short]] = value
    props.update(OutputDirectory=sent.get("OutDir", props["OutputDirectory"]),
                 OutputFilename=sent.get("OutFile", props["OutputFilename"]))
    return props, sent.get("Props", {}).get("PlugInfo", document["plugin_info"])


def task(document):
    return {
        "TaskID": document["id"], "JobID": document["job"], "Stat": TASK_STATUS[document["status"]],
        "Slave": document["worker"], "Errs": document["errors"],
        "Prog": "%d %%" % document["progress"], "RendStat": document["message"],
        "Frames": ",".join(str(frame) for frame in document["frames"]),
        "Start": moment(document["started"]), "Comp": moment(document["completed"]),
    }


def worker_info(document):
    return {
        "_id": document["name"].lower(), "Name": document["name"], "Host": document["host"],
        "User": document["user"], "OS": document["os"], "Region": document["region"],
        "Stat": WORKER_STATUS.get(document["state"], 0), "Ver": document["version"],
        "Procs": document["cpus"], "StatDate": moment(document["seen"]),
    }


def worker_settings(document):
    return {
        "_id": document["name"].lower(), "Name": document["name"], "Enable": document["enabled"],
        "Pools": document["pools"], "Grps": document["groups"],
        "EventOI": document["event_opt_ins"], "Ex": document["extra"],
    }


def report(document):
    return {
        "Type": {"log": 0, "error": 1}.get(document["kind"], 3), "Job": document["job"],
        "Task": document["task"], "Slave": document["worker"], "Title": document["title"],
        "Date": moment(document["time"]),
    }
