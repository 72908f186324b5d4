# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of recorded `lfs` calls: its groups, its placeholders, and what counts as the same.

Every byte counts, save what differs from one Lustre to the next: identities, the instance of
a mount, the numbers and targets of `df`, the version, the wording of a help text, and the
order in which `lfs find` lists (lustre-hsm.md, "Transcripts").
"""

import json
import re

FID = re.compile(r"0x[0-9a-f]+:0x[0-9a-f]+:0x[0-9a-f]+")
NAME_AND_INSTANCE = re.compile(r"^[^\s/]+-[0-9a-f]{8,16}(?=\s|$)", re.M)
VERSION = re.compile(r"^lfs \d\S*$", re.M)
DF_HEADER = "UUID                   1K-blocks        Used   Available Use%  Mounted on"
DF_LINE = re.compile(r"^(\S+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)%  (.*) $")


class Group:
    """A sequence of steps and calls that share one fresh folder."""

    def __init__(self, name, rows):
        self.name = name
        self.rows = rows
        self.lines = []

    @property
    def calls(self):
        """How many `lfs` calls are compared."""
        return sum("lfs" in line for line in self.lines)

    @property
    def needs_control(self):
        """Whether the archive side has to be stopped and started."""
        return any(line.get("step") == "control" for line in self.lines)


def load(path):
    """The groups of a transcript, in order."""
    groups = []
    with open(path, encoding="utf-8") as stream:
        for text in stream:
            line = json.loads(text)
            if "group" in line:
                groups.append(Group(line["group"], line["row"]))
            else:
                groups[-1].lines.append(line)
    return groups


def unfill(text, places):
    """The other way round: what a recording says for this run's folders and identities."""
    for placeholder, value in sorted(places.items(), key=lambda place: -len(place[1])):
        text = text.replace(value, placeholder)
    return NAME_AND_INSTANCE.sub("cache-INSTANCE", FID.sub("FID", text))


def fill(text, places):
    """Put this run's folders and descriptor where the recording has placeholders."""
    for placeholder, value in places.items():
        text = text.replace(placeholder, value)
    return text


def _df_line(line):
    """What kind of line this is, and the mount it speaks of; the columns have to fit."""
    parts = DF_LINE.match(line)
    if not parts:
        return line, None
    name, total, used, free, per_cent, place = parts.groups()
    if "%-20s %11s %11s %11s %3s%%  %s " % (name, total, used, free, per_cent, place) != line:
        return "not aligned: %r" % line, None
    target = re.match(r"\S+-(MDT|OST)([0-9a-f]{4})_UUID$", name)
    if not target:
        return name, place
    suffix = "[%s:%d]" % (target.group(1), int(target.group(2), 16))
    if not place.endswith(suffix):
        return "target of another place: %r" % line, None
    return target.group(1), place[:-len(suffix)]


def _df_blocks(text):
    """One list of kinds of lines a mount; how many targets of a kind there are is free."""
    blocks, mounts = [[]], set()
    for line in text.split("\n"):
        kind, mount = _df_line(line)
        if kind == DF_HEADER:
            blocks.append([])
            mounts = set()
        if mount and mount not in mounts:
            mounts.add(mount)
            kind = "%s of mount %d" % (kind, len(mounts))
        if not (kind in ("MDT", "OST") and blocks[-1][-1:] and blocks[-1][-1].startswith(kind)):
            blocks[-1].append(kind)
    # The text ends with an end of line, which split() shows as one more empty line.
    if blocks[-1][-1:] == [""]:
        blocks[-1].pop()
    return blocks


def _listing(text):
    end = "\0" if "\0" in text else "\n"
    return end, sorted(text.split(end))


def normal(command, text):
    """What of an output is compared, for the call `lfs COMMAND...`."""
    text = FID.sub("FID", text)
    if command[0] == "find":
        return _listing(text)
    if command[0] == "getname":
        text = re.sub(r"^[^\s/]+-INSTANCE(?=\s|$)", "cache-INSTANCE", text, flags=re.M)
        text = NAME_AND_INSTANCE.sub("cache-INSTANCE", text)
        if len(command) == 1:
            return sorted({re.sub(r" /.*", " MOUNT", line) for line in text.splitlines()})
    if command[0] == "df" and text.startswith("UUID"):
        blocks = _df_blocks(text)
        return {tuple(block) for block in blocks} if len(command) == 1 else blocks
    if command[0] == "--version":
        return VERSION.sub("lfs VERSION", text)
    return text


def same_output(command, expected, actual):
    """Whether two outputs of one call say the same."""
    if expected == "{USAGE}\n":
        return "usage" in actual.lower()
    if command == ["df"]:  # beside ours, other caches may be mounted that look otherwise
        return set(normal(command, expected)) <= set(normal(command, actual))
    return normal(command, expected) == normal(command, actual)
