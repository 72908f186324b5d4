# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs are submitted from three systems: what waits for what, and what each job carries."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.plugin.studio import (
    NAME,
    SCRIPT,
    SPELLINGS,
)

VERSIONS = ['10.1.23.6', '10.2.1.1', '10.3.2.1', '10.4.2.2']


def line_of(job):
    return job['plugin_info']['Arguments']


@pytest.mark.parametrize('system', sorted(SPELLINGS))
@pytest.mark.parametrize('version', VERSIONS)
def test_a_render_waits_for_its_helper(studio, system, version):
    """Every system and version: one helper, pending, batched, with the task script (82, 140)."""
    job = studio.submit(system, artist=studio.artist(system, version=version))
    helper, = studio.helpers()
    assert studio.waits_for(job) == [helper['id']]
    assert (studio.status(job), helper['status']) == ('Pending', 'Active')
    props = studio.props(job)
    assert props['PostTaskScript'] == SCRIPT
    assert props['BatchName'] == helper['props']['BatchName'] == 'shot Batch'
    assert studio.extra(job, 'FileCacheRoots') == 'assets'
    assert studio.extra(job, 'FileCacheWriteBackTimeout') == '900'
    assert 'waits for %s' % helper['id'] in studio.history(job)
    assert len(studio.farm.jobs()) == 2  # the helper made none of its own (61)
    assert studio.quiet()


def test_the_helper_copies_nothing_of_the_render_but_where_it_runs_and_whose_it_is(studio):
    """Rows 94, 105 and D11: no outputs, its own frames, no tiles, no machine limit."""
    studio.set(HelperLimits='cache', HelperPriority='90')
    studio.submit(Frames='1-1000', ChunkSize='5', MachineLimit='3', Priority='10', Group='linux',
                  ConcurrentTasks='4', TileJob='True', TileJobTilesInX='2', TileJobFrame='1',
                  PostJobScript='/x', LimitGroups='cache', Department='fx')
    props = studio.helpers()[0]['props']
    assert (props['Frames'], props['ChunkSize'], props['ConcurrentTasks']) == ('1-8', 1, 1)
    assert (props['OutputDirectory'], props['TileJob'], props['PostJobScript']) == ([], False, '')
    assert (props['Pool'], props['Group'], props['Department']) == ('cloud', 'linux', 'fx')
    assert (props['MachineLimit'], props['Priority'], props['LimitGroups']) == (0, 90, ['cache'])


@pytest.mark.parametrize('evict, hydrate, verb', [
    ('True', 'True', 'refresh'), ('True', 'False', 'evict'), ('False', 'True', 'hydrate')])
def test_evict_and_hydrate(studio, evict, hydrate, verb):
    studio.set(CacheEviction=evict, CacheHydration=hydrate)
    studio.submit()
    assert ' %s @assets ' % verb in line_of(studio.helpers()[0])


def test_neither_is_write_back_only(studio):
    studio.set(CacheEviction='False', CacheHydration='False')
    job = studio.submit()
    assert studio.helpers() == []
    assert (studio.status(job), studio.props(job)['PostTaskScript']) == ('Active', SCRIPT)


@pytest.mark.parametrize('info, plugin', [
    ({'OutputDirectory0': '/mnt/nfs/other'}, None),
    ({'OutputDirectory0': None, 'OutputFilename0': None}, None),
    ({'Pool': 'onprem'}, None),
    ({'OutputDirectory0': '/mnt/nfs/assets2'}, None),
    ({'OutputDirectory0': '/mnt/nfs/Assets'}, None),
    ({'OutputDirectory0': None}, None),
])
def test_jobs_that_are_left_alone(studio, info, plugin):
    job = studio.submit(plugin=plugin, **info)
    assert studio.helpers() == [] and studio.status(job) == 'Active'
    assert studio.props(job)['PostTaskScript'] == '' and studio.history(job) == ''
    assert studio.quiet()


@pytest.mark.parametrize('info, plugin', [
    ({'OutputDirectory0': '/x', 'AssetDependency0': '/mnt/nfs/assets/a.tx'}, None),
    ({'OutputDirectory0': '/x'}, {'SceneFile': '/mnt/nfs/assets/s.ma'}),
    ({'OutputDirectory0': '/x'}, {'RenderElementOutputFilename0': '/mnt/nfs/assets/z.exr'}),
    ({'OutputDirectory0': '/x'}, {'AWSAssetFile3': '/mnt/nfs/assets/z.tx'}),
    ({'Pool': 'onprem', 'SecondaryPool': 'cloud'}, None),
    ({'Pool': 'none'}, None),
])
def test_jobs_that_read_or_write_below_a_root_otherwise(studio, info, plugin):
    """Scene, assets, elements (D28, D32), and pools of which one has the cache."""
    job = studio.submit(plugin=plugin, **info)
    assert len(studio.helpers()) == 1 and studio.status(job) == 'Pending'
    assert studio.helpers()[0]['props']['Pool'] == 'cloud'


def test_thousands_of_output_lines_are_no_burden(studio):
    """field-reports D4: one line a frame and element; the default time budget holds."""
    studio.set(TimeBudget='20')
    lines = {'OutputFilename%d' % number: 'beauty.%d.exr' % number for number in range(5000)}
    job = studio.submit(**lines)
    assert studio.status(job) == 'Pending' and 'time budget' not in studio.history(job)


def test_no_events_for_a_job_that_wants_none(studio):
    studio.submit(SuppressEvents='True')
    assert studio.helpers() == []


def test_opt_in_and_disabled(studio):
    studio.set(State='Opt-In')
    studio.submit()
    assert studio.helpers() == []
    studio.submit(EventOptIns=NAME)
    assert len(studio.helpers()) == 1
    studio.set(State='Disabled')
    studio.submit(EventOptIns=NAME)
    assert len(studio.helpers()) == 1


def test_several_caches(studio):
    """One helper for each that the job touches and can run on."""
    studio.set(Paths='assets=/mnt/nfs/assets;shots=/mnt/nfs/shots;far=/mnt/nfs/far',
               Pools='cloud;far=onprem')
    job = studio.submit(AssetDependency0='/mnt/nfs/shots/a', AssetDependency1='/mnt/nfs/far/b')
    assert sorted(line_of(one).split()[4] for one in studio.helpers()) == ['@assets', '@shots']
    assert sorted(studio.waits_for(job)) == sorted(one['id'] for one in studio.helpers())


@pytest.mark.parametrize('system', sorted(SPELLINGS))
def test_the_chain_of_scope_changed_from_each_system(studio, system):
    """Scan, shards, last step, each after the one before; the plugin's file goes with the last."""
    studio.set(Scope='changed', Caches='fc-1', CachePaths='/mnt/cache/assets', FilerPool='onprem',
               FilerPaths='/export/assets')
    job = studio.submit(system)
    scan, shards, last = studio.helpers()
    assert [one['props']['Pool'] for one in (scan, shards, last)] == ['onprem', 'cloud', 'onprem']
    assert studio.waits_for(shards['id']) == [scan['id']]
    assert studio.waits_for(last['id']) == [shards['id']]
    assert studio.waits_for(job) == [shards['id']]
    kept = os.path.join(studio.farm.repository, 'jobs', last['id'], NAME + '.py')
    assert os.path.exists(kept) and shards['id'] in line_of(last)
    studio.submit(system)
    assert len(studio.helpers()) == 3
    studio.farm.worker('onprem1', pools=['onprem']).step()
    studio.submit(system)
    assert len(studio.helpers()) == 6  # a chain whose scan has begun serves nobody else
    assert studio.quiet()


def test_twenty_submissions_are_one_refresh(studio):
    jobs = [studio.submit() for _number in range(6)]
    jobs += [studio.submit('windows'), studio.submit('mac')]
    helper, = studio.helpers()
    assert {tuple(studio.waits_for(job)) for job in jobs} == {(helper['id'],)}
    assert [name.split('_')[0] for name in studio.farm.metadata(NAME)] == ['helper']


def test_a_helper_that_has_begun_is_not_reused(studio):
    studio.submit()
    cloud = studio.farm.worker('cloud1', pools=['cloud'])
    cloud.step()
    studio.submit()
    assert len(studio.helpers()) == 2
    assert len(studio.farm.metadata(NAME)) == 1  # the start took the first one off


def test_dependencies_of_its_own_are_kept_with_their_overrides(studio):
    """Rows 52 and 85: the union, and what the user said about his own."""
    first = studio.submit(OutputDirectory0='/x', Pool='onprem')
    job = studio.submit(JobDependency0=first, JobDependencyResumeOnOverride0='True,True,True,-1',
                        JobDependencyNotes0='sim', ResumeOnFailedDependencies='True')
    helper, = studio.helpers()
    assert sorted(studio.waits_for(job)) == sorted([first, helper['id']])
    own = next(one for one in studio.props(job)['Dependencies'] if one['JobID'] == first)
    assert (own['Notes'], own['OverrideResumeOn'], own['ResumeOnDeleted']) == ('sim', True, True)
    assert studio.props(job)['ResumeOnFailedDependencies'] is True
    other = studio.submit(JobDependencies=first)
    assert studio.props(other)['ResumeOnFailedDependencies'] is False


def test_a_job_that_was_submitted_suspended_stays_so(studio):
    """Row 84: it waits for the refresh when it is resumed."""
    job = studio.submit(InitialStatus='Suspended')
    helper, = studio.helpers()
    assert studio.status(job) == 'Suspended' and studio.waits_for(job) == [helper['id']]
    assert 'PendJob' not in studio.artist().calls()
    studio.artist().do('resume', job)
    assert studio.status(job) == 'Pending'
    assert len(studio.helpers()) == 1  # the one that has not begun is taken again


@pytest.mark.parametrize('when', ['after', 'during'])
def test_no_worker_gets_the_job_in_between(studio, when):
    """Row 82: PendJob closes the gap that the pending scan leaves."""
    studio.farm.worker('cloud1', pools=['cloud'])
    studio.farm.switch(race={'worker': 'cloud1', 'when': when})
    job = studio.submit()
    assert studio.status(job) == 'Pending'
    assert set(studio.farm.statuses(job)) == {'Pending'}


@pytest.mark.parametrize('script', ['/studio/denoise.py', 'Z:\\tools\\post.py'])
def test_the_artist_s_own_script_is_chained(studio, script):
    """field-reports D14; the source left such jobs alone (87)."""
    job = studio.submit(PostTaskScript=script)
    assert studio.props(job)['PostTaskScript'] == SCRIPT
    assert studio.extra(job, 'FileCacheUserPostTaskScript') == script
    plain = studio.submit(PostTaskScript=SCRIPT)
    assert studio.extra(plain, 'FileCacheUserPostTaskScript') is None


def test_a_batch_of_its_own_is_kept(studio):
    job = studio.submit(BatchName='seq 010')
    assert studio.props(job)['BatchName'] == 'seq 010'
    assert studio.helpers()[0]['props']['BatchName'] == 'seq 010'


def test_a_frame_dependent_render(studio):
    """field-reports D10: no frame before the refresh, then each when its simulation is done."""
    sim = studio.submit(OutputDirectory0='/x', Frames='1-3', Pool='onprem')
    job = studio.submit(Frames='1-3', JobDependencies=sim, IsFrameDependent='True')
    helper, = studio.helpers()
    assert (helper['props']['Frames'], helper['props']['ChunkSize']) == ('1-3', 3)
    assert '--shard' not in line_of(helper)
    onprem = studio.farm.worker('onprem1', pools=['onprem'])
    onprem.step()
    studio.farm.pending_scan()
    assert set(studio.farm.statuses(job)) == {'Pending'}
    cloud = studio.farm.worker('cloud1', pools=['cloud'])
    assert [one['job'] for one in cloud.step()] == [helper['id']]
    studio.farm.pending_scan()
    assert studio.farm.statuses(job) == ['Queued', 'Pending', 'Pending']
    wider = studio.submit(Frames='0-3', IsFrameDependent='True')
    assert studio.waits_for(wider) != [helper['id']]


def test_a_render_that_is_requeued_is_refreshed_anew(studio):
    """The texture was fixed again; the old helper is no dependency any more."""
    job = studio.submit(PostTaskScript='/own.py')
    first, = studio.helpers()
    cloud = studio.farm.worker('cloud1', pools=['cloud'])
    cloud.work()
    studio.farm.pending_scan()
    studio.artist().do('requeue', job)
    helper = studio.helpers()[-1]
    assert helper['id'] != first['id'] and studio.waits_for(job) == [helper['id']]
    assert studio.status(job) == 'Pending'
    assert studio.extra(job, 'FileCacheUserPostTaskScript') == '/own.py'
    studio.set(RefreshOnRequeue='False')
    studio.artist().do('requeue', job)
    assert len(studio.helpers()) == 2 and studio.quiet()


def test_a_render_that_is_resumed_is_refreshed_anew(studio):
    job = studio.submit()
    studio.farm.worker('cloud1', pools=['cloud']).work()
    studio.artist().do('suspend', job)
    studio.artist().do('resume', job)
    assert studio.waits_for(job) == [studio.helpers()[-1]['id']] and len(studio.helpers()) == 2
    assert studio.status(job) == 'Pending'
    studio.set(RefreshOnResume='False')
    studio.artist().do('suspend', job)
    studio.artist().do('resume', job)
    assert len(studio.helpers()) == 2


def test_a_job_of_before_the_plugin_is_not_touched_when_requeued(studio):
    studio.set(State='Disabled')
    job = studio.submit()
    studio.set()
    studio.artist().do('requeue', job)
    assert studio.helpers() == []


def test_history_says_it_when_another_tool_replaced_the_script(studio):
    """field-reports D14, try A"""
    studio.set(CacheEviction='False', CacheHydration='False', PostTaskScript='')
    plain = studio.submit()
    studio.set(CacheEviction='False', CacheHydration='False', PostTaskScript=SCRIPT)
    job = studio.submit()
    studio.farm.save_job(job, PostTaskScript='/conductor/sync.py')
    studio.artist().do('complete', job)
    assert 'replaced by /conductor/sync.py' in studio.history(job)
    studio.artist().do('complete', plain)
    assert studio.history(plain) == ''


def test_switched_off_while_jobs_are_queued(studio):
    """They go on: the helper runs, the render starts; nothing new is made."""
    job = studio.submit()
    studio.set(State='Disabled')
    studio.submit()
    assert len(studio.helpers()) == 1
    studio.farm.worker('cloud1', pools=['cloud']).work()
    studio.farm.pending_scan()
    assert studio.status(job) == 'Active'


def test_metadata_goes_with_the_helper(studio):
    studio.submit()
    studio.artist().do('delete', studio.helpers()[0]['id'])
    assert studio.farm.metadata(NAME) == {}


def test_what_is_written_is_utf_16_with_crlf_and_temporary_files_are_removed(studio):
    """Rows 63 and 98"""
    studio.submit('windows', Name='M\xfcller \u2019s \u5f71', UserName='J\xf6rg')
    props = studio.helpers()[0]['props']
    assert (props['BatchName'], props['UserName']) == ('M\xfcller \u2019s \u5f71 Batch', 'J\xf6rg')
    own = studio.farm.machines['artist-windows'].own
    assert [name for _folder, names, _files in os.walk(own) for name in names
            if name.startswith('file-cache-')] == []
