# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts and deadline.ini by the simulated deadlinecommand (deadline 129, 132, 152, 219)."""

import os
import shutil
import tempfile

import pytest
from deadline_farm.farm import Farm

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ECHO = """
import sys
from Deadline.Scripting import ClientUtils, RepositoryUtils

def __main__(*args):
    print("pools", list(RepositoryUtils.GetPoolNames()))
    print("args", args, __file__)
    %s
"""


@pytest.fixture
def script(tmp_path):
    def write(text):
        path = tmp_path / "script.py"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_a_script_with_arguments(farm, artist, script):
    path = script(ECHO % "return None")
    farm.define(pools=["cloud"])
    status, out, _ = artist.command("-executeScriptNoGui", path, "-p", "a b;'\"$(id)")
    assert status == 0
    assert out.splitlines()[-2:] == ["pools ['none', 'cloud']",
                                     "args %r %s" % (("-p", "a b;'\"$(id)"), path)]


@pytest.mark.parametrize("ending, text", [
    ("return 0", "returned 0"),                     # whatever it is
    ("raise ValueError('no')", "ValueError: no"),
    ("sys.exit(2)", "SystemExit : 2"),
])
def test_how_a_script_fails(artist, script, ending, text):
    """Deadline 132."""
    status, out, err = artist.command("ExecuteScriptNoGui", script(ECHO % ending))
    assert status == 1 and text in err and "pools" in out


def test_a_script_without_main_and_one_that_is_not_there(artist, script, tmp_path):
    assert "__main__" in artist.command("ExecuteScriptNoGui", script("x = 1"))[2]
    assert artist.command("ExecuteScriptNoGui", str(tmp_path / "none.py"))[0] == 1
    assert "SyntaxError" in artist.command("ExecuteScriptNoGui", script("def"))[2]


def test_execute_script_needs_a_desktop(artist, script):
    assert "desktop" in artist.command("ExecuteScript", script(ECHO % "return None"))[2]


def test_an_ini_value_of_one_user_and_of_all(farm):
    """Deadline 152: the user's own value lies over that of all users."""
    machine = farm.machine("cloud", user="render", region="office")
    assert machine.command("GetIniFileSetting", "region")[1] == "office\n"
    assert machine.command("SetIniFileSetting", "Region", "everywhere", "True")[0] == 0
    assert machine.command("SetIniFileSetting", "REGION", "mine")[0] == 0
    assert machine.command("GetIniFileSetting", "Region")[1] == "mine\n"
    stored = farm.database.get("machines", "cloud")
    assert stored["ini"] == {"Region": "everywhere"}
    assert stored["user_ini"] == {"render": {"REGION": "mine"}}
    assert machine.command("GetIniFileSetting", "Unknown")[1] == ""


def test_a_new_process_is_in_the_region_that_was_set(farm):
    """D19: of a worker that runs, the region is that of its start."""
    farm.define(regions=["aws"])
    farm.map_path("Z:\\", linux="/mnt/", region="aws")
    machine = farm.machine("cloud")
    assert machine.command("CheckPathMapping", "Z:\\a")[1] == "Z:\\a\n"
    machine.command("SetIniFileSetting", "Region", "aws")
    assert machine.command("CheckPathMapping", "Z:\\a")[1] == "/mnt/a\n"
    assert machine.api("CheckPathMapping", "Z:\\a") == "/mnt/a"


@pytest.fixture
def public():
    """A folder that everybody may enter, with the farm's programs: unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        shutil.copytree(os.path.join(ROOT, "deadline_farm"), folder + "/deadline_farm",
                        ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(os.path.join(ROOT, "deadlinecommand"), folder)
        yield folder


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")
def test_another_user_of_the_machine_has_settings_of_his_own(public):
    """Deadline 129."""
    with Farm(public + "/farm") as farm:
        machine = farm.machine("cloud", user="render", python="/usr/bin/python3",
                               program=public + "/deadline_farm/machine/process.py")
        machine.command("SetIniFileSetting", "Region", "aws")
        words = machine.files({"Plugin": "Nuke"}, {})
        machine.process["uid"] = 65534
        assert machine.command("GetIniFileSetting", "Region")[1] == ""
        assert machine.command("SetIniFileSetting", "Region", "other") == (0, "", "")
        status, out, err = machine.command(*words)
        assert status == 0 and "JobID=" in out, err
        assert set(farm.database.get("machines", "cloud")["user_ini"]) == {"render", "nobody"}
