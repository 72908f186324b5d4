# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One day of a farm that both roles have made: a texture is edited, rendered, fixed, rendered."""

import os
import pathlib

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.office import Office
from ansible_collections.renderfarm.file_cache.tests.e2e.modules.controller import Controller
from ansible_collections.renderfarm.file_cache.tests.e2e.modules.host import Host
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm as caches

TEXTURE = 'assets/tex/wood.tx'
FRAME = 'assets/out/beauty.%04d.exr'


class Site:
    """A cloud worker on the cache, a worker that sees the filer, an artist."""

    def __init__(self, mount, filer, office, cloud_host, onprem_host):
        self.mount, self.filer = pathlib.Path(mount), pathlib.Path(filer)
        self.farm = office.farm
        self.farm.define(pools=['cloud', 'onprem'], regions=['aws'])
        self.farm.map_path('/mnt/nfs/assets/', linux='%s/assets/' % self.mount, region='aws')
        self.artist = self.farm.machine('artist')
        self.cloud = self.farm.worker('cloud1', pools=['cloud'], region='aws',
                                      prefix=cloud_host.enter)
        self.onprem = self.farm.worker('onprem1', pools=['onprem'], prefix=onprem_host.enter,
                                       mounts={'/mnt/nfs': str(self.filer)})
        self.roots = [{
            'name': 'assets', 'cache': 'fc-1', 'path': '%s/assets' % self.mount,
            'filer': {'host': 'nas', 'path': '%s/assets' % self.filer, 'pool': 'onprem'},
            'submitted_as': ['/mnt/nfs/assets/'], 'region': 'aws', 'pools': ['cloud']}]

    def worker_role(self):
        return role('file_cache_client', stages=['command'], roots=self.roots)

    def repository_role(self, office):
        return role('deadline_filecache', repository=office.farm.repository, roots=self.roots,
                    connection=office.by_command, workers=['worker'], failure_policy='strict',
                    shards=2, deadlinecommand=self.onprem.deadlinecommand)

    def edit(self, content):
        path = self.filer / TEXTURE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def submit(self, reads, **info):
        return self.artist.submit(dict({'Plugin': 'Nuke', 'Frames': '1-2'}, **info),
                                  {'FarmReads0': '/mnt/nfs/' + reads})

    def until_it_renders(self, job):
        """Let workers run helpers, and Pulse release what waits for them."""
        for _round in range(8):
            if self.farm.job(job)['status'] == 'Active':
                return
            self.onprem.work()
            self.cloud.work()
            self.farm.pending_scan()
        raise AssertionError([(one['props']['Name'], one['status'], self.farm.reports(one['id']))
                              for one in self.farm.jobs()])

    def on_filer(self, number):
        return (self.filer / (FRAME % number)).read_bytes()

    def said(self, job):
        return ''.join(report['text'] for report in self.farm.reports(job))


def role(name, **variables):
    return {'name': 'Run', 'ansible.builtin.include_role': {
        'name': 'renderfarm.file_cache.' + name},
        'vars': {name + '_' + key: value for key, value in variables.items()}}


@pytest.fixture
def site(world, tmp_path):
    """The farm, and a function that runs the roles on it."""
    environment, python = world
    with caches.Cache(str(tmp_path / 'farm')) as cache:
        # Before the hosts, which see what is mounted then.
        mount = cache.mount()
        (tmp_path / 'office').mkdir()
        office = Office(tmp_path / 'office')
        hosts, controllers = [], []
        for name in ('cloud', 'onprem'):
            folder = tmp_path / name
            folder.mkdir()
            hosts.append(Host(folder / 'host', tools=cache.tools))
            (folder / 'controller').mkdir()
            controllers.append(Controller(environment, python, folder / 'controller', os.environ,
                                          hosts[-1].enter))
        try:
            yield Site(mount, cache.filer, office, *hosts), office, controllers
        finally:
            office.close()
            for host in hosts:
                host.close()


def test_a_texture_is_edited_and_rendered_and_its_frames_reach_the_filer(site):
    site, office, (cloud, onprem) = site
    site.edit(b'wood, first')
    tasks = [site.worker_role(), site.repository_role(office)]
    done = cloud.plays(*tasks)
    assert not done.failed, done.said
    assert not onprem.plays(site.worker_role()).failed
    again = cloud.plays(*tasks)
    assert not again.failed and not again.changed, again.said

    assert (site.mount / TEXTURE).read_bytes() == b'wood, first'
    site.edit(b'wood, second and longer')
    render = site.submit(TEXTURE, Name='shot', Pool='cloud', SecondaryPool='onprem',
                         OutputDirectory0='/mnt/nfs/assets/out',
                         OutputFilename0='beauty.####.exr')
    comp = site.submit(FRAME % 1, Name='comp', Pool='onprem', Frames='1',
                       JobDependencies=render, OutputDirectory0='/mnt/nfs/comp',
                       OutputFilename0='comp.####.exr')
    site.until_it_renders(render)
    first, = site.cloud.step()
    assert first['outcome'] == 'completed', site.said(render)
    assert b'wood, second and longer' in site.on_filer(1)
    site.onprem.work()  # the refresh's last step too
    assert b'wood, second and longer' in site.on_filer(2)
    assert site.farm.reports(render, 'error') == []

    site.farm.pending_scan()
    site.onprem.work()
    assert site.farm.job(comp)['status'] == 'Completed', site.said(comp)
    assert b'wood, second and longer' in (site.filer / 'comp' / 'comp.0001.exr').read_bytes()

    site.edit(b'wood, third, the best of all')
    site.artist.do('requeue', render)
    site.until_it_renders(render)
    site.cloud.work()
    for number in (1, 2):
        assert b'wood, third, the best of all' in site.on_filer(number)
    assert site.farm.job(render)['status'] == 'Completed'
    assert site.farm.reports(render, 'error') == [] and site.artist.event_errors() == []
