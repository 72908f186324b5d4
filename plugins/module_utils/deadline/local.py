# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way in by deadlinecommand, on a host that has the Deadline Client."""

from .command import Command
from .scripts import Scripts
from .transport import Transport


class DeadlineCommand(Transport):
    """Asks with our script (inside.py) wherever the answer has more than one value."""

    name = 'deadlinecommand'
    instead = 'Use transport rcs with rcs_url.'

    def __init__(self, named=None, timeout=60, variables=None):
        self.command = Command(named, timeout, variables)
        self._scripts = Scripts(self.command)
        self._collections = None

    def close(self):
        self.command.close()

    def version(self):
        return self.command.version()

    def event_plugin(self, name, keys=()):
        def read(known):
            return self._scripts.run('event_plugin', name=name, keys=sorted(keys), known=known)
        found = read(known=False)
        if not found['known'] and name in self.command.ask_list(['GetEventPluginNames']):
            # By a Remote Connection Server the folder may be the server's (deadline 8).
            return read(known=True)
        return found

    def set_event_plugin(self, name, settings):
        self._scripts.run('set_event_plugin', name=name, settings=settings)

    def workers(self):
        return self._scripts.run('workers')

    def set_worker(self, name, enabled):
        self._scripts.run('set_worker', name=name, enabled=enabled)

    def rendering(self):
        return self._scripts.run('rendering')

    def jobs(self, states):
        return self._scripts.run('jobs', states=list(states))

    def path_mappings(self, paths=()):
        return self._scripts.run('path_mappings', paths=list(paths))

    def pools(self):
        return self._pools_and_groups()['pools']

    def groups(self):
        return self._pools_and_groups()['groups']

    def client_setting(self, key):
        return self.command.ask(['GetIniFileSetting', key])

    def set_client_setting(self, key, value, all_users=False):
        self.command.ask(['SetIniFileSetting', key, value] + (['AllUsers'] if all_users else []))

    def put_server_data(self, name, values, token=None):
        self._scripts.run('put_server_data', name=name, values=values)

    def _pools_and_groups(self):
        if self._collections is None:
            self._collections = self._scripts.run('pools_and_groups')
        return self._collections
