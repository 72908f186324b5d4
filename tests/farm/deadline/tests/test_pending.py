# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job waits for, and who lets it go: deadline 51-53, 65, 82-85, 214 and field report D10."""

import pytest

RENDER = {"Plugin": "X", "Frames": "1-4"}


def after(artist, other, **info):
    return artist.submit(dict(RENDER, JobDependencies=other, **info), {})


@pytest.mark.parametrize("end, flags, released", [
    ("complete", {}, True), ("fail", {}, False), ("delete", {}, False),
    ("complete", {"ResumeOnCompleteDependencies": "False"}, False),
    ("fail", {"ResumeOnFailedDependencies": "True"}, True),
    ("delete", {"ResumeOnDeletedDependencies": "True"}, True),
    ("fail", {"JobDependencyResumeOnOverride0": "True,False,True,-1"}, True),
    ("complete", {"JobDependencyResumeOnOverride0": "False,False,True,-1"}, False),
    ("delete", {"JobDependencyResumeOnOverride0": "True,True,False,-1"}, True),
])
def test_resume_flags_and_overrides(farm, artist, end, flags, released):
    other = artist.submit(RENDER, {})
    job = after(artist, other, **flags)
    assert farm.job(job)["status"] == "Pending" and farm.pending_scan() == []
    artist.do(end, other)
    assert farm.pending_scan() == ([job] if released else [])
    assert farm.job(job)["status"] == ("Active" if released else "Pending")
    assert set(farm.statuses(job)) == {"Queued" if released else "Pending"}


@pytest.mark.parametrize("info", [{"JobDependencyPercentage": "50"},
                                  {"JobDependencyResumeOnOverride0": "True,False,False,50"}])
def test_a_part_of_a_dependency(farm, artist, worker, info):
    other = artist.submit(RENDER, {})
    job = after(artist, other, **info)
    worker.step()
    assert farm.pending_scan() == []
    worker.step()
    assert farm.pending_scan() == [job]


def test_all_dependencies_count(farm, artist):
    one, two = artist.submit(RENDER, {}), artist.submit(RENDER, {})
    job = after(artist, "%s,%s" % (one, two))
    artist.do("complete", one)
    assert farm.pending_scan() == []
    artist.do("complete", two)
    assert farm.pending_scan() == [job]


def test_frames_wait_for_frames(farm, artist, worker):
    """D10: a frame starts as soon as the other job's frame is there."""
    sim = artist.submit(RENDER, {})
    job = after(artist, sim, IsFrameDependent="True")
    worker.step()
    assert farm.pending_scan() == [job] and farm.job(job)["status"] == "Active"
    assert farm.statuses(job) == ["Queued", "Pending", "Pending", "Pending"]
    assert farm.pending_scan() == []


@pytest.mark.parametrize("info, free", [
    ({"FrameDependencyOffsetStart": "-1"}, 1), ({"FrameDependencyOffsetEnd": "1"}, 1),
    ({"JobDependencyFrameOffsetOverride0": "0,1", "FrameDependencyOffsetEnd": "9"}, 1),
    ({"JobDependencyIgnoreFrameOffsets0": "True", "FrameDependencyOffsetEnd": "9"}, 2),
    ({}, 2)])
def test_frame_offsets(farm, artist, worker, info, free):
    sim = artist.submit(RENDER, {})
    job = after(artist, sim, IsFrameDependent="True", Frames="1-3", **info)
    worker.step()
    worker.step()
    farm.pending_scan()
    assert farm.statuses(job).count("Queued") == free


@pytest.mark.parametrize("ways, states", [("never", ["Pending", "Pending"]),
                                          ("at_once", ["Queued", "Queued"])])
def test_frames_that_the_other_job_does_not_have(farm, artist, worker, ways, states):
    """D10: a helper whose frames are shards. What a real farm does is not known."""
    farm.switch(missing_frames=ways)
    helper = artist.submit({"Plugin": "X", "Frames": "0-1"}, {})
    job = after(artist, helper, IsFrameDependent="True", Frames="1001-1002")
    worker.step()
    farm.pending_scan()
    assert farm.statuses(job) == states


def test_one_task_that_covers_all_frames(farm, artist, worker):
    """D10: what the design does for frame-dependent jobs."""
    helper = artist.submit({"Plugin": "X", "Frames": "1001-1004", "ChunkSize": "4"}, {})
    job = after(artist, helper, IsFrameDependent="True", Frames="1002-1003")
    farm.pending_scan()
    assert farm.statuses(job) == ["Pending", "Pending"]
    worker.step()
    farm.pending_scan()
    assert farm.statuses(job) == ["Queued", "Queued"]


def test_assets_are_waited_for(farm, tmp_path):
    """D28: a file that is not there, and an entry that names none, hold the job for ever."""
    (tmp_path / "there.tx").write_text("x")
    farm.map_path("Z:\\", linux=str(tmp_path) + "/")
    artist = farm.machine("artist")
    there = artist.submit({"Plugin": "X", "AssetDependency0": "Z:\\there.tx"}, {})
    for name in ("Z:\\not.tx", "$TEX/a.tx", ""):
        artist.submit({"Plugin": "X", "RequiredAssets": "Z:\\there.tx",
                       "AssetDependency1": name}, {})
    assert farm.pending_scan() == [there]


def test_dependency_scripts(farm, artist, worker, tmp_path):
    """Row 65: of a frame-dependent job the script says which tasks may go."""
    script = tmp_path / "gate.py"
    job = artist.submit(dict(RENDER, ScriptDependency0=str(script)), {})
    frames = artist.submit(dict(RENDER, ScriptDependency0=str(script), IsFrameDependent="True"), {})
    for text, freed in (("raise ValueError()", []), ("return len(args) == 1 or args[1][:2]",
                                                     [job, frames])):
        script.write_text("def __main__(*args):\n    %s\n" % text)
        assert sorted(farm.pending_scan()) == sorted(freed)
    assert farm.statuses(frames) == ["Queued", "Queued", "Pending", "Pending"]


SET = "job.SetJobDependencyIDs(['0' * 24])\n"
SAVE = SET + "RepositoryUtils.SaveJob(job)"


@pytest.mark.parametrize("ways, states", [("save", ["Pending", "Pending"]),
                                          ("scan", ["Active", "Pending"]),
                                          ("never", ["Active", "Active"])])
def test_dependencies_saved_without_pend_job(farm, plugin, artist, ways, states):
    """Rows 82 and 235: when, or whether, the job is pending then is not known."""
    plugin("Saves", SAVE)
    farm.switch(save_pends=ways)
    job = artist.submit(RENDER, {})
    seen = [farm.job(job)["status"]]
    farm.pending_scan()
    assert seen + [farm.job(job)["status"]] == states


@pytest.mark.parametrize("when, body, states", [
    ("after", SAVE, {"Rendering", "Queued"}),
    ("after", SAVE + "\nRepositoryUtils.PendJob(job)", {"Pending"}),
    ("during", SAVE + "\nRepositoryUtils.PendJob(job)", {"Pending"}),
])
def test_a_worker_that_grabs_the_job_at_once(farm, plugin, artist, worker, when, body, states):
    """Rows 82 and 214: PendJob is needed; a worker that was faster loses the task."""
    plugin("Saves", body)
    farm.switch(race={"worker": "worker", "when": when})
    job = artist.submit(RENDER, {})
    assert set(farm.statuses(job)) == states


def test_hammerspaces_order_ends_pending(farm, plugin, artist):
    """Row 82: dependencies, PendJob, SaveJob. The scan sees the job in between."""
    plugin("Order", SET + "RepositoryUtils.PendJob(job)\nRepositoryUtils.SaveJob(job)")
    job = artist.submit(RENDER, {})
    assert farm.job(job)["status"] == "Pending" and farm.pending_scan() == []
    run = artist.submit_stepped(RENDER, {})
    assert run.next_call() == "PendJob"
    run.go()
    assert run.next_call() == "SaveJob"
    assert len(farm.pending_scan()) == 1  # pending, and nothing to wait for yet
    assert farm.job(run.wait().result)["status"] == "Active"


@pytest.mark.parametrize("ways, status", [(True, "Pending"), (False, "Active")])
def test_a_job_that_was_submitted_suspended(farm, plugin, artist, ways, status):
    """Row 84."""
    plugin("Saves", SAVE)
    farm.switch(resume_pends=ways)
    job = artist.submit(dict(RENDER, InitialStatus="Suspended"), {})
    assert farm.job(job)["status"] == "Suspended"
    assert set(farm.statuses(job)) == {"Suspended"} and farm.pending_scan() == []
    artist.do("resume", job)
    assert farm.job(job)["status"] == status


def test_what_was_released_by_hand_stays_released(farm, artist):
    job = after(artist, "0" * 24)
    artist.do("release", job)
    assert farm.pending_scan() == [] and farm.job(job)["status"] == "Active"


def test_events_that_wait_for_the_scan(farm, plugin, artist):
    """Row 34: submission is always handled at once, by the submitter."""
    farm.switch(events_wait=True)
    plugin("Later", "pass", start="""super().__init__()
self.OnJobSubmittedCallback += self.called
self.OnJobSuspendedCallback += self.called
self.OnJobDeletedCallback += self.called""")
    job = artist.submit(RENDER, {})
    artist.do("suspend", job)
    artist.do("delete", job)
    assert [event[0] for event in artist.events()] == ["OnJobSubmitted"]
    farm.pending_scan()
    assert [event[0] for event in farm.pulse.events()] == ["OnJobSuspended", "OnJobDeleted"]
    farm.pending_scan()
    assert len(farm.pulse.events()) == 2


def test_events_of_a_jobs_life(farm, plugin, artist, worker):
    """Rows 37 and 44: on whose machine each one fires."""
    names = ("JobPended", "JobReleased", "JobSuspended", "JobResumed", "JobStarted", "JobFinished",
             "JobRequeued", "JobDeleted", "JobFailed", "JobError")
    plugin("Life", "pass", start="super().__init__()\n" + "\n".join(
        "self.On%sCallback += self.called" % name for name in names))
    other = artist.submit(RENDER, {"FarmFails": "True"})
    job = after(artist, other, ResumeOnFailedDependencies="True")
    farm.switch(task_errors=1)
    assert [end["outcome"] for end in worker.work()] == ["failed"] * 4
    farm.pending_scan()
    artist.do("suspend", job)
    artist.do("resume", job)
    worker.work()
    artist.do("requeue", job)
    artist.do("delete", job)

    def of(machine):
        return [(event[2:], {job: "job", other: "other"}[which])
                for event, _, which in machine.events()]

    assert of(worker) == [("JobStarted", "other")] + [("JobError", "other")] * 4 + [
        ("JobFailed", "other"), ("JobStarted", "job"), ("JobFinished", "job")]
    assert of(farm.pulse) == [("JobReleased", "job")]
    assert of(artist) == [("JobSuspended", "job"), ("JobResumed", "job"), ("JobRequeued", "job"),
                          ("JobDeleted", "job")]
    assert worker.event_errors() == artist.event_errors() == []
