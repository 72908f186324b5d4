# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which worker takes which task: deadline 64, 105, 111, 216 and field reports D11, D29."""

import pytest


def job(artist, name="job", **info):
    return artist.submit(dict({"Plugin": "X", "Name": name}, **info), {})


def order(farm, worker):
    """Names of the jobs in the order in which the worker takes them."""
    return [farm.job(end["job"])["props"]["Name"] for end in worker.work()]


def test_pools_and_groups(farm, artist):
    farm.define(pools=["cloud", "onprem"], groups=["linux"])
    cloud = farm.worker("cloud1", pools=["Cloud"], groups=["linux"])
    onprem = farm.worker("onprem1", pools=["onprem"])
    for name, info in (("a", {"Pool": "cloud"}), ("b", {"Pool": "onprem"}),
                       ("c", {"Pool": "onprem", "SecondaryPool": "cloud"}),
                       ("d", {"Pool": "cloud", "Group": "Linux"}),
                       ("e", {"Pool": "onprem", "Group": "linux"})):
        job(artist, name, **info)
    assert order(farm, cloud) == ["a", "c", "d"]
    assert order(farm, onprem) == ["b"]


def test_anybody_takes_what_has_no_pool(farm, artist):
    job(artist)
    assert order(farm, farm.worker("lonely")) == ["job"]


def test_order_is_pool_priority_age(farm, artist):
    farm.define(pools=["first", "second"])
    worker = farm.worker("worker", pools=["first", "second"])
    for name, pool, priority in (("a", "none", 90), ("b", "second", 80), ("c", "first", 10),
                                 ("d", "first", 50), ("e", "first", 50)):
        job(artist, name, Pool=pool, Priority=str(priority))
    assert order(farm, worker) == ["d", "e", "c", "b", "a"]


@pytest.mark.parametrize("info, takers", [
    ({"Allowlist": "One"}, ["one"]), ({"Whitelist": "one,two"}, ["one", "two"]),
    ({"Denylist": "one"}, ["two"]), ({"Blacklist": "two"}, ["one"]), ({"Allowlist": ""},
                                                                      ["one", "two"])])
def test_lists_of_workers(farm, artist, info, takers):
    """Row 64."""
    found = []
    for name in ("one", "two"):
        other = job(artist, **info)
        if farm.worker(name).step():
            found.append(name)
        artist.do("delete", other)
    assert found == takers


def test_limits_and_machine_limits(farm, artist, wait_for):
    """A worker that renders holds a limit once, however many tasks it has."""
    farm.define(limits={"Cache": 1})
    workers = [farm.worker(name) for name in ("one", "two")]
    for info in ({"LimitGroups": "cache"}, {"MachineLimit": "1"}):
        script = {"ShellExecute": "True", "Arguments": "sleep 60"}
        busy = artist.submit(dict({"Plugin": "CommandLine", "Frames": "1-3",
                                   "ConcurrentTasks": "2"}, **info), script)
        running = workers[0].begin(most=2)
        wait_for(lambda now=busy: farm.statuses(now).count("Rendering") == 2)
        assert workers[1].step() == []
        artist.do("suspend", busy)
        assert [end["outcome"] for end in running.wait().result] == ["cancelled", "cancelled"]
        artist.do("delete", busy)


@pytest.mark.parametrize("info, cpus, taken", [
    ({}, 4, 1), ({"ConcurrentTasks": "3"}, 4, 3), ({"ConcurrentTasks": "3"}, 2, 2),
    ({"ConcurrentTasks": "3", "LimitConcurrentTasksToNumberOfCpus": "False"}, 2, 3)])
def test_concurrent_tasks(farm, artist, info, cpus, taken):
    worker = farm.worker("worker", cpus=cpus)
    job(artist, Frames="1-5", **info)
    job(artist, "other")
    assert len(worker.step(most=5)) == taken


def test_a_worker_that_fails_too_often_takes_no_more(farm, artist):
    """Bad workers: five errors, unless the job ignores it."""
    one, two = farm.worker("one"), farm.worker("two")
    bad = artist.submit({"Plugin": "X"}, {"FarmFails": "True"})
    assert len(one.work()) == 5 and len(two.work()) == 5
    artist.do("delete", bad)
    artist.submit({"Plugin": "X", "IgnoreBadJobDetection": "True"}, {"FarmFails": "True"})
    assert len([one.step() for _ in range(7)]) == 7 and all(one.step() for _ in range(2))


@pytest.mark.parametrize("info, errors, status", [
    ({}, 100, "Active"),
    ({"OverrideJobFailureDetection": "True", "FailureDetectionJobErrors": "2"}, 2, "Failed"),
    ({"OverrideTaskFailureDetection": "True", "FailureDetectionTaskErrors": "3"}, 3, "Failed"),
])
def test_failure_detection(farm, artist, info, errors, status):
    """Row 69."""
    farm.switch(worker_errors=0, task_errors=0, job_errors=0)
    worker = farm.worker("worker")
    bad = artist.submit(dict({"Plugin": "X"}, **info), {"FarmFails": "True"})
    for _ in range(min(errors, 4)):
        assert [end["outcome"] for end in worker.step()] == ["failed"]
    assert farm.job(bad)["status"] == status
    assert farm.tasks(bad)[0]["errors"] == min(errors, 4)
    assert farm.reports(bad, "error")[0]["title"] == "the renderer failed"


def test_a_tile_job_has_no_frames_line(farm, artist, worker, tmp_path):
    """D11: a task for each tile; nobody writes the assembled name."""
    info = {"Plugin": "X", "TileJob": "True", "TileJobTilesInX": "2", "TileJobTilesInY": "2",
            "TileJobFrame": "12", "OutputFilename0": str(tmp_path) + "/out/b.####.exr"}
    for tile in range(4):
        info["OutputFilename0Tile%d" % tile] = "b._tile%d_12.exr" % tile
    tiles = artist.submit(info, {})
    assert [task["frames"] for task in farm.tasks(tiles)] == [[12]] * 4
    worker.work()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "b._tile%d_12.exr" % tile for tile in range(4)]
    farm.switch(tile_frames="tile")
    again = artist.submit(info, {})
    assert [task["frames"] for task in farm.tasks(again)] == [[0], [1], [2], [3]]


def test_the_artist_changes_the_frames(farm, artist, worker):
    """D29: 1-3 becomes 2-5 while it renders; then one more is appended to the ended job."""
    render = job(artist, Frames="1-3")
    worker.step()
    worker.step()
    artist.do("recut", render, "2-5", 1)
    assert [(task["frames"], task["status"]) for task in farm.tasks(render)] == [
        ([2], "Completed"), ([3], "Queued"), ([4], "Queued"), ([5], "Queued")]
    worker.work()
    assert farm.job(render)["status"] == "Completed"
    artist.do("recut", render, "2-5,20", 1)
    assert farm.job(render)["status"] == "Active"
    assert [end["task"] for end in worker.work()] == ["4"]


def test_a_task_in_hand_that_gets_another_number_is_given_up(farm, artist, worker, wait_for):
    """D29: the frame list changes in front of the frame that renders."""
    render = artist.submit({"Plugin": "CommandLine", "Frames": "5"},
                           {"ShellExecute": "True", "Arguments": "sleep 300"})
    running = worker.begin()
    wait_for(lambda: farm.statuses(render) == ["Rendering"])
    artist.do("recut", render, "4-5", 1)
    assert running.wait().result[0]["outcome"] == "cancelled"
    assert farm.statuses(render) == ["Queued", "Queued"]


def test_a_disabled_worker_takes_nothing(farm, artist):
    worker = farm.worker("worker", enabled=False)
    job(artist)
    assert worker.step() == []
    assert artist.python("from Deadline.Scripting import RepositoryUtils\n"
                         "result = [entry.Info.SlaveState for entry in "
                         "RepositoryUtils.GetSlaveInfoSettings(True)]") == ["Disabled"]
