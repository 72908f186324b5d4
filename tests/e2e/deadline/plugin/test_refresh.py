# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers run for real: a render reads the newest bytes, and nothing else is fetched again."""

import os
import re

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.plugin.site import FILES, Site
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm as caches


@pytest.fixture
def site(studio, tmp_path):
    with caches.Cache(str(tmp_path / 'farm')) as cache:
        one = Site(tmp_path, studio, cache)
        one.set()
        yield one
        one.close()


def test_scope_changed(site):
    """Scan, shards, last step; then one texture of many is edited (issue 6)."""
    site.studio.submit()
    site.run_helpers()
    assert [one['status'] for one in site.studio.helpers()] == ['Completed'] * 3
    first = site.baseline()
    site.edit('assets/a/1.tx')
    site.edit('assets/new/4.tx', b'fresh')
    assert site.read('assets/a/1.tx') == b'one'  # what an artist sees without us
    job = site.studio.submit()
    site.run_helpers()
    assert site.studio.status(job) == 'Active'
    assert site.read('assets/a/1.tx') == b'two, longer'
    assert site.read('assets/new/4.tx') == b'fresh'
    taken = re.findall(r'refresh \S+: (\d+) files', ''.join(site.reports('refresh')[3:]))
    assert (len(taken), sum(map(int, taken))) == (3, 2)
    assert first != site.baseline()
    assert sorted(os.listdir(str(site.filer / 'assets/.file-cache'))) == ['fc-1.manifest']
    assert site.studio.quiet()


def test_scope_changed_does_not_forget_what_could_not_be_refreshed(site):
    """A dirty file is left as it is, so the baseline stays, also under lenient."""
    site.set(FailurePolicy='lenient')
    site.studio.submit()
    site.run_helpers()
    before = site.baseline()
    with open(str(site.host.mount / 'assets/a/1.tx'), 'wb') as stream:
        stream.write(b'written here')
    site.edit('assets/a/1.tx')
    job = site.studio.submit()
    site.run_helpers()
    assert site.studio.status(job) == 'Active'
    assert site.read('assets/a/1.tx') == b'written here'
    assert site.baseline() == before
    assert 'the baseline stays as it was' in site.reports('last')[-1]


def test_scope_assets(site):
    """What the job lists, sequences whole (D28); other files stay as they are."""
    site.set(Scope='assets')
    for name in FILES:
        site.edit(name)
    site.studio.submit(Frames='1001-1002', AssetDependency0='/mnt/nfs/assets/plates/bg.####.exr',
                       AWSAssetFile1='', RequiredAssets='/mnt/nfs/assets/a/1.tx',
                       AWSAssetFile0='/mnt/nfs/assets/a/none.tx', AWSAssetFile2='$TEX/a.tx')
    site.run_helpers()
    helper, = site.studio.helpers()
    assert helper['status'] == 'Completed'
    stale = {name for name, content in site.read_all().items() if content == b'one'}
    assert stale == {'assets/a/2.tx', 'assets/b/3.tx'}
    assert 'not refreshed: $TEX/a.tx' in site.studio.history(site.studio.renders()[0]['id'])


@pytest.mark.parametrize('settings, newest, bits', [
    ({}, b'two, longer', 0x9), ({'CacheHydration': 'False'}, b'two, longer', 0xd),
    ({'CacheEviction': 'False'}, b'one', 0x9)])
def test_scope_root_and_each_verb(site, settings, newest, bits):
    site.set(Scope='root', **settings)
    for name in FILES:
        site.edit(name)
    job = site.studio.submit()
    site.run_helpers()
    assert site.studio.status(job) == 'Active'
    assert {site.state(name) for name in FILES} == {bits}
    assert set(site.read_all().values()) == {newest}


def test_a_requeued_render_reads_the_texture_that_was_fixed_again(site):
    job = site.studio.submit()
    site.run_helpers()
    site.edit('assets/b/3.tx', b'fixed again')
    site.studio.artist().do('requeue', job)
    assert site.studio.status(job) == 'Pending'
    site.run_helpers()
    assert site.read('assets/b/3.tx') == b'fixed again'


def test_progress_stands_in_the_monitor(site):
    site.set(Scope='root')
    site.studio.submit()
    site.run_helpers()
    assert any('Progress: 100%' in text for text in site.reports('refresh'))
    assert {task['progress'] for task in site.studio.farm.tasks(
        site.studio.helpers()[0]['id'])} == {100}


def test_a_cancelled_helper_ends_its_command(site):
    """The coordinator is silent; the task is cancelled, and the command is gone in seconds."""
    site.cancel_while_the_cache_is_silent()
