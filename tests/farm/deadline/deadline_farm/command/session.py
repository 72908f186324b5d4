# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sub-command has at hand: the machine, the user's connection, the farm behind it."""

from ..machine.scripts import Surroundings
from ..state import repository as farm_files
from ..state import switches
from .connection import Connection
from .registry import Failure
from .share import Mounted, Served


class Session:
    """One call on the machine of `runtime`."""

    def __init__(self, runtime):
        self.runtime = runtime
        self.connection = Connection(runtime)
        runtime.region = runtime.region_of(self.connection.user)
        self.switches = switches.read(runtime.database)
        self.version_text = runtime.machine["version"]
        self.version = runtime.version

    @property
    def database(self):
        return self.runtime.database

    @property
    def jobs(self):
        return self.runtime.jobs

    @property
    def user(self):
        return self.connection.user

    @property
    def repository(self):
        if self.connection.remote:
            return Served(self.runtime, self.connection)
        return Mounted(self.runtime)

    def connect(self):
        """Reach the repository, or say what a real client says when it is away."""
        if not self.switches["repository_reachable"]:
            raise Failure("Could not connect to any of the specified Mongo DB servers defined in"
                          " the \"Hostname\" parameter of the \"settings\\connection.ini\" file in"
                          " the root of the Repository.")
        self.connection.tried()

    def existing(self, path):
        """A path of this machine at which there is a file."""
        if not self.runtime.files.exists(path):
            raise Failure("Could not find file '%s'" % path)
        return path

    def scan(self):
        """One pending scan; the ids of the jobs that it released."""
        return self.jobs.scan(Surroundings(self.runtime))

    def map_path(self, path, separators):
        return self.runtime.map_path(path, separators)

    def path_mappings(self):
        return farm_files.mappings_of(self.database, self.runtime.system, self.runtime.region)
