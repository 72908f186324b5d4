# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated web service (deadline 168, 169, 221), as its own process."""

import base64
import contextlib
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

SERVE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))), "serve")


class Web:
    def __init__(self, endpoint, **headers):
        self.endpoint = endpoint
        self.headers = headers

    def __call__(self, method, path, body=None):
        """(status, JSON or text)"""
        request = urllib.request.Request(
            "%s/api/%s" % (self.endpoint, path), method=method, headers=self.headers,
            data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read().decode())
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()


@contextlib.contextmanager
def served(farm, *options):
    farm.machine("web", user="webservice")
    process = subprocess.Popen([sys.executable, SERVE, "web", farm.folder, "web", *options],
                               stdout=subprocess.PIPE)
    try:
        yield Web(process.stdout.readline().decode().strip())
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


@pytest.fixture
def web(farm):
    with served(farm) as service:
        yield service


def test_a_posted_job_fires_its_event_on_this_host(farm, plugin, web):
    """Deadline 42: as the user of the service, on its machine."""
    plugin("Seen", "self.LogInfo(job.JobUserName + ' ' + job.JobName)")
    status, said = web("POST", "jobs", {
        "JobInfo": {"Plugin": "Nuke", "Name": "Größe", "Frames": "1-3", "Pool": "none"},
        "PluginInfo": {"Arguments": "x"}, "AuxFiles": [], "IdOnly": True})
    assert status == 200 and set(said) == {"_id"}
    job = farm.job(said["_id"])
    assert (job["props"]["UserName"], job["props"]["MachineName"]) == ("webservice", "web")
    assert farm.machines["web"].events() == [("OnJobSubmitted", "Seen", said["_id"])]
    assert "webservice Größe" in farm.machines["web"].log()
    assert job["plugin_info"] == {"Arguments": "x"}


@pytest.mark.parametrize("reload, seen", [("each", ["old", "new"]), ("once", ["old", "old"])])
def test_when_the_service_reads_a_plugin_anew(farm, plugin, web, reload, seen):
    """Deadline 29, 234: both ways."""
    farm.switch(plugin_reload=reload)
    for text in ("old", "new"):
        plugin("Seen", "self.LogInfo('this is ' + %r)" % text)
        assert web("POST", "jobs", {"JobInfo": {"Plugin": "Nuke"}, "PluginInfo": {}})[0] == 200
    assert re.findall("this is (.*)", farm.machines["web"].log()) == seen


def test_jobs_and_tasks_have_the_short_keys(farm, artist, web):
    """Deadline 71."""
    job = artist.submit({"Plugin": "Nuke", "Name": "n", "Frames": "1-2", "Group": "none",
                         "OutputFilename0": "/out/f.####.exr", "ExtraInfoKeyValue0": "a=b"}, {})
    (shown,) = web("GET", "jobs")[1]
    assert shown["_id"] == job and shown["Stat"] == 1 and shown["Plug"] == "Nuke"
    assert (shown["OutDir"], shown["OutFile"]) == (["/out"], ["f.####.exr"])
    assert shown["Props"]["ExDic"] == {"a": "b"} and shown["Props"]["Tasks"] == 2
    assert [task["Frames"] for task in web("GET", "tasks?JobID=" + job)[1]["Tasks"]] == ["1", "2"]
    assert web("GET", "jobs?IdOnly=true&States=Pending")[1] == []
    assert web("GET", "jobs?JobID=%s" % ("0" * 24)) == (200, [])


def test_a_job_is_changed_saved_and_deleted(farm, artist, web):
    job = artist.submit({"Plugin": "Nuke"}, {})
    assert web("PUT", "jobs", {"Command": "suspend", "JobID": job}) == (200, "Success")
    assert farm.job(job)["status"] == "Suspended"
    (shown,) = web("GET", "jobs?JobID=" + job)[1]
    shown["Props"].update(PoTskScrp="/mine.py")
    assert web("PUT", "jobs", {"Command": "save", "Job": shown})[0] == 200
    assert farm.job(job)["props"]["PostTaskScript"] == "/mine.py"
    assert web("PUT", "jobs", {"Command": "explode", "JobID": job})[0] == 400
    assert web("DELETE", "jobs?JobID=" + job)[0] == 200 and farm.job(job) is None


def test_jobs_that_wait_for_one_another(farm, web):
    one = {"JobInfo": {"Plugin": "Nuke"}, "PluginInfo": {}, "AuxFiles": []}
    assert web("POST", "jobs", {"Jobs": [one, one], "Dependent": "true"}) == (200, "Success")
    assert web("POST", "jobs", {"Jobs": [one, dict(one, DependsOnPrevious=True), one]})[0] == 200
    assert [job["status"] for job in farm.jobs()] == [
        "Active", "Pending", "Active", "Pending", "Active"]


def test_some_tasks_are_to_be_done_again(farm, artist, web):
    job = artist.submit({"Plugin": "Nuke", "Frames": "1-3"}, {})
    artist.do("complete", job)
    assert web("PUT", "tasks", {"Command": "requeue", "JobID": job, "TaskList": [1]})[0] == 200
    assert farm.statuses(job) == ["Completed", "Queued", "Completed"]
    assert web("PUT", "tasks", {"Command": "requeue", "JobID": job})[0] == 200
    assert farm.statuses(job) == ["Queued", "Queued", "Queued"]
    assert web("PUT", "tasks", {"Command": "dance", "JobID": job})[0] == 400


@pytest.mark.parametrize("body", [
    {}, {"JobInfo": {}, "PluginInfo": {}}, {"JobInfo": {"Plugin": "Nuke"}},
    {"JobInfo": {"Plugin": "x"}, "PluginInfo": {}, "AuxFiles": ["/none"]}])
def test_a_post_that_is_refused(farm, web, body):
    assert web("POST", "jobs", body)[0] == 400
    assert farm.jobs() == []


def test_paths_are_mapped_for_any_system_and_region(farm, web):
    """Deadline 141: one host tests the result in the cloud's region."""
    farm.define(regions=["aws"])
    farm.map_path("Z:\\assets\\", linux="/mnt/cache/", mac="/Volumes/a/", region="aws")
    asked = {"OS": "Linux", "Region": "aws", "Paths": ["Z:/assets/a", "/b"]}
    assert web("POST", "mappedpaths", asked) == (200, ["/mnt/cache/a", "/b"])
    assert web("POST", "mappedpaths", dict(asked, OS="Mac"))[1] == ["/Volumes/a/a", "/b"]
    assert web("POST", "mappedpaths", {"OS": "Linux", "Paths": ["Z:/assets/a"]})[1] == [
        "Z:/assets/a"]
    assert web("POST", "mappedpaths", {"OS": "BeOS", "Paths": []})[0] == 400


def test_the_repository_pools_groups_and_plugins(farm, web):
    """Deadline 7, 140."""
    farm.define(pools=["cloud"], groups=["linux"])
    farm.write_event_plugin("FileCacheHandler", "", "")
    assert web("GET", "repository?Directory=root")[1] == farm.repository
    assert web("GET", "repository?Directory=customevents")[1] == farm.repository + "/custom/events"
    assert web("GET", "repository?Directory=secret")[0] == 400
    assert web("GET", "pools")[1] == ["none", "cloud"]
    assert web("GET", "groups")[1] == ["none", "linux"]
    assert web("GET", "plugins?EventNames=true")[1] == ["FileCacheHandler"]
    assert web("GET", "limits")[0] == 404
    with urllib.request.urlopen(web.endpoint + "/", timeout=60) as answer:
        assert b"This is the Deadline web service" in answer.read()


def test_workers_and_reports(farm, artist, web):
    worker = farm.worker("cloud1", pools=["cloud"])
    job = artist.submit({"Plugin": "CommandLine"},
                        {"ShellExecute": "True", "Arguments": "echo seen; exit 3"})
    worker.step()
    (shown,) = web("GET", "slaves")[1]
    assert (shown["Info"]["Name"], shown["Settings"]["Pools"]) == ("cloud1", ["cloud"])
    assert web("GET", "slaves?NamesOnly=true")[1] == ["cloud1"]
    assert web("GET", "slaves?Name=cloud2&Data=info")[1] == []
    assert web("GET", "slaves?Data=everything")[0] == 400
    (report,) = web("GET", "jobreports?JobID=" + job)[1]
    assert (report["Type"], report["Slave"]) == (1, "cloud1")
    (text,) = web("GET", "taskreports?JobID=%s&TaskID=0&Data=allcontents" % job)[1]
    assert "STDOUT: seen" in text
    assert web("GET", "taskreports?JobID=%s&TaskID=1" % job)[1] == []
    assert len(web("GET", "jobreports?JobID=%s&Data=error" % job)[1]) == 1
    assert web("GET", "jobreports?JobID=%s&Data=log" % job)[1] == []
    assert web("GET", "jobreports?JobID=%s" % ("0" * 24))[0] == 404


def test_authentication_where_it_is_asked_for(farm):
    with served(farm, "--user", "me", "--password", "pass:word") as web:
        assert web("GET", "pools")[0] == 401
        for words, status in (("me:pass:word", 200), ("me:wrong", 401), ("", 401)):
            web.headers["Authorization"] = "Basic " + base64.b64encode(words.encode()).decode()
            assert web("GET", "pools")[0] == status
