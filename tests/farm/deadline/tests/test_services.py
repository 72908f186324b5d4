# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers and Pulse without a driver, and other programs that tests of the farm use."""

import os
import signal
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@pytest.fixture
def service(farm):
    """service(kind, machine, *options): a process of `serve`, ended after the test."""
    running = []

    def start(*words):
        command = [sys.executable, HERE + "/serve", words[0], farm.folder] + list(words[1:])
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                        start_new_session=True))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_workers_and_pulse_run_by_themselves(farm, artist, service, wait_for):
    for name in ("one", "two"):
        farm.worker(name)
        service("worker", name, "--poll", "0.1")
    farm.machine("pulse", user="deadline")
    service("pulse", "pulse", "--poll", "0.1")
    first = artist.submit({"Plugin": "X", "Frames": "1-20"}, {})
    job = artist.submit({"Plugin": "X", "JobDependencies": first}, {})
    wait_for(lambda: farm.job(job)["status"] == "Completed")
    done = [report["task"] for report in farm.reports(first)]
    assert sorted(map(int, done)) == list(range(20))  # each once, whoever took it


def test_a_worker_brings_its_task_to_an_end_when_it_is_stopped(farm, artist, service, wait_for):
    farm.worker("one")
    worker = service("worker", "one", "--poll", "0.1")
    job = artist.submit({"Plugin": "CommandLine", "Frames": "1-2"},
                        {"ShellExecute": "True", "Arguments": "sleep 1"})
    wait_for(lambda: "Rendering" in farm.statuses(job))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert farm.statuses(job) == ["Completed", "Queued"]
    assert farm.database.get("workers", "one")["state"] == "Offline"


def test_a_worker_that_is_not_heard_of_loses_its_task(farm, artist, service, wait_for):
    farm.worker("one")
    worker = service("worker", "one", "--poll", "0.1")
    job = artist.submit({"Plugin": "CommandLine"},
                        {"ShellExecute": "True", "Arguments": "sleep 300"})
    wait_for(lambda: farm.statuses(job) == ["Rendering"])
    os.killpg(worker.pid, signal.SIGKILL)
    farm.machine("pulse", user="deadline")
    service("pulse", "pulse", "--poll", "0.1", "--stalled-after", "3")
    wait_for(lambda: farm.statuses(job) == ["Queued"])
    assert farm.database.get("workers", "one")["state"] == "Stalled"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root for a mount namespace")
def test_a_machine_that_sees_the_farm_elsewhere(farm, artist, tmp_path):
    """As in a container: by a bind mount, with words before the command."""
    (tmp_path / "seen").mkdir()
    script = 'mount --bind "%s" "%s" && exec "$@"' % (farm.folder, tmp_path / "seen")
    away = farm.worker("away", prefix=("unshare", "-m", "sh", "-c", script, "sh"),
                       folder=str(tmp_path / "seen"))
    job = artist.submit({"Plugin": "CommandLine"}, {"ShellExecute": "True", "Arguments": "pwd"})
    assert away.step()[0]["outcome"] == "completed"
    assert "STDOUT: %s/seen/machines/away" % tmp_path in farm.reports(job)[0]["text"]


def test_deadlinecommandbg_answers_by_files(farm, artist):
    """Row 106a: the same files for all calls of a user."""
    assert subprocess.run([artist.deadlinecommand + "bg", "GetPoolNames"], stdout=subprocess.PIPE,
                          check=True).stdout == b""
    temp = artist.python("from Deadline.Scripting import ClientUtils\n"
                         "result = ClientUtils.GetDeadlineTempPath()")
    with open(temp + "/dsubmitoutput.txt") as stream:
        assert stream.read().split() == ["none"]
    with open(temp + "/dsubmitexitcode.txt") as stream:
        assert stream.read() == "0"


def test_event_plugins_of_others_are_tried_by_a_tool(tmp_path):
    from texts import LISTENER, PARAM, SUBSCRIBE, indented
    for name, body in (("Good", "self.LogInfo('x')"), ("Bad", "raise ValueError('no')")):
        (tmp_path / name).mkdir()
        (tmp_path / name / (name + ".py")).write_text(LISTENER % (indented(SUBSCRIBE), body))
        (tmp_path / name / (name + ".param")).write_text(PARAM)
    done = subprocess.run([HERE + "/samples", str(tmp_path)], stdout=subprocess.PIPE, check=True)
    lines = done.stdout.decode().splitlines()
    assert lines[0].split() == ["raised", "Bad", "OnJobSubmitted", "1"]
    assert lines[1].strip() == "no" and lines[2].split() == ["ok", "Good", "OnJobSubmitted", "1"]
    assert lines[3] == "1 of 2 raised nothing"
