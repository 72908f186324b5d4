# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Path mapping: deadline 145-149 and 216."""

import pytest
from deadline_farm.state import mapping, switches

USUAL = switches.defaults()


def rule(path, **columns):
    return dict(mapping.RULE, Path=path, **columns)


def mapped(text, *rules, system="linux", region="none", separators=False, **changed):
    return mapping.map_text(text, rules, system, region, dict(USUAL, **changed), separators)


TO_CACHE = rule("Z:\\assets\\", LinuxPath="/mnt/cache/assets/", Region="aws")


@pytest.mark.parametrize("region, system, expected", [
    ("aws", "linux", "/mnt/cache/assets/a.tx"), ("AWS", "linux", "/mnt/cache/assets/a.tx"),
    ("none", "linux", "Z:\\assets\\a.tx"), ("unrecognized", "linux", "Z:\\assets\\a.tx"),
    ("aws", "windows", "Z:\\assets\\a.tx"), ("aws", "mac", "Z:\\assets\\a.tx")])
def test_only_in_its_region_and_for_systems_with_a_target(region, system, expected):
    assert mapped("Z:\\assets\\a.tx", TO_CACHE, region=region, system=system) == expected


@pytest.mark.parametrize("region", ["", "all", "All"])
def test_a_rule_for_all_regions(region):
    assert mapped("/a/b", rule("/a/", LinuxPath="/c/", Region=region), region="aws") == "/c/b"


def test_one_way():
    assert mapped("/mnt/cache/assets/a.tx", TO_CACHE, region="aws", system="windows") == (
        "/mnt/cache/assets/a.tx")


def test_in_list_order_and_one_after_the_other():
    first, second = rule("/a/", LinuxPath="/b/"), rule("/b/", LinuxPath="/c/")
    assert mapped("/a/x", first, second) == "/c/x"
    assert mapped("/a/x", second, first) == "/b/x"


def test_text_is_replaced_inside_longer_strings():
    """Row 147: a short rule is dangerous."""
    assert mapped("render -i '/mnt/nas/a' > /data/mnt/b", rule("/mnt/", LinuxPath="/cache/")) == (
        "render -i '/cache/nas/a' > /data/cache/b")


def test_separators_and_case_are_equal():
    """Row 149, and the other way."""
    assert mapped("z:/Assets/x", TO_CACHE, region="aws") == "/mnt/cache/assets/x"
    assert mapped("z:/Assets/x", TO_CACHE, region="aws", separators_equal=False) == "z:/Assets/x"
    strict = dict(TO_CACHE, CaseSensitive=True)
    assert mapped("z:/Assets/x", strict, region="aws") == "z:/Assets/x"


def test_what_follows_the_root():
    """Row 78: mixed separators survive, unless they are asked for."""
    text = "run Z:\\assets\\a\\b.tx and c\\d"
    assert mapped(text, TO_CACHE, region="aws") == "run /mnt/cache/assets/a\\b.tx and c\\d"
    assert mapped(text, TO_CACHE, region="aws", mapping_tail="converted") == (
        "run /mnt/cache/assets/a/b.tx and c\\d")
    assert mapped(text, TO_CACHE, region="aws", separators=True) == (
        "run /mnt/cache/assets/a/b.tx and c/d")


def test_regular_expressions():
    expression = rule(r"[A-Z]:[/\\]", LinuxPath="/drives/", RegularExpression=True)
    assert mapped("Q:/x", expression) == "/drives/x"


def test_each_machine_maps_for_itself(farm):
    """Rows 141, 152-154: by system and region; an unknown region is unrecognized."""
    farm.define(regions=["aws"])
    farm.map_path("Z:\\a\\", linux="/cache/a/", region="aws")
    farm.map_path("Z:\\a\\", linux="/nfs/a/", mac="/Volumes/a/")
    machines = [farm.machine("cloud", region="AWS"), farm.machine("onprem"),
                farm.machine("lost", region="aws2"), farm.machine("mac", os="mac")]
    assert [machine.api("CheckPathMapping", "Z:\\a\\x") for machine in machines] == [
        "/cache/a/x", "/nfs/a/x", "/nfs/a/x", "/Volumes/a/x"]
    assert machines[0].api("GetPathMappings") == [["Z:\\a\\", "/cache/a/"], ["Z:\\a\\", "/nfs/a/"]]
    assert machines[1].api("PathMappingRequired", "Z:\\a\\x") is True
    assert machines[1].api("PathMappingRequired", "/x") is False


def test_a_worker_keeps_the_region_it_started_with(farm):
    """D19: the ini is read at the start, and an undefined region is unrecognized."""
    farm.define(regions=["aws"])
    worker = farm.worker("worker")
    worker.start()
    worker.ini(Region="aws")
    worker.step()
    assert farm.database.get("workers", "worker")["region"] == "none"
    worker.stop()
    worker.start()
    assert farm.database.get("workers", "worker")["region"] == "aws"
    worker.stop()
    worker.ini(Region="eu")
    worker.start()
    assert farm.database.get("workers", "worker")["region"] == "unrecognized"
