# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes side by side, step by step, and what breaks in between: deadline 52, 82, 215."""

import pytest
from deadline_farm.session import MachineError

JOB = {"Plugin": "X"}
TWO_CALLS = "RepositoryUtils.GetJob(job.JobId, True)\nself.AddMetaDataEntry(job.JobName, 'x')"


def test_a_submission_stands_before_each_call(farm, plugin, artist):
    plugin("Calls", TWO_CALLS)
    run = artist.submit_stepped(dict(JOB, Name="a"), {})
    assert run.next_call() == "GetJob"
    assert len(farm.jobs()) == 1 and farm.metadata("Calls") == {}
    run.go()
    assert run.next_call() == "AddMetaDataEntry" and farm.metadata("Calls") == {}
    run.go()
    assert run.next_call() is None
    assert farm.metadata("Calls") == {"a": "x"} and run.wait().result == farm.jobs()[0]["id"]
    assert artist.calls() == ["GetJob", "AddMetaDataEntry"]


def test_a_call_fails(farm, plugin, artist):
    """The submission itself goes through: Deadline logs what a plugin raises."""
    plugin("Calls", TWO_CALLS)
    run = artist.submit_stepped(JOB, {})
    run.next_call()
    run.fail("the database is away")
    assert run.wait().result and artist.event_errors() == ["the database is away"]


def test_the_submitter_dies(farm, plugin, artist):
    plugin("Calls", TWO_CALLS)
    run = artist.submit_stepped(JOB, {})
    run.next_call()
    run.go()
    run.next_call()
    run.kill()
    assert farm.jobs()[0]["status"] == "Active" and farm.metadata("Calls") == {}


def test_two_submissions_in_any_order(farm, plugin):
    plugin("Calls", TWO_CALLS)
    one, two = (farm.machine(name).submit_stepped(dict(JOB, Name=name), {})
                for name in ("one", "two"))
    for run in (one, two, two, one):
        run.next_call()
        run.go()
    assert [farm.job(run.wait().result)["props"]["Name"] for run in (one, two)] == ["one", "two"]
    assert set(farm.metadata("Calls")) == {"one", "two"}


def test_a_farm_that_is_closed_leaves_no_process(farm, plugin, artist, worker):
    """Neither a submission that stands, nor a worker in the midst of a task."""
    plugin("Calls", TWO_CALLS)
    artist.submit({"Plugin": "CommandLine", "SuppressEvents": "True"},
                  {"ShellExecute": "True", "Arguments": "sleep 300"})
    runs = [worker.begin(), artist.submit_stepped(JOB, {})]
    runs[1].next_call()
    farm.close()
    assert [run.session.process.poll() is not None for run in runs] == [True, True]


def test_what_a_machine_cannot_do_is_an_error_with_its_output(farm, artist):
    with pytest.raises(MachineError) as caught:
        artist.python("print('before')\nraise ValueError('why')")
    assert caught.value.text == "ValueError: why" and "before" in caught.value.output


def test_scripts_run_on_a_machine(farm, artist, tmp_path):
    """Row 132: __main__ gets the words, __file__ is there."""
    script = tmp_path / "script.py"
    script.write_text("def __main__(*args):\n    print('to stdout')\n"
                      "    return [__file__] + list(args)\n")
    answer = artist.script(str(script), "a", "b")
    assert answer.result == [str(script), "a", "b"] and "to stdout" in answer.output


MENU = """
from Deadline.Scripting import MonitorUtils, RepositoryUtils
from DeadlineUI.Controls.Scripting.DeadlineScriptDialog import DeadlineScriptDialog


def __main__(*args):
    dialog = DeadlineScriptDialog()
    dialog.SetTitle("Comment")
    dialog.AddGrid()
    dialog.AddComboControlToGrid("Word", "ComboControl", "good", ["good", "bad"], 0, 0)
    dialog.EndGrid()

    def save():
        for job in MonitorUtils.GetSelectedJobs():
            job.JobComment = dialog.GetValue("Word")
            RepositoryUtils.SaveJob(job)
        dialog.ShowMessageBox("saved", "Done")

    button = dialog.AddControlToGrid("Save", "ButtonControl", "Save", 0, 0, expand=False)
    button.ValueModified.connect(save)
    button = dialog.AddControlToGrid("Close", "ButtonControl", "Close", 0, 1, expand=False)
    button.ValueModified.connect(dialog.closeEvent)
    dialog.ShowDialog(True)
"""


def test_scripts_of_the_monitors_menus(farm, artist, tmp_path):
    """A person selects jobs, chooses in the dialog, clicks; nothing happens once it is closed."""
    (tmp_path / "menu.py").write_text(MENU)
    one, two = (artist.submit(JOB, {}) for _ in range(2))
    clicks = ["Save", "Close", "Save"]
    assert artist.menu(str(tmp_path / "menu.py"), [two], {"Word": "bad"}, clicks) == ["saved"]
    assert [farm.job(job)["props"]["Comment"] for job in (one, two)] == ["", "bad"]
    with pytest.raises(MachineError, match="has no item"):
        artist.menu(str(tmp_path / "menu.py"), [one], {"Word": "ugly"})


def test_history_and_reports_can_be_read(farm, artist, worker):
    job = artist.submit(JOB, {})
    worker.step()
    assert artist.python("""
from Deadline.Scripting import RepositoryUtils
RepositoryUtils.AddJobHistoryEntry(args[0], "saved 3 files")
reports = RepositoryUtils.GetJobReports(args[0])
first = reports.GetLogReports()[0]
result = [len(reports.GetErrorReports()), first.ReportTaskID, first.ReportType,
          "worker" in RepositoryUtils.GetJobReportLog(first), len(reports.GetAllReports()),
          len(reports.GetTaskLogReports("1"))]""", job) == [0, "0", "LogReport", True, 1, 0]
    assert farm.history(job) == ["saved 3 files"]


def test_a_farm_is_found_again(farm, artist):
    job = artist.submit(JOB, {})
    other = type(farm).find(farm.folder)
    assert other.job(job)["id"] == job
    other.close()


def test_switches_are_known_ones(farm):
    for values in ({"no_such": 1}, {"map_scripts": "maybe"}):
        with pytest.raises(ValueError):
            farm.switch(**values)
    with pytest.raises(TypeError):
        farm.machine("x", colour="red")
