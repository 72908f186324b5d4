# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deadline.Slaves: the settings of a worker that scripts change and save."""

from ..state import queue
from .net import Array, converted, texts

EXTRA_INFO = ["SlaveExtraInfo%d" % number for number in range(10)]


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

    def __getattr__(self, name):
        if name in EXTRA_INFO:
            return self._document["extra"].get(name, "")
        raise AttributeError("'SlaveSettings' object has no attribute '%s'" % name)

    def __setattr__(self, name, value):
        if name in EXTRA_INFO:
            self.SetSlaveExtraInfoKeyValue(name, value)
        elif name.startswith("_") or isinstance(getattr(type(self), name, None), property):
            object.__setattr__(self, name, value)
        else:
            raise AttributeError("'SlaveSettings' object has no attribute '%s'" % name)

    def SetSlavePools(self, names):
        self._put("pools", texts(names, "SetSlavePools"))

    def SetSlaveGroups(self, names):
        self._put("groups", texts(names, "SetSlaveGroups"))

    def SetSlaveExtraInfoKeyValue(self, key, value):
        self._put("extra", dict(self._document["extra"], **{key: converted(value, str, key)}))

    def GetSlaveExtraInfoKeyValue(self, key):
        return self._document["extra"].get(key, "")


class SlaveInfo:
    """What a worker reports of itself."""

    def __init__(self, database, document):
        self._document = document
        self._tasks = [task for task in queue.rendering(database)
                       if task["worker"] == document["name"]]
        job = database.get("jobs", self._tasks[0]["job"]) if self._tasks else None
        self.SlaveCurrentJobId = job["id"] if job else ""
        self.SlaveCurrentJobName = job["props"]["Name"] if job else ""
        self.SlaveCurrentTaskIds = ",".join(task["id"] for task in self._tasks)

    SlaveName = property(lambda self: self._document["name"])
    SlaveRegion = property(lambda self: self._document["region"])
    MachineRealName = property(lambda self: self._document["host"])
    MachineIPAddress = property(lambda self: self._document["address"])
    MachineOperatingSystem = property(
        lambda self: {"windows": "Windows 10", "mac": "macOS 13", "linux": "Linux"}[
            self._document["os"]])
    MachineUserName = property(lambda self: self._document["user"])
    Version = property(lambda self: "v%s Release" % self._document["version"])

    @property
    def SlaveState(self):
        if not self._document["enabled"]:
            return "Disabled"
        return self._document["state"]


class SlaveInfoSettings:
    """Both halves of one worker (RepositoryUtils.GetSlaveInfoSettings)."""

    def __init__(self, database, document):
        self.Info = SlaveInfo(database, document)
        self.Settings = SlaveSettings(document)
