# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job has: one table for job files, Job objects and the documents of the database.

A line: key in the job file, kind, default, property of the Job object, whether a script may set
it (deadline 48, 49). A property is also known without its "Job" (47).

Kinds: text, number, flag, list (commas in a file), indexed (Key0, Key1...), map (Key0=name=value).
"""

import collections

Field = collections.namedtuple("Field", "key kind default property settable")

TABLE = """
Plugin                       text    -       JobPlugin                        no
Name                         text    Untitled  JobName                        yes
BatchName                    text    -       JobBatchName                     yes
Comment                      text    -       JobComment                       yes
Department                   text    -       JobDepartment                    yes
UserName                     text    -       JobUserName                      yes
MachineName                  text    -       JobSubmitMachine                 no
Priority                     number  50      JobPriority                      yes
Protected                    flag    False   JobProtected                     yes
Pool                         text    none    JobPool                          yes
SecondaryPool                text    -       JobSecondaryPool                 yes
Group                        text    none    JobGroup                         yes
Frames                       text    0       JobFrames                        no
ChunkSize                    number  1       JobFramesPerTask                 no
Sequential                   flag    False   JobSequentialJob                 yes
ConcurrentTasks              number  1       JobConcurrentTasks               yes
LimitConcurrentTasksToNumberOfCpus  flag  True  JobLimitTasksToNumberOfCpus   yes
MachineLimit                 number  0       JobMachineLimit                  no
MachineLimitProgress         number  -1      JobMachineLimitProgress          no
Whitelist                    flag    False   JobWhitelistFlag                 no
ListedSlaves                 list    -       JobListedSlaves                  no
LimitGroups                  list    -       JobLimitGroups                   no
InitialStatus                text    Active  JobInitialStatus                 no
Interruptible                flag    False   JobInterruptible                 yes
ForceReloadPlugin            flag    False   JobForceReloadPlugin             yes
SynchronizeAllAuxiliaryFiles flag    False   JobSynchronizeAllAuxiliaryFiles  yes
CustomPluginDirectory        text    -       JobCustomPluginDirectory         yes
CustomEventPluginDirectory   text    -       JobCustomEventPluginDirectory    yes
SuppressEvents               flag    False   JobSuppressEvents                yes
EventOptIns                  list    -       JobEventOptIns                   no
OnJobComplete                text    Nothing JobOnJobComplete                 yes
IsFrameDependent             flag    False   JobIsFrameDependent              yes
FrameDependencyOffsetStart   number  0       JobFrameDependencyOffsetStart    yes
FrameDependencyOffsetEnd     number  0       JobFrameDependencyOffsetEnd      yes
ResumeOnCompleteDependencies flag    True    JobResumeOnCompleteDependencies  yes
ResumeOnDeletedDependencies  flag    False   JobResumeOnDeletedDependencies   yes
ResumeOnFailedDependencies   flag    False   JobResumeOnFailedDependencies    yes
JobDependencyPercentage      number  -1      JobDependencyPercentageValue     yes
AssetDependency              indexed -       JobRequiredAssets                no
ScriptDependency             indexed -       JobScriptDependencies            no
OutputDirectory              indexed -       JobOutputDirectories             no
OutputFilename               indexed -       JobOutputFileNames               no
PreJobScript                 text    -       JobPreJobScript                  no
PostJobScript                text    -       JobPostJobScript                 no
PreTaskScript                text    -       JobPreTaskScript                 yes
PostTaskScript               text    -       JobPostTaskScript                yes
TaskTimeoutSeconds           number  0       JobTaskTimeoutSeconds            yes
MinRenderTimeSeconds         number  0       JobMinRenderTimeSeconds          yes
StartJobTimeoutSeconds       number  0       JobStartJobTimeoutSeconds        yes
OnTaskTimeout                text    Error   JobOnTaskTimeout                 yes
EnableTimeoutsForScriptTasks flag    False   JobEnableTimeoutsForScriptTasks  yes
EnableAutoTimeout            flag    False   JobEnableAutoTimeout             yes
OverrideJobFailureDetection  flag    False   JobOverrideJobFailureDetection   yes
FailureDetectionJobErrors    number  0       JobFailureDetectionJobErrors     yes
OverrideTaskFailureDetection flag    False   JobOverrideTaskFailureDetection  yes
FailureDetectionTaskErrors   number  0       JobFailureDetectionTaskErrors    yes
IgnoreBadJobDetection        flag    False   JobIgnoreBadSlaveDetection       yes
EnvironmentKeyValue          map     -       -                                no
ExtraInfoKeyValue            map     -       -                                no
IncludeEnvironment           flag    False   JobIncludeEnvironment            yes
UseJobEnvironmentOnly        flag    False   JobUseJobEnvironmentOnly         yes
OverrideTaskExtraInfoNames   flag    False   JobOverrideTaskExtraInfoNames    yes
MaintenanceJob               flag    False   JobMaintenanceJob                no
TileJob                      flag    False   JobTileJob                       no
TileJobTilesInX              number  1       JobTileJobTilesInX               no
TileJobTilesInY              number  1       JobTileJobTilesInY               no
TileJobFrame                 number  0       JobTileJobFrame                  no
"""
EMPTY = {"text": "", "number": 0, "flag": False, "list": [], "indexed": [], "map": {}}


def _value(kind, text):
    if text == "-":
        return EMPTY[kind]
    return {"text": str, "number": int, "flag": lambda word: word == "True"}[kind](text)


def _table():
    for line in TABLE.strip().splitlines():
        key, kind, default, name, settable = line.split()
        yield Field(key, kind, _value(kind, default), name, settable == "yes")
    for number in range(10):
        yield Field("ExtraInfo%d" % number, "text", "", "JobExtraInfo%d" % number, True)
        yield Field("TaskExtraInfoName%d" % number, "text", "", "JobTaskExtraInfoName%d" % number,
                    True)


FIELDS = {field.key: field for field in _table()}
BY_KEY = {key.lower(): field for key, field in FIELDS.items()}

# What a dependency has besides its job's id (deadline 51, 65), with its defaults.
DEPENDENCY = {
    "JobID": "", "Notes": "",
    "OverrideFrameOffsets": False, "StartOffset": 0, "EndOffset": 0, "IgnoreFrameOffsets": False,
    "OverrideResumeOn": False, "ResumeOnComplete": True, "ResumeOnDeleted": False,
    "ResumeOnFailed": False, "ResumeOnPercentageCompleted": False, "ResumeOnPercentageValue": 0,
}


def defaults():
    """The fields of a job of which nothing is said."""
    props = {key: type(field.default)(field.default) for key, field in FIELDS.items()}
    props.update(Dependencies=[], TileFilenames=[])
    return props
