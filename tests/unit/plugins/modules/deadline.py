# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Deadline in memory, for the modules; the simulated farm is met in tests/e2e."""

import copy

from ansible_collections.renderfarm.file_cache.plugins.module_utils import deadline_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.rcs import (
    ConnectionServer,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.transport import (
    Transport,
)

PARAM = """
[State]
Type=Enum
Items=Global Enabled;Opt-In;Disabled
Default=Disabled
[Paths]
Type=MultiLineString
Default=
[CacheEviction]
Type=Boolean
Default=True
[Key]
Type=Password
Default=
"""


def worker(name, **more):
    return dict(dict(name=name, host=name, address='10.0.0.7', os='Linux', version='v10.3.2.1',
                     state='Idle', region='none', enabled=True, pools=[], groups=[], job_id='',
                     job='', tasks=[]), **more)


def job(number, **more):
    return dict(dict(id='%024x' % number, name='job %d' % number, status='Active', user='artist',
                     batch='', plugin='CommandLine', pool='none', secondary_pool='', group='none',
                     post_task_script='', user_post_task_script='', helper=False, helper_root='',
                     helper_step='', paths=[]), **more)


class Farm(Transport):
    """One that can do everything; writes: what was asked to be changed.

    deaf: set_event_plugin changes nothing (deadline 136).
    """

    def __init__(self):
        self.writes = []
        self.plugin = dict(known=True, folder='/repository/custom/events/FileCacheHandler',
                           param=PARAM, settings={}, enabled=None, meta={'helper_a': '{}'})
        self.all_workers = []
        self.tasks = []
        self.all_jobs = []
        self.rules = []
        self.ini = {}
        self.deaf = False

    def version(self):
        return '10.3.2.1'

    def event_plugin(self, name, keys=()):
        found = copy.deepcopy(self.plugin)
        found['settings'] = {key: self.plugin['settings'].get(key)
                             for key in ['State', 'Paths', 'CacheEviction', 'Key'] + list(keys)}
        return found

    def set_event_plugin(self, name, settings):
        self.writes.append(('set', settings))
        if not self.deaf:
            self.plugin['settings'].update(settings)

    def replace_event_plugin(self, name, settings, meta=None):
        self.writes.append(('replace', settings, meta))
        self.plugin.update(settings=dict(settings), enabled=settings['State'] != 'Disabled')

    def workers(self):
        return copy.deepcopy(self.all_workers)

    def set_worker(self, name, enabled):
        self.writes.append((name, enabled))
        for one in self.all_workers:
            if one['name'] == name:
                one['enabled'] = enabled

    def rendering(self):
        return copy.deepcopy(self.tasks)

    def jobs(self, states):
        return [one for one in self.all_jobs if one['status'] in states]

    def path_mappings(self, paths=()):
        return dict(rules=[list(rule) for rule in self.rules],
                    mapped=[self._mapped(path) for path in paths])

    def _mapped(self, path):
        for source, target in self.rules:
            if path.replace('\\', '/').lower().startswith(source.replace('\\', '/').lower()):
                return target + path[len(source):]
        return path

    def pools(self):
        return ['none', 'cloud']

    def groups(self):
        return ['none']

    def client_setting(self, key):
        return self.ini.get(key, '')

    def set_client_setting(self, key, value, all_users=False):
        self.writes.append((key, value, all_users))
        if not self.deaf:
            self.ini[key] = value


class Server(ConnectionServer):
    """A Remote Connection Server of the same farm: its abilities, and no more."""

    def __init__(self, farm):
        super(Server, self).__init__(None)
        self.replace_event_plugin = farm.replace_event_plugin
        self.pools, self.groups = farm.pools, farm.groups


def use(monkeypatch, farm):
    """Have the modules meet this farm, by whatever transport they choose."""
    monkeypatch.setattr(deadline_module, 'connect', lambda params: Server(farm)
                        if params['transport'] == 'rcs' else farm)
    monkeypatch.setattr(deadline_module, 'connection_server', lambda params: Server(farm)
                        if params['rcs_url'] else None)
    return farm
