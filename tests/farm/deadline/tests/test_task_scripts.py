# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts around tasks and jobs, and workers that die: deadline 107-119, 218, 233."""

import pytest

RECORD = '''
def __main__(deadlinePlugin, *args):
    task = deadlinePlugin.GetCurrentTask()
    deadlinePlugin.LogInfo("%%s|%%s|%%s|%%s" %% (args[0], list(task.TaskFrameList),
                           deadlinePlugin.GetJob().JobName, deadlinePlugin.GetSlaveName()))
    %s
'''


@pytest.fixture
def script(tmp_path):
    """script(body) -> its path"""

    def make(body="pass", name="script.py"):
        (tmp_path / name).write_text(RECORD % body)
        return str(tmp_path / name)

    return make


def submit(artist, plugin_info=None, **info):
    return artist.submit(dict({"Plugin": "X", "Name": "job"}, **info), plugin_info or {})


def test_around_every_task(farm, artist, worker, script):
    """Rows 107, 108, 111: the kind is named, the task has its frames."""
    path = script()
    job = submit(artist, Frames="1-4", ChunkSize="2", PreTaskScript=path, PostTaskScript=path)
    worker.work()
    texts = [report["text"] for report in farm.reports(job)]
    for text, frames in zip(texts, ("[1, 2]", "[3, 4]")):
        assert text.index("pre task|%s|job|worker" % frames) < text.index("post task|%s" % frames)


def test_around_the_job(farm, artist, worker, script):
    """Row 107: tasks of their own, first and last."""
    path = script()
    job = submit(artist, Frames="1-2", PreJobScript=path, PostJobScript=path)
    assert [end["task"] for end in worker.work()] == ["pre", "0", "1", "post"]
    assert "pre job|[]" in farm.reports(job)[0]["text"]
    assert farm.job(job)["status"] == "Completed"


def test_nothing_runs_after_a_task_that_failed(farm, artist, worker, script):
    """Row 112."""
    job = submit(artist, {"FarmFails": "True"}, PostTaskScript=script())
    worker.step()
    assert "post task" not in farm.reports(job)[0]["text"]


@pytest.mark.parametrize("body, words", [
    ("deadlinePlugin.FailRender('not saved')", "not saved"), ("raise ValueError('oh')", "oh"),
    ("import sibling_of_mine", "sibling_of_mine"), ("raise SystemExit(3)", "3")])
def test_a_script_that_fails_makes_the_frame_render_again(farm, artist, worker, script, body,
                                                          words):
    """Rows 112 and 113."""
    job = submit(artist, PostTaskScript=script(body))
    assert worker.step()[0]["outcome"] == "failed"
    assert farm.statuses(job) == ["Queued"] and farm.tasks(job)[0]["errors"] == 1
    assert words in farm.reports(job, "error")[0]["title"]


@pytest.mark.parametrize("text", [None, "x = 1\n"])
def test_a_script_that_is_missing_is_an_error(farm, artist, worker, tmp_path, text):
    """Row 116."""
    if text:
        (tmp_path / "gone.py").write_text(text)
    submit(artist, PostTaskScript=str(tmp_path / "gone.py"))
    assert worker.step()[0]["outcome"] == "failed"


@pytest.mark.parametrize("maps, outcome", [(True, "completed"), (False, "failed")])
def test_script_paths_are_mapped_or_not(farm, artist, worker, script, tmp_path, maps, outcome):
    """Rows 115 and 233: not known, so both ways."""
    script()
    farm.map_path("Z:\\", linux=str(tmp_path) + "/")
    farm.switch(map_scripts=maps)
    submit(artist, PostTaskScript="Z:\\script.py")
    assert worker.step()[0]["outcome"] == outcome


def test_a_script_finds_its_folder_itself(farm, artist, worker, script, tmp_path):
    """Row 11: __file__ is there, siblings are not on sys.path."""
    (tmp_path / "helper_module.py").write_text("VALUE = 7\n")
    path = script("import os, sys\n    sys.path.insert(0, os.path.dirname(__file__))\n"
                  "    import helper_module\n    deadlinePlugin.LogInfo(str(helper_module.VALUE))")
    job = submit(artist, PostTaskScript=path)
    assert worker.step()[0]["outcome"] == "completed"
    assert "INFO: 7" in farm.reports(job)[0]["text"]


def test_each_worker_runs_it_on_its_own_system(farm, artist, script, tmp_path):
    """Rows 115 and 218: the same job on a cloud, an on-premises and a Windows worker."""
    path = script("""import os
    from Deadline.Scripting import RepositoryUtils
    deadlinePlugin.LogInfo(os.path.__name__ + ' ' + RepositoryUtils.CheckPathMapping('Z:/a/x'))""")
    farm.define(regions=["aws"])
    farm.map_path("Z:\\a\\", linux="/cache/a/", region="aws")
    farm.map_path("Z:\\a\\", linux="/nfs/a/")
    job = submit(artist, Frames="1-3", PostTaskScript=path)
    for worker in (farm.worker("cloud", region="aws"), farm.worker("onprem"),
                   farm.worker("win", os="windows", mounts={str(tmp_path): str(tmp_path)})):
        assert worker.step()[0]["outcome"] == "completed"
    said = [report["text"] for report in farm.reports(job)]
    assert ["posixpath /cache/a/x" in said[0], "posixpath /nfs/a/x" in said[1],
            "ntpath Z:/a/x" in said[2]] == [True, True, True]


def test_a_windows_worker_renders_and_runs_scripts(farm, artist, tmp_path):
    """Row 218: it takes tasks of the same job, with its own drives."""
    (tmp_path / "nas").mkdir()
    (tmp_path / "nas" / "Post.py").write_text(RECORD % (
        "import os\n    deadlinePlugin.LogInfo('%d' % os.path.getsize('z:/Out/f.0007.exr'))"))
    job = submit(artist, Frames="7", OutputFilename0="/mnt/nas/out/f.####.exr",
                 PostTaskScript="/mnt/nas/post.py")
    farm.map_path("/mnt/nas/", windows="Z:\\")
    assert farm.worker("win", os="windows", mounts={"Z:": str(tmp_path / "nas")}).step()[0][
        "outcome"] == "completed"
    size = (tmp_path / "nas" / "out" / "f.0007.exr").stat().st_size
    assert "INFO: %d\n" % size in farm.reports(job)[0]["text"]


def test_a_sandbox_stays_for_the_next_task_of_its_job(farm, artist, worker, script):
    """Row 109: what a script leaves behind in the process is there for the next one."""
    path = script("import sys\n    sys.left = getattr(sys, 'left', 0) + 1\n"
                  "    deadlinePlugin.LogInfo('left %d' % sys.left)")
    first = submit(artist, Frames="1-2", PostTaskScript=path)
    second = submit(artist, PostTaskScript=path)
    worker.work()
    assert "left 2" in farm.reports(first)[1]["text"]
    assert "left 1" in farm.reports(second)[0]["text"]


def test_once_for_each_task_also_side_by_side(farm, artist, worker, script):
    """D14: three concurrent tasks on one worker."""
    job = submit(artist, Frames="1-3", ConcurrentTasks="3", PostTaskScript=script())
    assert len(worker.step(most=3)) == 3
    assert sorted(report["text"].count("post task|") for report in farm.reports(job)) == [1, 1, 1]


def test_the_jobs_environment_is_there(farm, artist, worker, script):
    job = submit(artist, EnvironmentKeyValue0="RENDER_ENGINE=x y",
                 PostTaskScript=script("import os\n    deadlinePlugin.LogInfo("
                                       "os.environ['RENDER_ENGINE'])"))
    worker.step()
    assert "INFO: x y" in farm.reports(job)[0]["text"]


@pytest.mark.parametrize("scripts_too, outcome", [("True", "failed"), ("False", "completed")])
def test_timeouts_reach_scripts_only_when_told(farm, artist, worker, script, scripts_too, outcome):
    """Row 114."""
    submit(artist, TaskTimeoutSeconds="1", EnableTimeoutsForScriptTasks=scripts_too,
           PostTaskScript=script("import time\n    time.sleep(2)"))
    assert worker.step()[0]["outcome"] == outcome


def test_a_hook_before_every_job(farm, artist, worker):
    """Row 109a."""
    with open(farm.repository + "/custom/plugins/GlobalJobPreLoad.py", "w") as stream:
        stream.write("def __main__(plugin):\n    plugin.LogInfo('preload')\n")
    job = submit(artist)
    worker.step()
    assert "INFO: preload" in farm.reports(job)[0]["text"]


@pytest.mark.parametrize("stage", ["pre task", "render", "post task"])
def test_a_worker_dies_and_its_task_is_rendered_by_another(farm, artist, script, tmp_path, stage):
    """The machine is gone at that stage; house cleaning requeues the task."""
    path = script()
    job = submit(artist, PreTaskScript=path, PostTaskScript=path,
                 OutputFilename0=str(tmp_path / "out" / "f.####.exr"))
    lost = farm.worker("lost")
    assert lost.step(die_at=stage) == []
    assert farm.statuses(job) == ["Rendering"]
    assert (tmp_path / "out" / "f.0000.exr").exists() == (stage == "post task")
    farm.pulse.house_cleaning(stalled=["lost"])
    assert farm.statuses(job) == ["Queued"]
    assert farm.worker("other").step()[0]["outcome"] == "completed"


def test_another_tool_replaces_the_script(farm, artist, worker, script):
    """D14: between two tasks."""
    job = submit(artist, Frames="1-2", PostTaskScript=script("deadlinePlugin.LogInfo('ours')"))
    worker.step()
    farm.save_job(job, PostTaskScript=script("deadlinePlugin.LogInfo('theirs')", "other.py"))
    worker.step()
    assert "INFO: ours" in farm.reports(job)[0]["text"]
    assert "INFO: theirs" in farm.reports(job)[1]["text"]
