# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of RepositoryUtils about the farm itself: pools, groups, workers, data, folders."""

from ..state import disk, repository
from .net import Array, texts
from .worker import SlaveInfo, SlaveInfoSettings, SlaveSettings


class RepositorySetup:
    """A part of RepositoryUtils; `_runtime` is the process."""

    _runtime = None

    def _farm_list(self, kind):
        return self._runtime.database.get("farm", kind, [])

    def _add(self, kind, name):
        self._runtime.call("Add" + kind, name)
        repository.add_name(self._runtime.database, kind, name)

    def GetPoolNames(self):
        return Array(["none"] + self._farm_list("pools"))

    def GetGroupNames(self):
        return Array(["none"] + self._farm_list("groups"))

    def AddPool(self, name):
        self._add("pools", name)

    def AddGroup(self, name):
        self._add("groups", name)

    def GetLimitGroupNames(self):
        return Array(key for key, _ in self._runtime.database.all("limits"))

    # -- workers -------------------------------------------------------------------------------

    def GetSlaveNames(self, invalidate=False):
        self._runtime.call("GetSlaveNames")
        return Array(worker["name"] for worker in self._runtime.database.bodies("workers"))

    def GetSlaveSettings(self, name, invalidate=False):
        self._runtime.call("GetSlaveSettings", name)
        found = self._runtime.database.get("workers", name)
        return SlaveSettings(found) if found else None

    def GetSlaveSettingsList(self, invalidate=False):
        self._runtime.call("GetSlaveSettingsList")
        return Array(map(SlaveSettings, self._runtime.database.bodies("workers")),
                     "Deadline.Slaves.SlaveSettings")

    def GetSlaveInfo(self, name, invalidate=False):
        self._runtime.call("GetSlaveInfo", name)
        found = self._runtime.database.get("workers", name)
        return SlaveInfo(self._runtime.database, found) if found else None

    def GetSlaveInfoSettings(self, invalidate=False):
        self._runtime.call("GetSlaveInfoSettings")
        database = self._runtime.database
        return Array([SlaveInfoSettings(database, found) for found in database.bodies("workers")],
                     "Deadline.Slaves.SlaveInfoSettings")

    def SaveSlaveSettings(self, settings):
        self._runtime.call("SaveSlaveSettings", settings.SlaveName)
        with self._runtime.database.change("workers", settings.SlaveName) as worker:
            worker.update(settings.changed())

    def SetPoolsForSlave(self, name, pools):
        self._set_worker("SetPoolsForSlave", name, pools=texts(pools, "SetPoolsForSlave"))

    def SetGroupsForSlave(self, name, groups):
        self._set_worker("SetGroupsForSlave", name, groups=texts(groups, "SetGroupsForSlave"))

    def _set_worker(self, call, name, **values):
        self._runtime.call(call, name)
        with self._runtime.database.change("workers", name) as worker:
            worker.update(values)

    def GetUserGroupsForUser(self, user):
        return Array(self._runtime.database.get("user_groups", user, ["Everyone"]))

    def GetRegionNameFromId(self, number):
        regions = self._farm_list("regions")
        return regions[number - 1] if 0 < number <= len(regions) else "none"

    # -- data of the farm ------------------------------------------------------------------------

    def AddOrUpdateServerData(self, data_id, key, value):
        """There is no public call that reads it back (deadline 162)."""
        self._runtime.call("AddOrUpdateServerData", data_id, key)
        if not isinstance(value, str):
            raise TypeError("server data is a string, not %r" % (value,))
        repository.put_server_data(self._runtime.database, data_id, {key: value})

    # -- folders ---------------------------------------------------------------------------------

    def GetRootDirectory(self):
        return self._runtime.repository_path("").rstrip("/\\")

    def GetEventsDirectory(self):
        return self._runtime.repository_path("events")

    def GetCustomEventsDirectory(self):
        return self._runtime.repository_path("custom/events")

    def GetRepositoryFilePath(self, path, check_custom=False):
        for parent in (["custom/"] if check_custom else []) + [""]:
            real = "%s/repository/%s%s" % (self._runtime.folder, parent, path)
            if disk.exists(real):
                return self._runtime.repository_path(parent + path)
        return self._runtime.repository_path(path)

    GetRepositoryPath = GetRepositoryFilePath
