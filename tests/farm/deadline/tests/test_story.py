# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plugin puts a helper before a render, on three systems (deadline 82, 214, 215)."""

import os

import pytest

HELPER_FIRST = r'''
if job.GetJobExtraInfoKeyValueWithDefault("Helper", "False") == "True":
    return
paths = []
for name, text in (("a.job", "Plugin=CommandLine\nExtraInfoKeyValue0=Helper=True\n"),
                   ("b.job", "ShellExecute=True\nArguments=echo Progress: 40%\n")):
    paths.append(os.path.join(ClientUtils.GetDeadlineTempPath(), name))
    with open(paths[-1], "w") as stream:
        stream.write(text)
helper = RepositoryUtils.SubmitJob(paths)
job.SetJobDependencyIDs([helper.JobId])
RepositoryUtils.PendJob(job)
RepositoryUtils.SaveJob(job)
self.LogInfo("%s %s" % (os.path.__name__, paths[0]))
'''
ROOTS = {"windows": "Z:\\out", "mac": "/Volumes/out", "linux": "/mnt/nfs/out"}


@pytest.mark.parametrize("system, module", [("windows", "ntpath"), ("mac", "posixpath"),
                                            ("linux", "posixpath")])
def test_a_helper_runs_before_the_render(farm, plugin, tmp_path, system, module):
    filer = tmp_path / "filer"
    filer.mkdir()
    plugin("Helper", HELPER_FIRST)
    farm.define(regions=["cloud"])
    root = ROOTS[system]
    mark = "\\" if system == "windows" else "/"
    farm.map_path(root + mark, linux=str(filer) + "/", region="cloud")
    artist = farm.machine("artist", os=system, mounts={root: str(filer)})
    worker = farm.worker("cloud1", region="cloud")
    job = artist.submit({"Plugin": "Nuke", "Frames": "1-3", "ChunkSize": "2",
                         "OutputFilename0": root + mark + "f.####.exr"}, {})
    assert artist.event_errors() == []
    assert farm.job(job)["status"] == "Pending"
    assert "%s %s" % (module, "C:\\Users" if system == "windows" else "/") in artist.log()
    helper = next(entry["id"] for entry in farm.jobs() if entry["id"] != job)
    assert [end["job"] for end in worker.work()] == [helper]
    assert "STDOUT: Progress: 40%" in farm.reports(helper)[0]["text"]
    assert os.listdir(str(filer)) == []
    assert farm.pending_scan() == [job]
    assert [end["outcome"] for end in worker.work()] == ["completed", "completed"]
    assert farm.job(job)["status"] == "Completed"
    assert sorted(os.listdir(str(filer))) == ["f.0001.exr", "f.0002.exr", "f.0003.exr"]
