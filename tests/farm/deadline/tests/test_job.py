# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Job object and its traps: deadline 46-55, 60 and 211."""

import pytest

HEAD = """
from Deadline.Scripting import RepositoryUtils
def attempt(work):
    try:
        return work()
    except Exception as error:
        return type(error).__name__
job = RepositoryUtils.GetJob(args[0], True)
"""
INFO = {"Plugin": "Nuke", "Name": "shot", "OutputFilename0": "/mnt/a/x.####.exr",
        "OutputDirectory1": "/mnt/b", "Frames": "1-4", "ExtraInfoKeyValue0": "Show=Heron",
        "LimitGroups": "nuke,cache"}


@pytest.fixture
def ask(artist):
    """ask(text): the `result` of Python text that has a job at hand."""
    job = artist.submit(INFO, {"Version": "13"})

    def run(text):
        return artist.python(HEAD + text, job)

    return run


def test_both_names_of_a_property(ask):
    """Row 47."""
    assert ask("result = [job.JobName, job.Name, job.JobId, job.ID, job.JobStatus,"
               " list(job.JobOutputDirectories) == list(job.OutputDirectories),"
               " list(job.OutputFileNames), 'Name' in dir(job), 'JobName' in dir(job)]") == [
        "shot", "shot", ask("result = job.JobId"), ask("result = job.JobId"), "Active", True,
        ["x.####.exr"], True, True]


@pytest.mark.parametrize("line", [
    "job.JobId = 'x'", "job.JobStatus = 'Suspended'", "job.JobPlugin = 'x'", "job.JobFrames = '1'",
    "job.JobOutputDirectories = []", "job.JobOutputFileNames = []", "job.JobPostJobScript = 'x'",
    "job.JobMachineLimit = 1", "job.JobDependencyIDs = []", "job.JobListedSlaves = []",
    "job.NoSuchThing = 1", "job.JobRequiredAssets = []", "job.NoSuchThing"])
def test_what_cannot_be_set(ask, line):
    """Row 49."""
    assert ask("result = attempt(lambda: exec(%r))" % line) == "AttributeError"


@pytest.mark.parametrize("line", ["job.JobName = 3", "job.JobPriority = '50'",
                                  "job.JobPriority = True", "job.JobIsFrameDependent = 'True'",
                                  "job.SetJobDependencyIDs('abc')",
                                  "job.SetJobDependencyIDs([1])",
                                  "job.SetJobExtraInfoKeyValue('a', 1)"])
def test_types_are_those_of_net(ask, line):
    assert ask("result = attempt(lambda: exec(%r))" % line) == "TypeError"


def test_arrays_are_no_lists(ask):
    """Row 50."""
    assert ask("""
names = job.JobLimitGroups
result = [isinstance(names, list), len(names), names[1], list(names), names == ["nuke", "cache"],
          str(names), attempt(lambda: names.append("x")), attempt(lambda: names[0:1]),
          attempt(lambda: names + ["x"]), attempt(lambda: ",".join(names)), "nuke" in names,
          names.Length]""") == [
        False, 2, "cache", ["nuke", "cache"], False, "System.String[]", "AttributeError",
        "TypeError", "TypeError", "nuke,cache", True, 2]


def test_a_change_is_lost_unless_it_is_saved(ask, farm):
    """Rows 60 and 211."""
    job = ask("job.JobComment = 'lost'\nresult = job.JobId")
    assert farm.job(job)["props"]["Comment"] == ""
    ask("job.JobComment = 'kept'\njob.SetJobExtraInfoKeyValue('More', 'yes')\n"
        "RepositoryUtils.SaveJob(job)")
    assert farm.job(job)["props"]["Comment"] == "kept"
    assert farm.job(job)["props"]["ExtraInfoKeyValue"] == {"Show": "Heron", "More": "yes"}


def test_a_get_without_invalidation_may_be_old(ask):
    """Row 56: GetJob(id, invalidateCache)."""
    assert ask("""
first = RepositoryUtils.GetJob(args[0], False)
first.JobComment = "new"
RepositoryUtils.SaveJob(first)
second = RepositoryUtils.GetJob(args[0], False)
second.JobComment = "newer"
other = RepositoryUtils.GetJob(args[0], False)
result = [other.JobComment, RepositoryUtils.GetJob("0" * 24, True)]""") == ["new", None]


def test_setting_dependencies_replaces_them_and_their_overrides(ask, farm):
    """Rows 51 and 52; whether the objects can be changed in place is not known."""
    change = """
job.SetJobDependencyIDs(["a", "b"])
kept = list(job.JobDependencies)
kept[0].ResumeOnFailed = True
setter = attempt(lambda: job.SetJobDependencies(kept))
RepositoryUtils.SaveJob(job)
job = RepositoryUtils.GetJob(args[0], True)
result = [list(job.JobDependencyIDs), job.JobDependencies[0].ResumeOnFailed, setter,
          attempt(lambda: setattr(job.JobDependencies[0], "Nothing", 1))]"""
    for ways, kept, setter in (("live", True, "AttributeError"), ("setter", True, None),
                               ("copies", False, "AttributeError")):
        farm.switch(dependency_objects=ways)
        assert ask(change) == [["a", "b"], kept, setter, "AttributeError"]
    farm.switch(dependency_objects="live")
    ask(change)
    assert ask("""
before = job.JobDependencies[0].ResumeOnFailed
job.SetJobDependencyIDs(["a"])
result = [before, job.JobDependencies[0].ResumeOnFailed]""") == [True, False]


def test_job_info_keys_and_unknown_lines(farm, artist):
    """Row 46 and D28: whether lines that Deadline does not know are kept is not known."""
    job = artist.submit(dict(INFO, AWSAssetFile0="Z:\\tex\\a.tx"), {"AWSAssetFile1": "b"})
    read = HEAD + """
value = job.GetJobPluginInfoKeyValue
result = [list(job.GetJobInfoKeys()), value('AWSAssetFile1'), value('None')]"""
    keys, value, none = artist.python(read, job)
    assert "AWSAssetFile0" in keys and "OutputFilename0" in keys and (value, none) == ("b", "")
    farm.switch(unknown_job_info="dropped")
    keys, _, _ = artist.python(read, job)
    assert "AWSAssetFile0" not in keys and "OutputFilename0" in keys


def test_empty_texts_may_be_none(farm, ask):
    """Row 50."""
    farm.switch(empty_text=None)
    assert ask("result = [job.JobBatchName, job.JobName]") == [None, "shot"]


def test_fields_that_only_repository_utils_sets(ask, farm):
    """Row 49."""
    job = ask("""
RepositoryUtils.UpdateJobOutputFileNames(job, ["y.####.exr"])
RepositoryUtils.SetPostJobScript(job, "/x.py")
RepositoryUtils.SetMachineLimitMaximum(job.JobId, 3)
RepositoryUtils.SetJobFrameRange(job, "1-2", 2)
result = job.JobId""")
    props = farm.job(job)["props"]
    assert (props["OutputFilename"], props["PostJobScript"], props["MachineLimit"],
            props["Frames"]) == (["y.####.exr"], "/x.py", 3, "1-2")
    assert [task["frames"] for task in farm.tasks(job)] == [[1, 2], []]


def test_tasks_as_scripts_see_them(ask):
    """Rows 56 and 111."""
    assert ask("""
every = RepositoryUtils.GetJobTasks(job, True).TaskCollectionAllTasks
result = [len(every), every[3].TaskId, list(every[3].TaskFrameList), every[3].TaskFrameString,
          every[3].TaskStatus, job.JobQueuedTasks,
          attempt(lambda: setattr(every[0], "TaskStatus", "Completed"))]""") == [
        4, "3", [4], "4", "Queued", 4, "AttributeError"]


def test_required_assets_are_objects_or_texts(farm, artist):
    """Row 65: which, is not known."""
    job = artist.submit(dict(INFO, AssetDependency0="/a.tx", AssetDependency1=""), {})
    text = HEAD + "result = [getattr(entry, 'FileName', entry) for entry in job.RequiredAssets]"
    assert artist.python(text, job) == ["/a.tx", ""]
    farm.switch(asset_objects=False)
    assert artist.python(text, job) == ["/a.tx", ""]
