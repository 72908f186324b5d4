# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A studio with a simulated cache in the cloud: helpers run there for real."""

import os
import time

from ansible_collections.renderfarm.file_cache.tests.e2e.command.worker import Worker

FILES = ('assets/a/1.tx', 'assets/a/2.tx', 'assets/b/3.tx', 'assets/plates/bg.1001.exr',
         'assets/plates/bg.1002.exr')


class Site:
    """A studio with a cache in the cloud, and a worker on each side of it."""

    def __init__(self, folder, studio, cache, user=(), **options):
        """user: words before the cloud worker's own, which make it another user's."""
        self.studio = studio
        self.filer = folder / 'farm' / 'filer'
        for name in FILES:
            path = self.filer / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b'one')
        self.host = Worker(folder, cache)
        self.host.configure()
        entered = self.host.entered([])
        words = ['env', 'ETC=' + entered['env']['ETC'], 'TOOLS=' + entered['env']['TOOLS'],
                 'STATE=' + entered['env']['STATE'], 'JOURNAL=' + entered['env']['JOURNAL']]
        self.cloud = studio.farm.worker(
            'cloud1', pools=['cloud'], prefix=words + entered['args'] + list(user),
            mounts={'/mnt/cache': str(self.host.mount)}, **options)
        self.onprem = studio.farm.worker('onprem1', pools=['onprem'])
        # Everything is in the cache, as the filer has it.
        self.read_all()

    def set(self, **settings):
        self.studio.set(**dict({
            'Paths': 'assets=/mnt/nfs/assets', 'Caches': 'fc-1', 'FilerPool': 'onprem',
            'CachePaths': str(self.host.mount / 'assets'),
            'FilerPaths': str(self.filer / 'assets'), 'Scope': 'automatic', 'Shards': '3',
            'CommandPath': str(self.host.command), 'FailurePolicy': 'strict',
            'DeadlineCommand': self.onprem.deadlinecommand}, **settings))

    def edit(self, name, content=b'two, longer'):
        (self.filer / name).parent.mkdir(parents=True, exist_ok=True)
        (self.filer / name).write_bytes(content)

    def read(self, name):
        return (self.host.mount / name).read_bytes()

    def read_all(self):
        return {name: self.read(name) for name in FILES}

    def state(self, name):
        return self.host.state(self.host.mount / name)

    def run_helpers(self):
        """Let workers and scans go on until no helper is left to run."""
        for _round in range(6):
            self.onprem.work()
            self.cloud_helpers()
            self.studio.farm.pending_scan()

    def cloud_helpers(self):
        """The cloud's worker takes helpers only: renders have a lower priority."""
        while any(job['status'] == 'Active' and job['props']['Pool'] == 'cloud'
                  for job in self.studio.helpers()):
            if not self.cloud.step():
                return

    def reports(self, step):
        """The reports of the helpers of this step, the newest helper's last."""
        return [report['text'] for job in self.studio.helpers()
                if self.studio.extra(job['id'], 'FileCacheHandlerStep') == step
                for report in self.studio.farm.reports(job['id'])]

    def baseline(self):
        return (self.filer / 'assets/.file-cache/fc-1.manifest').read_bytes()

    def commands(self):
        """The processes of file-cache that refresh here."""
        found = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open('/proc/%s/cmdline' % pid, 'rb') as stream:
                    words = stream.read().split(b'\0')
            except OSError:
                continue
            if b'refresh' in words and words[0] != b'sudo':
                found.append(pid)
        return found

    def cancel_while_the_cache_is_silent(self):
        """A refresh cannot go on, its task is cancelled, and its command is gone."""
        self.set(Scope='root', Shards='1')
        for name in FILES:
            self.edit(name)
        self.host.cache.control('copytool', 'stop')
        self.studio.submit()
        helper, = self.studio.helpers()
        running = self.cloud.begin()
        wait_until(self.commands)
        self.studio.artist().do('suspend', helper['id'])
        wait_until(lambda: not self.commands())
        assert [one['outcome'] for one in running.wait().result] == ['cancelled']
        self.host.cache.control('copytool', 'start')

    def close(self):
        self.cloud.end()
        self.host.close()


def wait_until(happened):
    ends = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.1)
