# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of the replay: blind to what differs between caches, to nothing else."""

import os

import pytest
import transcript

HERE = os.path.dirname(os.path.abspath(__file__))
GROUPS = transcript.load(os.path.join(HERE, "lfs-transcripts.jsonl"))
MORE = transcript.load(os.path.join(HERE, "more-transcripts.jsonl"))
CALLS = [line for group in GROUPS + MORE for line in group.lines if "lfs" in line]

DF = (
    transcript.DF_HEADER + "\n"
    "cache-MDT0000_UUID       1738616        5888     1560640   1%  /mnt/c[MDT:0] \n"
    "cache-OST0000_UUID       2875092        3724     2687648   1%  /mnt/c[OST:0] \n"
    "\n"
    "filesystem_summary:      2875092        3724     2687648   1%  /mnt/c \n"
    "\n"
)


def test_the_file_is_whole():
    """The head of the reference counts 342 calls in 14 groups."""
    assert (len(GROUPS), sum(group.calls for group in GROUPS)) == (14, 342)


def test_every_recorded_output_is_the_same_as_itself():
    """No placeholder or rule makes a recording differ from itself."""
    for call in CALLS:
        for what in ("stdout", "stderr"):
            text = call[what].replace("{USAGE}", "usage: ...").replace("FID", "0x200000401:0x5:0x0")
            text = text.replace("INSTANCE", "ffff88810000aa00")
            assert transcript.same_output(call["lfs"], call[what], text), call


@pytest.mark.parametrize("what", ["stdout", "stderr"])
def test_a_changed_byte_is_seen_in_every_call(what):
    """A wrong end of any output is a difference, where what stands there is not free."""
    for call in CALLS:
        free = call["lfs"] in (["--version"], ["getname"], ["df"]) or "{USAGE}" in call[what]
        if call[what] and not free:
            wrong = call[what].rstrip("\n ")
            assert not transcript.same_output(call["lfs"], call[what], wrong + "?\n"), call


def test_find_may_list_in_another_order_but_not_less():
    """The order is the server's (H70); a name more or less is a difference."""
    same = transcript.same_output
    assert same(["find", "X"], "X/a\nX/b\n", "X/b\nX/a\n")
    assert not same(["find", "X"], "X/a\nX/b\n", "X/a\n")
    assert not same(["find", "X"], "X/a\n", "X/a\nX/a\n")
    assert not same(["find", "X", "-0"], "X/a\0", "X/a\n")


def test_df_may_show_other_numbers_and_targets_in_the_same_columns():
    """H73: what is compared is the form."""
    same = transcript.same_output
    other = "cache-OST0001_UUID            99           1           2   3%  /mnt/c[OST:1] \n"
    two = DF.replace("\n\n", "\n" + other + "\n", 1)
    assert same(["df", "/mnt/c"], DF, two)
    assert not same(["df", "/mnt/c"], DF, DF.replace("3724 ", "3724", 1))
    assert not same(["df", "/mnt/c"], DF, DF.replace("[OST:0] ", "[OST:0]"))
    assert not same(["df", "/mnt/c"], DF, DF.replace("[OST:0]", "[OST:1]"))
    assert not same(["df", "/mnt/c"], DF, DF.replace("\n\n", "\n", 1))
    assert not same(["df", "/mnt/c"], DF, DF.replace("/mnt/c ", "/mnt/x "))
    assert not same(["df", "/mnt/c"], DF, "\n".join(DF.split("\n")[:1] + DF.split("\n")[2:]))


def test_df_of_all_mounts_may_show_another_list_of_them():
    """Without a path each mount is a block; the mounts differ on every system."""
    same = transcript.same_output
    assert same(["df"], DF + DF.replace("/mnt/c", "/mnt/d"), DF.replace("/mnt/c", "/srv/cache"))
    assert same(["df"], DF, DF + DF.replace("/mnt/c[OST:0] ", "/mnt/c[OST:0]"))
    assert not same(["df"], DF, DF.replace("/mnt/c[OST:0] ", "/mnt/c[OST:0]"))
    assert not same(["df"], DF, "")


def test_instance_version_and_help_text_are_free_but_have_to_be_there():
    """H74, and a help text of any wording."""
    same = transcript.same_output
    assert same(["getname", "X", "Y"], "cache-INSTANCE X\n", "other-ffff8881aa00bb00 X\n")
    assert not same(["getname", "X", "Y"], "cache-INSTANCE X\n", "other-ffff8881aa00bb00 Y\n")
    assert not same(["getname", "X", "Y"], "cache-INSTANCE X\n", "other X\n")
    assert same(["--version"], "lfs 2.17.57_62\n", "lfs 2.12.8\n")
    assert not same(["--version"], "lfs 2.17.57_62\n", "2.12.8\n")
    assert same(["hsm_archive"], "{USAGE}\n", "Usage: whatever\n")
    assert not same(["hsm_archive"], "{USAGE}\n", "")
