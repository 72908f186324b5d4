# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job's fields as job files again: what CreateJobSubmissionFiles writes (deadline 57, 213)."""

from .fields import FIELDS

# Deadline 10.2 renamed the lists of workers (deadline 64).
LIST_NAMES = {False: ("Blacklist", "Whitelist"), True: ("Denylist", "Allowlist")}


def _plain(field, value):
    if field.kind == "list":
        return ",".join(value)
    return str(value)


def job_lines(props, new_names=True):
    """Every field that is not its default, and those that are always written."""
    always = {"Plugin", "Name", "Frames", "ChunkSize", "Pool", "Group", "Priority", "UserName",
              "ResumeOnCompleteDependencies", "MachineName", "InitialStatus"}
    lines = []
    for key, field in FIELDS.items():
        value = props[key]
        if key in ("Whitelist", "ListedSlaves"):
            continue
        if field.kind == "indexed":
            lines += ["%s%d=%s" % (key, index, entry) for index, entry in enumerate(value)]
        elif field.kind == "map":
            lines += ["%s%d=%s=%s" % (key, index, name, entry)
                      for index, (name, entry) in enumerate(value.items())]
        elif key in always or value != field.default:
            lines.append("%s=%s" % (key, _plain(field, value)))
    if props["ListedSlaves"]:
        lines.append("%s=%s" % (LIST_NAMES[new_names][props["Whitelist"]],
                                ",".join(props["ListedSlaves"])))
    lines += ["OutputFilename%dTile%d=%s" % tuple(tile) for tile in props["TileFilenames"]]
    for index, dependency in enumerate(props["Dependencies"]):
        lines += _dependency_lines(index, dependency)
    return lines


def _dependency_lines(index, dependency):
    yield "JobDependency%d=%s" % (index, dependency["JobID"])
    if dependency["Notes"]:
        yield "JobDependencyNotes%d=%s" % (index, dependency["Notes"])
    if dependency["OverrideFrameOffsets"]:
        yield "JobDependencyFrameOffsetOverride%d=%d,%d" % (
            index, dependency["StartOffset"], dependency["EndOffset"])
    if dependency["OverrideResumeOn"]:
        percent = dependency["ResumeOnPercentageValue"]
        yield "JobDependencyResumeOnOverride%d=%s,%s,%s,%s" % (
            index, dependency["ResumeOnComplete"], dependency["ResumeOnDeleted"],
            dependency["ResumeOnFailed"],
            percent if dependency["ResumeOnPercentageCompleted"] else -1)


def encode(lines, encoding="utf-16"):
    """As .NET's StreamWriter with Encoding.Unicode does (deadline 63): mark, CRLF."""
    text = "".join(line + "\r\n" for line in lines)
    return {"utf-16": b"\xff\xfe" + text.encode("utf-16-le", "surrogatepass"),
            "utf-8": text.encode("utf-8", "replace"),
            "utf-8-sig": text.encode("utf-8-sig", "replace")}[encoding]
