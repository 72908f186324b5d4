# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs by the simulated deadlinecommand: submission, states, fields (deadline 62-70, 212, 219)."""

import re

import pytest

SUBMITTED = re.compile(r"^Result=Success\nJobID=([0-9a-f]{24})$", re.MULTILINE)


@pytest.fixture
def submit(farm, tmp_path):
    """submit(machine, info, aux=...): the id of a job that deadlinecommand submitted."""

    def run(machine, info, aux=()):
        words = machine.files(info, {"Arguments": "x"}, aux)
        status, out, err = machine.command(*words)
        assert (status, err) == (0, ""), out + err
        return SUBMITTED.search(out).group(1)

    return run


@pytest.mark.parametrize("system", ["linux", "mac", "windows"])
def test_a_submission_fires_the_event_on_its_own_machine(farm, plugin, submit, system):
    """Deadline 42, 70: the plugin's log lines are among what is printed."""
    plugin("Seen", "self.LogInfo('os.path is ' + os.path.__name__)\nprint('printed')")
    machine = farm.machine("one", os=system)
    job = submit(machine, {"Plugin": "Nuke", "Name": "Größe"})
    assert farm.job(job)["props"]["Name"] == "Größe"
    assert machine.events() == [("OnJobSubmitted", "Seen", job)]
    assert "os.path is %s" % ("ntpath" if system == "windows" else "posixpath") in machine.log()


def test_auxiliary_files_go_with_the_job(farm, artist, submit, tmp_path):
    aux = tmp_path / "scene.txt"
    aux.write_text("scene", encoding="utf-8")
    job = submit(artist, {"Plugin": "Nuke"}, [str(aux)])
    assert farm.job(job)["aux"] == ["scene.txt"]


def test_a_submission_that_is_refused(farm, artist, tmp_path):
    """Deadline 212."""
    words = artist.files({"Name": "no plugin"}, {})
    status, out, err = artist.command(*words)
    assert status == 1 and "Plugin" in err and "JobID" not in out
    status, _, err = artist.command(words[0], words[1], str(tmp_path / "missing"))
    assert status == 1 and "Could not find file" in err
    assert farm.jobs() == []


def test_states_of_a_job(farm, artist, submit):
    job = submit(artist, {"Plugin": "Nuke"})
    for command, state in (("PendJob", "Pending"), ("ReleasePendingJob", "Active"),
                           ("SuspendJob", "Suspended"), ("ResumeJob", "Active"),
                           ("CompleteJob", "Completed"), ("RequeueJob", "Active"),
                           ("FailJob", "Failed")):
        assert artist.command(command, job) == (0, "", "")
        assert farm.job(job)["status"] == state, command
    assert artist.command("DeleteJob", job)[0] == 0 and farm.job(job) is None
    assert artist.command("SuspendJob", job)[0] == 1


def test_the_pending_scan_by_command(farm, artist, submit):
    """Deadline 83."""
    first = submit(artist, {"Plugin": "Nuke"})
    second = submit(artist, {"Plugin": "Nuke", "JobDependency0": first})
    assert artist.command("DoPendingJobScan")[1] == ""
    artist.command("CompleteJob", first)
    assert artist.command("DoPendingJobScan", "True")[1] == "Released %s\n" % second


def test_fields_of_a_job(farm, artist, submit):
    job = submit(artist, {"Plugin": "Nuke", "ExtraInfoKeyValue0": "a=b", "Frames": "1-2"})
    assert artist.command("SetJobSetting", job, "posttaskscript", "/x.py")[0] == 0
    assert artist.command("SetJobSetting", job, "Plugin", "Other")[0] == 1
    assert artist.command("SetJobExtraInfoKeyValue", job, "c", "d")[0] == 0
    assert artist.command("SetJobPluginInfoKeyValue", job, "Arguments", "y")[0] == 0
    assert artist.command("AddJobHistoryEntry", job, "seen")[0] == 0
    shown = artist.command("GetJob", job)[1]
    assert "JobPostTaskScript=/x.py\n" in shown and "a=b,c=d\n" in shown
    assert farm.job(job)["plugin_info"]["Arguments"] == "y"
    assert farm.history(job) == ["seen"]
    assert artist.command("GetJobIdsFilter", "Plugin=Nuke", "JobFrames=1-2")[1] == job + "\n"
    assert artist.command("GetJobIdsFilter", "Plugin=Maya")[1] == ""
    assert artist.command("GetJobIds")[1] == job + "\n"
    assert artist.command("GetJobTasks", job)[1].startswith("TaskId=0 TaskStatus=Queued ")


def test_the_files_of_a_submission_made_again(farm, artist, submit, tmp_path):
    """Deadline 57, 213."""
    first = submit(artist, {"Plugin": "Nuke", "Name": "Größe", "OutputFilename0": "/a/b.####.exr"})
    paths = [str(tmp_path / "info"), str(tmp_path / "plugin")]
    assert artist.command("GenerateSubmissionInfoFiles", first, *paths)[0] == 0
    status, out, _ = artist.command(*paths)
    second = farm.job(SUBMITTED.search(out).group(1))
    assert second["props"] == farm.job(first)["props"]
    assert second["plugin_info"] == farm.job(first)["plugin_info"]
