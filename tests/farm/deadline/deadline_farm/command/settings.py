# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Repository options, and their transport between repositories by a file (deadline 142, 171)."""

import json

from .registry import Failure, command

# What is exposed to the command line at all; path mappings and regions are not (deadline 131).
OPTIONS = {"EnableRemoteAdministration": "True", "SlaveUseIPAddress": "False",
           "PulseUseIPAddress": "False", "UsageBasedURL": ""}
# Names of what a settings file can hold, and where the database keeps it.
EXPORTED = {"Groups": "groups", "Pools": "pools"}
MAPPINGS = {"PathMapping": "path_mappings"}
SINCE = (10, 2)


def _options(session):
    return dict(OPTIONS, **session.database.get("farm", "options", {}))


def _option(session, name):
    for key in _options(session):
        if key.lower() == name.lower():
            return key
    raise Failure("There is no repository option %s" % name)


@command("GetRepositoryOptions")
def get_options(session, _):
    """The names of the repository options that can be read and set here."""
    return sorted(_options(session))


@command("GetRepositoryOptionsWithValues")
def get_options_with_values(session, _):
    """These options and their values."""
    return _options(session)


@command("GetRepositoryOption", "<Name>")
def get_option(session, words):
    """One repository option."""
    return _options(session)[_option(session, words[0])]


@command("SetRepositoryOption", "<Name> <Value>")
def set_option(session, words):
    """Set a repository option."""
    key = _option(session, words[0])
    with session.database.change("farm", "options", {}) as options:
        options[key] = words[1]


def _supported(session):
    """Which settings this version's files hold: with or without path mappings (both ways, 231)."""
    if session.version < SINCE:
        raise Failure("Unrecognized command: this version has no settings files")
    with_mappings = session.switches["export_path_mappings"]
    return dict(EXPORTED, **MAPPINGS) if with_mappings else EXPORTED


def _parse(words, options):
    """{option: [word...]} of '-Option word word'."""
    found, current = {}, None
    for word in words:
        if word.startswith("-"):
            current = next((each for each in options if each.lower() == word[1:].lower()), None)
            if current is None:
                raise Failure("Unrecognized option: %s" % word)
            found[current] = []
        elif current is None:
            raise Failure("Unexpected argument: %s" % word)
        else:
            found[current].append(word)
    return found


@command("ExportRepositorySettings", "[Option...]")
def export_settings(session, words):
    """-Settings NAME... -ExportFilePath FILE: write settings of this repository, or print them."""
    supported = _supported(session)
    options = _parse(words, ("Settings", "ExportFilePath"))
    chosen = options.get("Settings", list(supported))
    unknown = sorted(set(chosen) - set(supported))
    if unknown:
        raise Failure("Unsupported settings: %s. Supported are: %s" % (
            ", ".join(unknown), ", ".join(sorted(supported))))
    exported = {name: session.database.get("farm", supported[name], []) for name in chosen}
    text = json.dumps({"Version": session.version_text, "Settings": exported}, indent=2)
    if "ExportFilePath" not in options:
        return text
    session.runtime.files.write(options["ExportFilePath"][0], text.encode("utf-8"))
    return "Exported: %s" % ", ".join(chosen)


@command("ImportRepositorySettings", "<File> [Append|Overwrite]")
def import_settings(session, words):
    """Bring the settings of such a file into this repository."""
    supported = _supported(session)
    settings = json.loads(session.runtime.files.contents(words[0]).decode("utf-8"))["Settings"]
    unknown = sorted(set(settings) - set(supported))
    if unknown:
        raise Failure("The file holds unsupported settings: %s" % ", ".join(unknown))
    appends = [word.lower() for word in words[1:]] != ["overwrite"]
    with session.database.transaction():
        for name, values in settings.items():
            old = session.database.get("farm", supported[name], []) if appends else []
            session.database.put("farm", supported[name],
                                 old + [value for value in values if value not in old])
    return "Imported: %s" % ", ".join(settings)
