# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows, macOS and Linux machines: deadline 42, 43, 63, 215 and field report D20."""

import pytest

HEAD = """
import os, sys, tempfile, glob, shutil
from Deadline.Scripting import ClientUtils
def attempt(work):
    try:
        return work()
    except Exception as error:
        return type(error).__name__
temp = ClientUtils.GetDeadlineTempPath()
name = os.path.join(temp, "a.txt")
"""


@pytest.fixture
def windows(farm, tmp_path):
    (tmp_path / "nas" / "Show" / "Shot").mkdir(parents=True)
    (tmp_path / "nas" / "Show" / "Shot" / "Plate.exr").write_text("pixels")
    return farm.machine("win", os="windows", user="anna",
                        mounts={"Z:": str(tmp_path / "nas"), "\\\\nas\\vol": str(tmp_path / "nas")})


@pytest.mark.parametrize("system, expected", [
    ("windows", ["ntpath", "nt", "win32", "\\", "\r\n"]),
    ("mac", ["posixpath", "posix", "darwin", "/", "\n"]),
    ("linux", ["posixpath", "posix", "linux", "/", "\n"])])
def test_what_python_says_of_the_system(farm, system, expected):
    machine = farm.machine("machine", os=system)
    assert machine.python("import os, sys\nresult = [os.path.__name__, os.name, sys.platform,"
                          " os.sep, os.linesep]") == expected


def test_temporary_folders_are_those_of_the_user_and_machine(farm, windows):
    mac = farm.machine("mac", os="mac", user="ben")
    assert windows.python(HEAD + "result = temp").startswith("C:\\Users\\anna\\AppData")
    assert "/machines/mac/Users/ben/Library/" in mac.python(HEAD + "result = temp")
    assert windows.python(HEAD + "result = [tempfile.gettempdir(), os.getcwd()]") == [
        "C:\\Users\\anna\\AppData\\Local\\Temp", "C:\\Users\\anna"]


@pytest.mark.parametrize("path", ["Z:\\Show\\Shot\\Plate.exr", "z:/show/SHOT/plate.exr",
                                  "\\\\NAS\\vol\\show\\shot\\plate.exr"])
def test_drives_and_shares_in_any_case(windows, path):
    """D20."""
    assert windows.python(HEAD + "with open(args[0]) as stream:\n"
                                 "    result = [stream.read(), os.path.isfile(args[0]),"
                                 " os.path.getsize(args[0])]", path) == ["pixels", True, 6]


def test_linux_tells_cases_apart_and_mac_does_not(farm, tmp_path):
    (tmp_path / "Show").mkdir()
    for system, found in (("linux", False), ("mac", True)):
        machine = farm.machine(system, os=system, mounts={"/mnt/nas": str(tmp_path)})
        assert machine.python("import os\nresult = [os.path.isdir('/mnt/nas/Show'),"
                              " os.path.isdir('/mnt/nas/show'), os.path.isdir('/mnt/nasty')]"
                              ) == [True, found, False]


def test_walking_and_changing(windows):
    assert windows.python(HEAD + r"""
os.makedirs("Z:\\new\\deep", exist_ok=True)
with open("Z:\\new\\deep\\b.txt", "wb") as stream:
    stream.write(b"x")
os.rename("Z:\\new\\deep\\b.txt", "Z:/new/deep/c.txt")
found = [os.path.join(here, file) for here, _, files in os.walk("Z:\\new") for file in files]
result = [found, glob.glob("Z:\\new\\deep\\*.txt"), os.listdir("Z:\\new"),
          attempt(lambda: os.stat("Z:\\none")), os.path.exists("/etc/passwd")]
shutil.rmtree("Z:\\new")
result.append(os.path.exists("Z:\\new"))""") == [
        ["Z:\\new\\deep\\c.txt"], ["Z:\\new\\deep\\c.txt"], ["deep"], "FileNotFoundError", False,
        False]


def test_text_files_of_windows(windows):
    """Row 63: cp1252 and CRLF where a script does not say otherwise."""
    assert windows.python(HEAD + r"""
with open(name, "w") as stream:
    stream.write("N\xe4chte\n")
with open(name, "rb") as stream:
    raw = repr(stream.read())
with open(name) as stream:
    back = stream.read()
with tempfile.NamedTemporaryFile(mode="w", dir=temp, delete=False) as stream:
    stream.write("\xe4\n")
with open(stream.name, "rb") as again:
    temporary = repr(again.read())
result = [raw, back, temporary, attempt(lambda: open(name, "w").write("\u591c"))]""") == [
        repr(b"N\xe4chte\r\n"), "Nächte\n", repr(b"\xe4\r\n"), "UnicodeEncodeError"]


def test_open_files_of_windows_stay(windows):
    """A file that is open cannot be removed or renamed; one that removes itself has one opener."""
    assert windows.python(HEAD + r"""
with open(name, "w"):
    tries = [attempt(lambda: os.unlink(name)), attempt(lambda: os.rename(name, name + "2")),
             attempt(lambda: os.replace(name, name + "2"))]
tries.append(attempt(lambda: os.unlink(name)))
with tempfile.NamedTemporaryFile(mode="w", dir=temp) as stream:
    tries.append(attempt(lambda: open(stream.name)))
result = tries""") == ["PermissionError"] * 3 + [None, "PermissionError"]


def test_no_pathlib_on_windows(windows):
    assert windows.python(HEAD + "import pathlib\nresult = [attempt(lambda: pathlib.Path('C:/')),"
                                 " pathlib.PureWindowsPath('C:/a').drive]") == [
        "NotImplementedError", "C:"]


def test_two_users_of_one_machine_submit_at_once(farm, plugin):
    """Row 215: files of fixed names in the user's temporary folder meet each other."""
    plugin("Fixed", r'''
with open(os.path.join(ClientUtils.GetDeadlineTempPath(), "fixed.job"), "w") as stream:
    stream.write("Plugin=X\nName=of %s\nSuppressEvents=True\n" % job.JobName)
RepositoryUtils.GetJob(job.JobId, True)
with open(os.path.join(ClientUtils.GetDeadlineTempPath(), "fixed.job")) as stream:
    self.LogInfo(stream.read().replace("\n", "|"))
''')
    machine = farm.machine("shared", os="windows")
    runs = [machine.submit_stepped({"Plugin": "X", "Name": name}, {}) for name in ("one", "two")]
    for run in runs:
        assert run.next_call() == "GetJob"
    assert all("Name=of two" in run.wait().output for run in runs)


@pytest.mark.parametrize("python", ["/usr/bin/python3"])
def test_another_python(farm, plugin, python):
    """A container or a machine has its own interpreter; 3.6 is the oldest."""
    plugin("Version", "import sys\nself.LogInfo(sys.executable)")
    machine = farm.machine("machine", os="windows", python=python)
    machine.submit({"Plugin": "X"}, {})
    assert machine.event_errors() == [] and python in machine.log()
