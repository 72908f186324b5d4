# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated deadlinecommand: words, forms of output, sub-commands (deadline 125-133, 219)."""

import json
import os
import time

import pytest
from deadline_farm.command import registry


@pytest.mark.parametrize("word", ["GetPoolNames", "-getPoolNames", "--getpoolnames"])
def test_a_name_with_any_prefix_in_any_case(farm, artist, word):
    """Deadline 125."""
    farm.define(pools=["cloud"])
    assert artist.command(word) == (0, "none\ncloud\n", "")


def test_an_unknown_command_is_an_error(artist):
    status, out, err = artist.command("InstallEventPlugin", "x")
    assert (status, out) == (1, "") and err.startswith("Error: Unrecognized command: ")


def test_too_few_and_too_many_words_show_the_usage(artist):
    for words in (["AddPool"], ["AddPool", "one", "two"]):
        status, _, err = artist.command(*words)
        assert status == 1 and "AddPool <Pool>" in err


def test_json_has_an_envelope(farm, artist):
    """Deadline 125."""
    farm.define(groups=["a"])
    status, out, _ = artist.command("--json", "GetGroupNames")
    assert status == 0 and json.loads(out) == {"ok": True, "result": ["none", "a"]}
    status, out, _ = artist.command("--prettyjson", "GetJob", "0" * 24)
    said = json.loads(out)
    assert status == 1 and said["ok"] is False and "does not exist" in said["result"]
    assert "\n" in out.strip()


def test_an_old_version_knows_no_json_and_no_settings_files(farm):
    old = farm.machine("old", version="10.1.23.6")
    assert old.command("--json", "Version")[0] == 1
    assert old.command("ExportRepositorySettings")[0] == 1
    assert old.command("Version")[1].startswith("v10.1.23.6 ")
    assert farm.machine("new").command("-Version")[1].startswith("Deadline Command [v10.3.2.1 ")


def test_an_error_may_stand_where_the_result_would_be(farm, artist):
    """Deadline 128."""
    farm.switch(error_exit=0)
    status, out, err = artist.command("GetJob", "none")
    assert (status, err) == (0, "") and out.startswith("Error: ")


def test_noise_around_the_result(farm, artist):
    """Deadline 132."""
    farm.switch(command_noise=True)
    status, out, _ = artist.command("GetPoolNames")
    lines = out.splitlines()
    assert status == 0 and lines[-2] == "none" and len(lines) > 3


def test_a_repository_that_is_away(farm, artist):
    """What needs no repository works on."""
    farm.switch(repository_reachable=False)
    status, _, err = artist.command("GetPoolNames")
    assert status == 1 and "Could not connect" in err
    assert artist.command("Version")[0] == 0
    assert artist.command("GetIniFileSetting", "Region")[0] == 0


def test_a_slow_repository(farm, artist):
    farm.switch(command_delay=0.5)
    began = time.monotonic()
    assert artist.command("GetPoolNames")[0] == 0
    assert time.monotonic() - began >= 0.5


def test_help_names_every_command(artist):
    names = artist.command("Help")[1].split()
    assert {"ExecuteScriptNoGui", "CheckPathMapping", "SetGroupsForSlave"} <= set(names)
    assert artist.command()[1].split() == names
    for name in ("SetPluginConfigSetting", "AddPathMappingRule", "InstallEventPlugin"):
        assert name not in names  # deadline 131: nobody has seen them
    assert artist.command("Help", "-getslaveinfo")[1].startswith("GetSlaveInfo <Worker> [Key]\n")


def test_every_command_says_what_it_does():
    from deadline_farm.command import main  # noqa: F401  it registers them

    assert [each.name for each in registry.COMMANDS.values() if not each.run.__doc__] == []


def test_files_and_folders_of_the_repository(farm, artist):
    """Deadline 3, 7: a custom item hides the stock one."""
    farm.write_event_plugin("FileCacheHandler", "", "")
    os.makedirs(farm.repository + "/plugins/CommandLine")
    os.makedirs(farm.repository + "/events/FileCacheHandler")
    assert artist.command("GetRepositoryRoot")[1] == farm.repository + "\n"
    assert artist.command("GetRepositoryVersion")[1] == "10.3.2.1\n"
    assert artist.command("GetEventPluginNames")[1] == "FileCacheHandler\n"
    assert artist.command("GetPluginNames")[1] == "CommandLine\n"
    for check, found in (("True", "custom/events"), ("False", "events")):
        assert artist.command("GetRepositoryPath", "events", check)[1] == "%s/%s\n" % (
            farm.repository, found)
    assert artist.command("GetRepositoryFilePath", "events/FileCacheHandler/FileCacheHandler.py",
                          "true")[1] == (farm.repository + "/custom/events/FileCacheHandler/"
                                         "FileCacheHandler.py\n")
    assert artist.command("GetRepositoryFilePath", "events/none.py", "true")[0] == 1


def test_path_mapping_of_this_machine(farm):
    """Deadline 141, 147."""
    farm.define(regions=["aws"])
    farm.map_path("Z:\\assets\\", linux="/mnt/cache/", region="aws")
    cloud = farm.machine("cloud", region="aws")
    assert cloud.command("GetPathMappings")[1] == "Z:\\assets\\ --> /mnt/cache/\n"
    assert cloud.command("CheckPathMapping", "Z:/assets/a.exr")[1] == "/mnt/cache/a.exr\n"
    assert farm.machine("office").command("CheckPathMapping", "Z:/assets/a.exr")[1] == (
        "Z:/assets/a.exr\n")


@pytest.mark.parametrize("supported", [False, True])
def test_repository_settings_with_and_without_path_mappings(farm, artist, tmp_path, supported):
    """Deadline 142, 231: both ways."""
    farm.switch(export_path_mappings=supported)
    farm.define(pools=["cloud"], groups=["linux"])
    farm.map_path("Z:\\", linux="/mnt/")
    file = str(tmp_path / "settings.json")
    assert ("PathMapping" in artist.command("ExportRepositorySettings")[1]) is supported
    status, _, err = artist.command("ExportRepositorySettings", "-Settings", "Pools", "PathMapping",
                                    "-ExportFilePath", file)
    assert (status == 0) is supported and ("Supported are: Groups, Pools" in err) is not supported
    if not supported:
        assert artist.command("ExportRepositorySettings", "-exportfilepath", file)[0] == 0
    with open(file, encoding="utf-8") as stream:
        settings = json.load(stream)
    settings["Settings"]["Pools"].append("new")
    with open(file, "w", encoding="utf-8") as stream:
        json.dump(settings, stream)
    assert artist.command("ImportRepositorySettings", file, "append")[0] == 0
    assert farm.database.get("farm", "pools") == ["cloud", "new"]


def test_repository_options_are_few(artist):
    """Deadline 171."""
    assert artist.command("SetRepositoryOption", "slaveuseipaddress", "True")[0] == 0
    assert artist.command("GetRepositoryOption", "SlaveUseIPAddress")[1] == "True\n"
    assert "SlaveUseIPAddress=True" in artist.command("GetRepositoryOptionsWithValues")[1]
    assert artist.command("SetRepositoryOption", "PathMappings", "x")[0] == 1


def test_pools_groups_and_settings_of_workers(farm, artist):
    """Deadline 130, 152."""
    farm.worker("cloud1", region="none")
    farm.worker("cloud2")
    artist.command("AddPool", "Cloud")
    artist.command("AddGroup", "linux")
    assert artist.command("SetPoolsForSlave", "cloud1,CLOUD2", "cloud")[0] == 0
    assert artist.command("AddGroupToSlave", "cloud1", "linux")[0] == 0
    assert artist.command("SetGroupsForSlave", "cloud1", "unheard")[0] == 1
    assert artist.command("GetSlaveNames")[1] == "cloud1\ncloud2\n"
    assert "Pools=cloud\nGroups=linux\n" in artist.command("GetSlaveInfo", "cloud1")[1]
    assert artist.command("GetSlaveInfo", "Cloud1", "region")[1] == "none\n"
    assert artist.command("SetSlaveSetting", "cloud1", "Enabled", "false")[0] == 0
    assert artist.command("GetSlaveSetting", "cloud1", "Enabled")[1] == "False\n"
    assert farm.database.get("workers", "cloud1")["enabled"] is False
    assert artist.command("SetSlaveSetting", "cloud2", "groups", "linux")[0] == 0
    assert farm.database.get("workers", "cloud2")["groups"] == ["linux"]
    assert artist.command("GetSlaveInfo", "nobody")[0] == 1
