# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The .param file of an event plugin (deadline 13-20) and its settings (23-27, 210)."""

import re

from . import switches

SECTION = re.compile(r"^\[(.+)\]\s*$")
TYPES = set("""enum enumeration boolean string multilinestring integer float password label folder
multilinemultifolder filename filenamesave multifilename multilinemultifilename color
slavelist""".split())


class ParamError(ValueError):
    """A .param file that Deadline's Monitor would warn about; the text says why."""


def read(text, name):
    """{key: {entry in lower case: value}}"""
    sections, current = {}, None
    for line in text.splitlines():
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        match = SECTION.match(line)
        if match:
            current = sections.setdefault(match.group(1), {})
        elif current is None or "=" not in line:
            raise ParamError("%s.param: %r stands outside of a section" % (name, line))
        else:
            key, _, value = line.partition("=")
            current[key.strip().lower()] = value.strip()
    _check(sections, name)
    return sections


def default_of(section):
    return section.get("default", section.get("defaultvalue", ""))


def _check(sections, name):
    for key, section in sections.items():
        kind = section.get("type", "").lower()
        if kind not in TYPES:
            raise ParamError("%s.param: [%s] has the type %r" % (name, key, kind))
        items = section.get("items", section.get("values", ""))
        if kind in ("enum", "enumeration") and default_of(section) not in items.split(";"):
            raise ParamError("%s.param: the default of [%s] is none of its items" % (name, key))
    if "State" not in sections:
        raise ParamError("%s.param has no [State]" % name)


class Settings:
    """Of one event plugin: the .param file's defaults, and over them the database's texts."""

    def __init__(self, database, name, sections):
        self.database = database
        self.name = name
        self.document = database.get("event_settings", name.lower(), {})
        self.values = {key: default_of(section) for key, section in sections.items()}
        self.values.update(self.document.get("DlInit", {}))

    @property
    def state(self):
        """Global Enabled, Opt-In or Disabled (deadline 20, 136)."""
        needs_more = not switches.read(self.database)["state_enables"]
        if needs_more and not self.document.get("PluginEnabled"):
            return "Disabled"
        return self.values.get("State", "Disabled")


def document(name):
    """What the database holds of a plugin that was never configured (deadline 24)."""
    return {"Name": name, "PluginEnabled": False, "DebugLogging": False, "Icon": None,
            "Limits": [], "DlInit": {}, "Meta": {}}


def save(database, name, values, enabled=None):
    """Set some values, as texts; `enabled` also sets PluginEnabled, as the Monitor does."""
    with database.change("event_settings", name.lower(), document(name)) as found:
        found["DlInit"].update({key: str(value) for key, value in values.items()})
        if enabled is not None:
            found["PluginEnabled"] = enabled
