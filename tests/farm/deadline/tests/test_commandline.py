# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CommandLine render plugin: row 72, and 76-79, 217."""

import os

import pytest


@pytest.fixture
def run(farm, artist, worker):
    """run(arguments, aux=[], **plugin info) -> (outcome, text of the report)"""

    def one(arguments, aux=(), frames="1", **info):
        job = artist.submit({"Plugin": "CommandLine", "Frames": frames, "ChunkSize": "5"},
                            dict({"Arguments": arguments, "ShellExecute": "True"}, **info), aux)
        ends = worker.step()
        return ends[0]["outcome"], farm.reports(job)[-1]["text"]

    return one


@pytest.mark.parametrize("arguments, said", [
    ("echo <STARTFRAME>/<ENDFRAME>", "3/5"),
    ("echo <STARTFRAME%4> <endframe%6>", "0003 000005"),
    ("echo <QUOTE>a  b<QUOTE>", "a  b"),
    ("echo \u201ca  b\u201d", "a  b"),
    ("echo '$HOME `id` \\'", "$HOME `id` \\"),
    ("echo one; echo two >&2", "two"),
])
def test_tokens_and_quotes(run, arguments, said):
    outcome, text = run(arguments, frames="3-5")
    assert outcome == "completed" and ": STDOUT: %s\n" % said in text


def test_an_auxiliary_file_is_there_and_can_be_stdin(run, tmp_path):
    """The design's `assets` scope: `--from - -0 < "<AUXFILE0>"`."""
    names = tmp_path / "names of job"
    names.write_bytes(b"a\0b\0")
    outcome, text = run('tr "\\\\0" "," < "<AUXFILE0>"', [str(names)])
    assert outcome == "completed" and "STDOUT: a,b," in text
    assert "<AUXFILE1>" in run("echo '<AUXFILE1>'", [str(names)])[1]


def test_arguments_are_mapped_as_a_whole(farm, run):
    """Row 78, both ways."""
    farm.map_path("Z:\\a\\", linux="/cache/")
    assert "STDOUT: /cache/x" in run("echo 'Z:/a/x'")[1]
    farm.switch(map_arguments=False)
    assert "STDOUT: Z:/a/x" in run("echo 'Z:/a/x'")[1]


def test_the_exit_status_is_the_only_sign(run):
    assert run("false; true")[0] == "completed"
    outcome, text = run("echo before; exit 3")
    assert outcome == "failed" and "non-zero exit code: 3" in text and "STDOUT: before" in text


def test_nothing_is_heard_without_the_shell(run, tmp_path):
    outcome, text = run('-c "echo said; echo x > %s/made"' % tmp_path, Executable="/bin/sh",
                        ShellExecute="False")
    assert outcome == "completed" and "STDOUT" not in text and (tmp_path / "made").exists()
    assert run("", Executable="/no/such/program", ShellExecute="False")[0] == "failed"


def test_which_shell(run):
    assert "STDOUT: sh" in run("echo ${0##*/}", Shell="sh")[1]
    assert "/bin/bash -c" in run("true", Shell="bash")[1]


def test_the_folder_it_starts_in(run, tmp_path):
    assert "STDOUT: %s" % tmp_path in run("pwd", StartupDirectory=str(tmp_path))[1]
    assert run("pwd", StartupDirectory="/no/such/folder")[0] == "failed"


def test_progress_reaches_the_monitor(farm, artist, worker, tmp_path, wait_for):
    gate = str(tmp_path / "gate")
    job = artist.submit({"Plugin": "CommandLine"}, {
        "ShellExecute": "True",
        "Arguments": "echo 'Progress: 42%%'; while [ ! -e '%s' ]; do sleep 0.1; done" % gate})
    running = worker.begin()
    wait_for(lambda: farm.tasks(job)[0]["progress"] == 42)
    open(gate, "w").close()
    running.wait()
    assert farm.tasks(job)[0]["progress"] == 100


def lives(number):
    """Whether a process is there and no zombie."""
    try:
        with open("/proc/%s/stat" % number) as stream:
            return stream.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


TREE = "sleep 300 & echo $! > '{0}/child'; sh -c 'echo $$ > {0}/shell; sleep 300; true'"


@pytest.mark.parametrize("verb, after", [("suspend", "Suspended"), ("requeue", "Queued"),
                                         ("pend", "Pending"), ("fail", "Failed"),
                                         ("delete", None)])
def test_the_whole_tree_ends_when_the_task_is_taken_away(farm, artist, worker, tmp_path, wait_for,
                                                         verb, after):
    job = artist.submit({"Plugin": "CommandLine"}, {"ShellExecute": "True",
                                                    "Arguments": TREE.format(tmp_path)})
    running = worker.begin()
    wait_for(lambda: (tmp_path / "shell").exists() and (tmp_path / "shell").read_text().strip())
    numbers = [(tmp_path / name).read_text().strip() for name in ("child", "shell")]
    assert all(map(lives, numbers))
    artist.do(verb, job)
    assert running.wait().result[0]["outcome"] == "cancelled"
    wait_for(lambda: not any(map(lives, numbers)))
    assert farm.statuses(job) == ([after] if after else [])


def test_a_machine_that_loses_its_power_leaves_nothing(farm, artist, worker, tmp_path, wait_for):
    job = artist.submit({"Plugin": "CommandLine"}, {"ShellExecute": "True",
                                                    "Arguments": TREE.format(tmp_path)})
    worker.begin()
    wait_for(lambda: (tmp_path / "shell").exists() and (tmp_path / "shell").read_text().strip())
    worker.kill()
    wait_for(lambda: not any(lives((tmp_path / name).read_text().strip())
                             for name in ("child", "shell")))
    assert farm.statuses(job) == ["Rendering"]


@pytest.mark.parametrize("wish, status, errors", [
    ("Error", "Queued", 1), ("Notify", "Completed", 0), ("Complete", "Completed", 0)])
def test_a_task_that_takes_too_long(farm, artist, worker, wish, status, errors):
    """Row 69."""
    job = artist.submit({"Plugin": "CommandLine", "TaskTimeoutSeconds": "1",
                         "OnTaskTimeout": wish},
                        {"ShellExecute": "True",
                         "Arguments": "sleep %d" % (2 if wish == "Notify" else 300)})
    worker.step()
    assert farm.statuses(job) == [status] and farm.job(job)["errors"] == errors


def test_a_windows_worker_knows_no_sudo(farm, artist):
    """Row 72: a helper that reaches a Windows worker is an error there."""
    windows = farm.worker("win", os="windows")
    job = artist.submit({"Plugin": "CommandLine"}, {"ShellExecute": "True",
                                                    "Arguments": "sudo -n /opt/x"})
    assert windows.step()[0]["outcome"] == "failed"
    assert "'sudo' is not recognized" in farm.reports(job, "error")[0]["title"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to start a worker as another user")
def test_a_worker_of_another_user(farm, artist, tmp_path, wait_for):
    """Row 80: helpers and scripts run as the worker's user."""
    place = tmp_path / "place"
    place.mkdir()
    place.chmod(0o777)
    for parent in list(tmp_path.parents)[:3] + [tmp_path]:
        parent.chmod(parent.stat().st_mode | 0o055)
    worker = farm.worker("user", uid=65534, python="/usr/bin/python3")
    job = artist.submit({"Plugin": "CommandLine"}, {
        "ShellExecute": "True", "Arguments": "id -u > '%s/uid'; echo $$ > '%s/shell'; sleep 300"
                                             % (place, place)})
    running = worker.begin()
    wait_for(lambda: (place / "shell").exists() and (place / "shell").read_text().strip())
    assert (place / "uid").read_text().strip() == "65534"
    artist.do("suspend", job)
    assert running.wait().result[0]["outcome"] == "cancelled"
    wait_for(lambda: not lives((place / "shell").read_text().strip()))
