# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deadline.Slaves: the settings of a worker that scripts change and save."""

from .net import Array, converted, texts


class SlaveSettings:
    """A copy; RepositoryUtils.SaveSlaveSettings writes what was changed."""

    def __init__(self, document):
        self._document = document
        self._changed = {}

    def changed(self):
        """What there is to be written."""
        return dict(self._changed)

    def _put(self, key, value):
        self._document[key] = self._changed[key] = value

    SlaveName = property(lambda self: self._document["name"])
    SlavePools = property(lambda self: Array(self._document["pools"]))
    SlaveGroups = property(lambda self: Array(self._document["groups"]))
    SlaveEnabled = property(
        lambda self: self._document["enabled"],
        lambda self, value: self._put("enabled", converted(value, bool, "SlaveEnabled")))
    SlaveListeningPort = property(
        lambda self: self._document.get("port", 0),
        lambda self, value: self._put("port", converted(value, int, "SlaveListeningPort")))
    SlaveOverrideListeningPort = property(
        lambda self: self._document.get("own_port", False),
        lambda self, value: self._put("own_port",
                                      converted(value, bool, "SlaveOverrideListeningPort")))
    SlaveEventOptIns = property(lambda self: Array(self._document["event_opt_ins"]))

    def SetSlavePools(self, names):
        self._put("pools", texts(names, "SetSlavePools"))

    def SetSlaveGroups(self, names):
        self._put("groups", texts(names, "SetSlaveGroups"))

    def SetSlaveExtraInfoKeyValue(self, key, value):
        self._put("extra", dict(self._document["extra"], **{key: converted(value, str, key)}))

    def GetSlaveExtraInfoKeyValue(self, key):
        return self._document["extra"].get(key, "")
