# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated Deadline farm with a machine to administer it from, and its servers."""

import contextlib
import json
import subprocess
import sys
import urllib.request

from ansible_collections.renderfarm.file_cache.tests.e2e.modules.controller import ROOT
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running

FARM = ROOT / 'tests' / 'farm' / 'deadline'
sys.path.insert(0, str(FARM))

from deadline_farm.farm import Farm  # noqa: E402
from deadline_farm.servers import certificates  # noqa: E402

PLUGIN = ROOT / 'roles' / 'deadline_filecache' / 'files' / 'events' / 'FileCacheHandler'
ROOTS = [{'name': 'assets', 'path': '/mnt/cache/assets', 'region': 'aws', 'cache': 'fc-0123',
          'submitted_as': ['Z:\\assets\\', '/mnt/nfs/assets/']}]


class Office:
    """farm: the simulated farm; admin: its machine with deadlinecommand; web, rcs: see below."""

    def __init__(self, folder, version='10.3.2.1', region='aws'):
        self._open = contextlib.ExitStack()
        self._folder = folder
        self.version = version
        self.farm = self._open.enter_context(Farm(str(folder / 'farm')))
        self.farm.define(pools=['cloud'], groups=['cloud_linux'], regions=['aws'])
        self.farm.install_event_plugin(str(PLUGIN))
        self.admin = self.farm.machine('admin', version=version, region=region)
        self.param = str(PLUGIN / 'FileCacheHandler.param')

    def close(self):
        self._open.close()

    @property
    def by_command(self):
        """The connection options of a module."""
        return {'deadlinecommand': self.admin.deadlinecommand}

    def serve(self, *words):
        """Run a server of the farm; return its address."""
        server = self._open.enter_context(running(
            [sys.executable, str(FARM / 'serve')] + list(words), stdout=subprocess.PIPE,
            universal_newlines=True))
        return server.stdout.readline().strip()

    def web(self):
        """The address of a web service."""
        return self.serve('web', self.farm.folder, 'admin')

    def rcs(self, *words):
        """The address of a Remote Connection Server without TLS."""
        return self.serve('rcs', self.farm.folder, *words)

    def rcs_by_tls(self):
        """The connection options for one that asks for client certificates."""
        folder = self._folder / 'certificates'
        certificates.make(str(folder))
        url = self.rcs('--tls', str(folder))
        return dict(transport='rcs', rcs_url=url, rcs_ca_path=str(folder / 'ca.crt'),
                    rcs_client_cert=str(folder / 'client.crt'),
                    rcs_client_key=str(folder / 'client.key'))

    def record(self):
        """What the database holds of the event plugin."""
        return self.farm.database.get('event_settings', 'filecachehandler', {})


def fault(url, **what):
    """Have a server without TLS answer wrongly (deadline_farm/servers/service.py)."""
    request = urllib.request.Request(url + '/control', method='POST', data=json.dumps(
        {'fault': what or None}).encode())
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
