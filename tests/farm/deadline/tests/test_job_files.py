# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Submissions and job files: deadline 57, 62-70, 212, 213 and field report D14."""

import pytest
from deadline_farm.machines import job_lines
from deadline_farm.session import MachineError
from deadline_farm.state import frames, jobfile, jobfile_writer
from hypothesis import given
from hypothesis import strategies as st

TEXT = "Plugin=Nuke\r\nName=Nächte 夜\r\nComment=a=b\r\n"


@pytest.mark.parametrize("data, name", [
    (TEXT.encode("utf-8"), "Nächte 夜"), (TEXT.encode("utf-8-sig"), "Nächte 夜"),
    (TEXT.encode("utf-16"), "Nächte 夜"), (b"\xfe\xff" + TEXT.encode("utf-16-be"), "Nächte 夜"),
    (TEXT.replace("夜", "").encode("cp1252"), "N\ufffdchte"),
])
def test_encodings(farm, artist, data, name):
    """Row 63: by the byte order mark, else UTF-8; what is not becomes U+FFFD."""
    props = farm.job(artist.submit(data, b""))["props"]
    assert (props["Name"], props["Comment"]) == (name, "a=b")


def test_a_submission_needs_its_files_and_a_plugin(farm, artist):
    """Rows 62 and 212."""
    with pytest.raises(MachineError, match="has no Plugin="):
        artist.submit({"Name": "x"}, {})
    with pytest.raises(MachineError, match="Could not find file"):
        artist.call("submit", paths=["/nowhere/a.job", "/nowhere/b.job"])
    assert farm.jobs() == []


def test_keys_of_many_kinds(farm, artist):
    """Rows 64-69."""
    text = """plugin = Nuke
Frames=1-4x2,10
 EnvironmentKeyValue0 = RENDER_ENGINE = RenderMan
ExtraInfoKeyValue1=b=2
ExtraInfoKeyValue0=a=1
ExtraInfo3=third
Allowlist=w1, w2
LimitGroups=nuke, cache
TaskTimeoutMinutes=2
TaskTimeoutSeconds=5
JobDependency0=one
JobDependencyResumeOnOverride0=False,True,True,30
JobDependencyFrameOffsetOverride1=-1,2
JobDependency1=two
OutputFilename0=Z:\\show\\a.####.exr
OutputFilename1=/mnt/b.%04d.exr
OutputDirectory2=/mnt/c/denoise
SuppressEvents=true
# comment
not a line
"""
    props = farm.job(artist.submit(text, {}))["props"]
    assert props["EnvironmentKeyValue"] == {"RENDER_ENGINE": "RenderMan"}
    assert list(props["ExtraInfoKeyValue"].items()) == [("a", "1"), ("b", "2")]
    assert (props["ExtraInfo3"], props["Whitelist"], props["ListedSlaves"]) == (
        "third", True, ["w1", "w2"])
    assert (props["LimitGroups"], props["TaskTimeoutSeconds"]) == (["nuke", "cache"], 125)
    one, two = props["Dependencies"]
    assert [one[key] for key in ("ResumeOnComplete", "ResumeOnDeleted", "ResumeOnFailed",
                                 "ResumeOnPercentageValue")] == [False, True, True, 30]
    assert (two["StartOffset"], two["EndOffset"], two["OverrideResumeOn"]) == (-1, 2, False)
    assert props["OutputDirectory"][0] == "Z:\\show" and props["SuppressEvents"] is True
    assert props["OutputFilename"] == ["a.####.exr", "b.%04d.exr"]


def test_outputs_and_folders_may_be_of_unequal_number(farm, artist):
    """Row 67."""
    props = farm.job(artist.submit({"Plugin": "X", "OutputDirectory0": "/a",
                                    "OutputDirectory1": "/b", "OutputFilename0": "x.exr"}, {}))[
        "props"]
    assert (props["OutputDirectory"], props["OutputFilename"]) == (["/a", "/b"], ["x.exr"])


def test_auxiliary_files_go_with_the_job_by_name_only(farm, tmp_path):
    """Row 62; a Windows path as well as another."""
    drive = tmp_path / "drive"
    for place, text in (("one", "1"), ("two", "2")):
        (drive / place).mkdir(parents=True)
        (drive / place / "same.txt").write_text(text)
    artist = farm.machine("artist", os="windows", mounts={"S:": str(drive)})
    job = artist.submit({"Plugin": "X"}, {}, aux=["S:\\one\\same.txt", "s:/TWO/same.txt"])
    assert farm.job(job)["aux"] == ["same.txt"]
    with open("%s/jobs/%s/same.txt" % (farm.repository, job)) as stream:
        assert stream.read() == "2"


@pytest.mark.parametrize("version, word", [("10.1.23.6", "Blacklist"), ("10.3.2.1", "Denylist")])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig"])
def test_submission_files_of_a_job(farm, tmp_path, version, word, encoding):
    """Rows 57, 64 and 213: everything comes back, the outputs too."""
    artist = farm.machine("artist", version=version, job_file_encoding=encoding)
    job = artist.submit({"Plugin": "Nuke", "Name": "Nächte 夜", "Denylist": "w1",
                         "OutputFilename0": "/mnt/a.####.exr", "PostTaskScript": "/x.py",
                         "JobDependencies": "a,b", "ExtraInfoKeyValue0": "k=v"}, {"Version": "13"})
    paths = [str(tmp_path / "info.job"), str(tmp_path / "plugin.job")]
    artist.python("from Deadline.Scripting import RepositoryUtils as R\n"
                  "R.CreateJobSubmissionFiles(R.GetJob(args[0], True), args[1], args[2])",
                  job, *paths)
    with open(paths[0], "rb") as stream:
        data = stream.read()
    text = jobfile.decode(data)
    assert word + "=w1\r\n" in text and "OutputFilename0=a.####.exr\r\n" in text
    assert data.startswith({"utf-16": b"\xff\xfe", "utf-8": b"Plu", "utf-8-sig": b"\xef\xbb"}[
        encoding])
    again = farm.job(artist.call("submit", paths=paths).result)
    assert again["props"] == farm.job(job)["props"]
    assert again["plugin_info"] == {"Version": "13"}


def test_a_pool_or_group_that_does_not_exist(farm, artist):
    """Not documented: it runs both ways."""
    farm.define(pools=["Cloud"])
    info = {"Plugin": "X", "Pool": "CLOUD", "SecondaryPool": "nowhere", "Group": "nobody"}
    for kind, kept in (("none", ("CLOUD", "", "none")), ("kept", ("CLOUD", "nowhere", "nobody"))):
        farm.switch(unknown_pool=kind)
        props = farm.job(artist.submit(info, {}))["props"]
        assert (props["Pool"], props["SecondaryPool"], props["Group"]) == kept


LINES = st.text(st.characters(blacklist_characters="\r\n", blacklist_categories=("Cs",)),
                max_size=20).map(str.strip)


@given(LINES.filter(bool), st.lists(LINES, max_size=3),
       st.dictionaries(LINES.filter(lambda text: text and "=" not in text), LINES, max_size=3))
def test_what_is_written_is_read_again(name, outputs, extra):
    props = jobfile.read_job("Plugin=X")[0]
    props.update(Name=name, OutputFilename=[text.replace("/", "").replace("\\", "").replace(":", "")
                                            for text in outputs], ExtraInfoKeyValue=extra)
    text = jobfile.decode(jobfile_writer.encode(jobfile_writer.job_lines(props)))
    assert jobfile.read_job(text)[0] == props


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text(data):
    jobfile.pairs(jobfile.decode(data))


@pytest.mark.parametrize("text, expected", [
    ("1-3", [1, 2, 3]), ("-10--8", [-10, -9, -8]), ("-2-2", [-2, -1, 0, 1, 2]),
    ("1-100x50,1-3", [1, 51, 2, 3]), ("5", [5]), ("3-1", [3, 2, 1]), ("20-30x5 7", [20, 25, 30, 7]),
])
def test_frame_lists(text, expected):
    """Row 64 and D23: negative frames, steps, no doubles."""
    assert frames.parse(text) == expected


@given(st.lists(st.integers(-300, 300), min_size=1, max_size=30, unique=True))
def test_a_frame_list_that_is_spelled_is_read_again(numbers):
    assert frames.parse(frames.spell(numbers)) == numbers


@pytest.mark.parametrize("path, frame, expected", [
    ("a.####.exr", 7, "a.0007.exr"), ("a.###.exr", 1000, "a.1000.exr"), ("f ####.png", -2,
                                                                         "f -0002.png"),
    ("a_##.????.exr", 3, "a_##.0003.exr"), ("a.exr", 3, "a.exr"), ("####.v012.exr", 5,
                                                                   "0005.v012.exr")])
def test_padding_is_filled_at_its_last_run(path, frame, expected):
    """Row 118."""
    assert frames.fill(path, frame) == expected


def test_job_files_of_tests():
    assert job_lines({"A": "b", "C": "d"}) == b"A=b\nC=d\n" and job_lines(b"\xff") == b"\xff"
