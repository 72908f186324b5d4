# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Get...ConfigEntry families (deadline 39, 210): texts from a layered table, read by type."""


from .net import Array


class DeadlineError(Exception):
    """What .NET would throw at a script."""


def boolean(text, key):
    word = text.strip().lower()
    if word not in ("true", "false"):
        raise DeadlineError("String was not recognized as a valid Boolean: %s=%r" % (key, text))
    return word == "true"


def integer(text, key):
    try:
        return int(text)
    except ValueError:
        raise DeadlineError("Input string was not in a correct format: %s=%r" % (key, text))


def real(text, key):
    try:
        return float(text)
    except ValueError:
        raise DeadlineError("Input string was not in a correct format: %s=%r" % (key, text))


def entry(table, key):
    """The text of a key; a missing one is thrown."""
    if key not in table:
        raise DeadlineError("the config entry %r does not exist" % key)
    return table[key]


class ConfigEntries:
    """The family over `self._config()`: a dictionary of texts."""

    def _config(self):
        raise NotImplementedError

    def GetConfigEntry(self, key):
        return entry(self._config(), key)

    def GetConfigEntryWithDefault(self, key, default):
        return self._config().get(key, default)

    def GetBooleanConfigEntry(self, key):
        return boolean(entry(self._config(), key), key)

    def GetBooleanConfigEntryWithDefault(self, key, default):
        return boolean(self._config()[key], key) if key in self._config() else default

    def GetIntegerConfigEntry(self, key):
        return integer(entry(self._config(), key), key)

    def GetIntegerConfigEntryWithDefault(self, key, default):
        return integer(self._config()[key], key) if key in self._config() else default

    def GetFloatConfigEntry(self, key):
        return real(entry(self._config(), key), key)

    def GetFloatConfigEntryWithDefault(self, key, default):
        return real(self._config()[key], key) if key in self._config() else default


class PluginConfig(ConfigEntries):
    """What RepositoryUtils.GetEventPluginConfig returns (deadline 135)."""

    def __init__(self, settings):
        self._settings = settings

    def _config(self):
        return self._settings.values

    def GetConfigEntryKeys(self):
        return Array(self._settings.values)

    @property
    def PluginEnabled(self):
        return bool(self._settings.document.get("PluginEnabled"))
