# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job files, `Key=Value` a line (deadline 62-69): text in, the fields of a job out, and back."""

import codecs
import ntpath
import re

from . import fields
from .fields import BY_KEY, FIELDS

INDEXED = re.compile(r"^(\D+?)(\d+)$")
TILE = re.compile(r"^outputfilename(\d+)tile(\d+)$")
SHORT_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
              (codecs.BOM_UTF16_BE, "utf-16-be"))


class JobFileError(ValueError):
    """A submission that Deadline refuses; the text says why."""


def decode(data):
    """As .NET reads a text file: by its byte order mark, else UTF-8 with U+FFFD for what is not."""
    for mark, encoding in SHORT_BOMS:
        if data.startswith(mark):
            return data[len(mark):].decode(encoding, "replace")
    return data.decode("utf-8", "replace")


def pairs(text):
    """[(key, value)] of the lines that have a '='; blanks around it do not count (D14)."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        key, equals, value = line.partition("=")
        if equals and key.strip() and not line.lstrip().startswith(("#", ";", "//")):
            found.append((key.strip(), value.strip()))
    return found


def _flag(value):
    return value.strip().lower() in ("true", "1", "yes")


def _number(key, value):
    try:
        return int(value)
    except ValueError:
        raise JobFileError("%s is %r, which is no number" % (key, value))


def _words(value):
    return [word.strip() for word in value.split(",") if word.strip()]


def _in_order(numbered):
    return [value for _, value in sorted(numbered.items())]


class Reader:
    """Collects the lines of one job file."""

    def __init__(self, text):
        self.lines = pairs(text)
        self.props = fields.defaults()
        self.indexed = {}
        self.dependencies = {}
        self.tiles = {}
        self.timeout = {}

    def read(self):
        for key, value in self.lines:
            self._line(key, value)
        for key, numbered in self.indexed.items():
            if FIELDS[key].kind == "map":
                named = (entry.partition("=") for entry in _in_order(numbered))
                self.props[key] = {name.strip(): value.strip() for name, _, value in named}
            else:
                self.props[key] += _in_order(numbered)
        self.props["Dependencies"] = [entry for entry in _in_order(self.dependencies)
                                      if entry["JobID"]]
        self.props["TileFilenames"] = [[output, tile, name] for (output, tile), name
                                       in sorted(self.tiles.items())]
        self.props["TaskTimeoutSeconds"] = sum(self.timeout.values())
        self._outputs()
        return self.props

    def _line(self, key, value):
        low = key.lower()
        field = BY_KEY.get(low)
        special = getattr(self, "_key_" + low, None)
        tile, indexed = TILE.match(low), INDEXED.match(low)
        if special:
            special(value)
        elif tile:
            self.tiles[int(tile.group(1)), int(tile.group(2))] = value
        elif field and field.kind in ("text", "number", "flag", "list"):
            self.props[field.key] = {"text": lambda: value, "number": lambda: _number(key, value),
                                     "flag": lambda: _flag(value),
                                     "list": lambda: _words(value)}[field.kind]()
        elif indexed:
            self._numbered(indexed.group(1), int(indexed.group(2)), value)

    def _numbered(self, name, number, value):
        field = BY_KEY.get(name)
        if field and field.kind in ("indexed", "map"):
            self.indexed.setdefault(field.key, {})[number] = value
        elif name.startswith("jobdependency"):
            entry = self.dependencies.setdefault(number, dict(fields.DEPENDENCY))
            entry.update(_dependency(name, value))
        elif name == "eventoptin":
            self.props["EventOptIns"] = self.props["EventOptIns"] + [value]

    def _outputs(self):
        """Of a name that is a full path Deadline makes the folder (deadline 67)."""
        folders, names = self.props["OutputDirectory"], self.props["OutputFilename"]
        for index, name in enumerate(names):
            folder, base = ntpath.split(name)
            if not folder:
                continue
            names[index] = base
            if index < len(folders):
                folders[index] = folder
            else:
                folders.extend([""] * (index - len(folders)) + [folder])

    # -- keys that mean more than one field ---------------------------------------------

    def _key_jobdependencies(self, value):
        for number, job in enumerate(_words(value)):
            self.dependencies.setdefault(number, dict(fields.DEPENDENCY))["JobID"] = job

    def _key_requiredassets(self, value):
        self.props["AssetDependency"] = _words(value)

    def _key_scriptdependencies(self, value):
        self.props["ScriptDependency"] = _words(value)

    def _key_tasktimeoutseconds(self, value):
        self.timeout["seconds"] = _number("TaskTimeoutSeconds", value)

    def _key_tasktimeoutminutes(self, value):
        self.timeout["minutes"] = 60 * _number("TaskTimeoutMinutes", value)

    def _key_allowlist(self, value):
        names = _words(value)
        self.props.update(Whitelist=bool(names), ListedSlaves=names)

    def _key_denylist(self, value):
        self.props.update(Whitelist=False, ListedSlaves=_words(value))

    _key_whitelist = _key_allowlist
    _key_blacklist = _key_denylist


def _dependency(name, value):
    """What one line says of a dependency (deadline 65)."""
    if name == "jobdependency":
        return {"JobID": value}
    if name == "jobdependencynotes":
        return {"Notes": value}
    if name == "jobdependencyframeoffsetoverride":
        start, _, end = value.partition(",")
        return {"OverrideFrameOffsets": True, "StartOffset": _number(name, start),
                "EndOffset": _number(name, end or start)}
    if name == "jobdependencyignoreframeoffsets":
        return {"IgnoreFrameOffsets": _flag(value)}
    if name == "jobdependencyresumeonoverride":
        words = (_words(value) + ["", "", "", ""])[:4]
        percent = _number(name, words[3]) if words[3] else -1
        return {"OverrideResumeOn": True, "ResumeOnComplete": _flag(words[0]),
                "ResumeOnDeleted": _flag(words[1]), "ResumeOnFailed": _flag(words[2]),
                "ResumeOnPercentageCompleted": percent >= 0, "ResumeOnPercentageValue": percent}
    return {}


def read_job(text):
    """(fields of the job, every line of the file). `Plugin` is required (deadline 62, 212)."""
    reader = Reader(text)
    props = reader.read()
    if not props["Plugin"]:
        raise JobFileError("the job info file has no Plugin=")
    return props, reader.lines
