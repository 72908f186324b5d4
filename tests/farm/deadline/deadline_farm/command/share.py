# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The repository's files as one machine reaches them (deadline 7, 8)."""

from ..state import disk

# What a server's own path looks like on a machine that only reaches it over the network.
SERVERS = "/opt/Thinkbox/DeadlineRepository10"


class Mounted:
    """Directly: every path is one of the machine's own."""

    def __init__(self, runtime):
        self._runtime = runtime

    def _real(self, name):
        return "%s/repository/%s" % (self._runtime.folder, name)

    def root(self):
        return self._runtime.repository_path("").rstrip("/\\")

    def path(self, name):
        return self._runtime.repository_path(name)

    local = path

    def exists(self, name):
        return disk.exists(self._real(name))

    def folders(self, name):
        """The folders in a stock folder and in the custom one of its name."""
        found = set()
        for parent in (name, "custom/" + name):
            found.update(disk.names(self._real(parent)))
        return sorted(found)


class Served(Mounted):
    """Over a Remote Connection Server: folders are the server's, files are fetched."""

    def __init__(self, runtime, connection):
        super().__init__(runtime)
        self._connection = connection

    def root(self):
        return SERVERS

    def path(self, name):
        return "%s/%s" % (SERVERS, name)

    def local(self, name):
        """A copy of the file in this machine's own folder."""
        path = self._runtime.files.join(self._runtime.temp, "repository", *name.split("/"))
        self._runtime.files.make_folder(path.rpartition(self._runtime.files.join("", ""))[0])
        self._runtime.files.write(path, self._connection.fetch(name))
        return path
