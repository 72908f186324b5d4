# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong at a submission, and what the policy makes of it."""

import random
import time

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.plugin.studio import (
    NAME,
    SCRIPT,
    SPELLINGS,
    Steps,
)

GOES_ON = 'the render goes on with what the cache holds'


def stepped(studio, name='artist-linux', **info):
    """Begin a submission that stands before each of its calls."""
    info = dict({'Plugin': 'Nuke', 'Name': 'shot', 'Pool': 'cloud',
                 'OutputDirectory0': SPELLINGS['linux']}, **info)
    return Steps(studio.artist('linux', name).submit_stepped(info, {}))


# -- settings --------------------------------------------------------------------------------------

WRONG = [({'Shards': 'many'}, 'Shards: "many" is not a whole number'),
         ({'Paths': 'assets=/mnt/nfs/assets;b=Z:\\a,Z:\\b'}, 'separate them by ";"'),
         ({'Caches': 'asets=fc-1'}, 'there is no root "asets" in Paths'),
         ({'Scope': 'changed'}, 'nothing says Caches and CachePaths and FilerPaths')]


@pytest.mark.parametrize('settings, said', WRONG)
def test_lenient_lets_a_job_go_when_a_setting_is_wrong(studio, settings, said):
    studio.set(**settings)
    job = studio.submit()
    assert studio.helpers() == [] and studio.status(job) == 'Active'
    assert said in studio.history(job) and GOES_ON in studio.history(job)
    assert studio.props(job)['PostTaskScript'] == SCRIPT
    assert [line for line in studio.artist().log().splitlines() if said in line][1:] == []
    assert studio.quiet()


@pytest.mark.parametrize('settings, said', WRONG)
def test_strict_suspends_it_with_a_comment(studio, settings, said):
    studio.set(FailurePolicy='strict', **settings)
    job = studio.submit(Comment='for ann')
    assert studio.helpers() == [] and studio.status(job) == 'Suspended'
    assert studio.props(job)['Comment'].startswith('for ann ')
    assert said in studio.props(job)['Comment']
    assert studio.quiet()


def test_a_job_that_touches_no_root_is_not_suspended(studio):
    studio.set(FailurePolicy='strict', Shards='many')
    assert studio.status(studio.submit(OutputDirectory0='/x')) == 'Active'


# -- calls that fail -------------------------------------------------------------------------------

CALLS = ['CreateJobSubmissionFiles', 'PendJob', 'AddMetaDataEntry', 'SubmitJob', 'SaveJob',
         'GetEventPluginConfigMetaDataDictionary', 'GetJob', 'UpdateMetaDataEntry']


@pytest.mark.parametrize('call', CALLS)
@pytest.mark.parametrize('policy, status', [('lenient', 'Active'), ('strict', 'Suspended')])
def test_a_call_that_fails(studio, call, policy, status):
    """The policy decides, the job says why, and nobody waits for what is not there."""
    studio.set(FailurePolicy=policy)
    run = stepped(studio)
    run.go_to(call)
    run.fail('the database is away')
    job = run.end()
    assert 'the database is away' in studio.history(job)
    studio.farm.pending_scan()
    left = [one['id'] for one in studio.helpers()]
    assert set(studio.waits_for(job)) <= set(left)
    if not studio.waits_for(job):
        assert studio.status(job) == status
    assert studio.quiet()


def test_past_the_time_budget_the_policy_decides(studio):
    studio.set(TimeBudget='1')
    run = stepped(studio)
    run.go_to('SubmitJob')
    time.sleep(1.1)
    job = run.end()
    assert 'the time budget of 1 s was used up' in studio.history(job)
    assert studio.status(job) == 'Active' and studio.helpers() == []
    assert [name for name in studio.farm.metadata(NAME) if name.startswith('claim')] == []


@pytest.mark.parametrize('before', ['SubmitJob', 'UpdateMetaDataEntry', 'SaveJob'])
def test_a_submitter_that_dies_leaves_the_next_one_free(studio, before):
    studio.set(TimeBudget='30')
    run = stepped(studio)
    run.go_to(before)
    run.kill()
    job = studio.submit(artist=studio.artist('linux', 'second'))
    assert studio.status(job) == 'Pending'
    studio.farm.worker('cloud1', pools=['cloud']).work()
    studio.farm.pending_scan()
    assert studio.status(job) in ('Active', 'Completed')


START = "NAME = 'FileCacheHandler'"
AGED = '''
class Aged(object):
    def __init__(self, real):
        self._real = real

    def __getattr__(self, name):
        if name == 'PendJob':
            raise AttributeError(name)
        return getattr(self._real, name)


RepositoryUtils = Aged(RepositoryUtils)
'''


def test_without_pend_job(studio):
    """A Deadline that lacks the call: dependencies are saved, the pending scan does the rest."""
    python, param = studio.plugin_texts()
    assert python.count(START) == 1
    studio.farm.write_event_plugin(NAME, python.replace(START, AGED + START), param)
    job = studio.submit()
    assert studio.waits_for(job) == [studio.helpers()[0]['id']]
    assert 'a worker may start job %s before the next pending scan' % job in studio.artist().log()
    studio.farm.pending_scan()
    assert studio.status(job) == 'Pending'
    assert studio.quiet()


# -- two at once -----------------------------------------------------------------------------------


@pytest.mark.parametrize('seed', range(8))
def test_two_submissions_at_once_end_with_one_helper(studio, seed):
    """Processes of two machines, in an order of this seed (every order: the unit tests)."""
    choose = random.Random(seed).choice
    runs = [stepped(studio, 'one'), stepped(studio, 'two')]
    while any(run.at for run in runs):
        choose([run for run in runs if run.at]).go()
    jobs = [run.end() for run in runs]
    helper, = studio.helpers()
    assert [studio.waits_for(job) for job in jobs] == [[helper['id']], [helper['id']]]
    assert {studio.status(job) for job in jobs} == {'Pending'}
    assert [name.split('_')[0] for name in studio.farm.metadata(NAME)] == ['helper']
    assert studio.quiet()


def test_the_lowest_job_id_wins(studio):
    runs = [stepped(studio, 'one'), stepped(studio, 'two')]
    for run in runs:
        run.go_to('SubmitJob')
        run.go()
    ids = sorted(one['id'] for one in studio.helpers())
    assert len(ids) == 2
    # The loser waits for the winner to settle: both have to move.
    while any(run.at for run in runs):
        for run in runs:
            if run.at:
                run.go()
    assert [one['id'] for one in studio.helpers()] == ids[:1]
    assert {tuple(studio.waits_for(one['id'])) for one in studio.renders()} == {(ids[0],)}


# -- other plugins and other Deadlines -------------------------------------------------------------

PARAM = """[State]
Type=Enum
Items=Global Enabled;Opt-In;Disabled
Label=State
Default=Disabled
Description=State
"""
LISTENER = """#!/usr/bin/env python3
from Deadline.Events import DeadlineEventListener
from Deadline.Scripting import RepositoryUtils


def GetDeadlineEventListener():
    return Listener()


def CleanupDeadlineEventListener(listener):
    listener.Cleanup()


class Listener(DeadlineEventListener):
    def __init__(self):
        super().__init__()
        self.OnJobSubmittedCallback += self.OnJobSubmitted

    def Cleanup(self):
        del self.OnJobSubmittedCallback

    def OnJobSubmitted(self, job):
        %s
"""


@pytest.mark.parametrize('order', ['name', 'reverse'])
@pytest.mark.parametrize('given', ['shared', 'fresh', 'stale'])
def test_a_second_plugin_that_saves_the_job(studio, order, given):
    """In either order both changes stand, where the farm can keep them at all."""
    studio.farm.switch(event_order=order, event_job=given)
    studio.farm.write_event_plugin('Other', LISTENER % (
        "job.JobDepartment = 'set by other'; RepositoryUtils.SaveJob(job)"), PARAM)
    studio.farm.set_event('Other', State='Global Enabled')
    job = studio.submit()
    assert studio.props(job)['Department'] == 'set by other'
    if given == 'stale' and order == 'name':
        return  # the other one wrote all that it had read before us: nothing of ours can stay
    assert studio.waits_for(job) == [studio.helpers()[0]['id']]
    assert studio.props(job)['PostTaskScript'] == SCRIPT
    assert studio.status(job) == 'Pending' and studio.quiet()


@pytest.mark.parametrize('switch', [
    {'save_pends': 'save'}, {'save_pends': 'never'}, {'empty_text': None},
    {'asset_objects': False}, {'unknown_job_info': 'dropped'}, {'metadata_writes': 'document'},
    {'metadata_reads': 'load'}, {'metadata_missing': 'none'}, {'missing_frames': 'at_once'},
    {'unknown_pool': 'kept'}, {'tile_frames': 'tile'}])
def test_whatever_a_real_deadline_does(studio, switch):
    """What is only inferred of it runs both ways."""
    studio.farm.switch(**switch)
    jobs = [studio.submit(AWSAssetFile0='/mnt/nfs/assets/a'), studio.submit('windows')]
    helper, = studio.helpers()
    assert [studio.waits_for(job) for job in jobs] == [[helper['id']]] * 2
    assert {studio.status(job) for job in jobs} == {'Pending'}
    studio.farm.worker('cloud1', pools=['cloud']).work()
    studio.farm.pending_scan()
    assert 'Pending' not in {studio.status(job) for job in jobs}
    assert studio.quiet()


# -- helpers that fail -----------------------------------------------------------------------------


def test_strict_keeps_the_render_pending_when_the_refresh_fails(studio):
    """No command on this worker: each task fails three times, and the job with it (103)."""
    studio.set(FailurePolicy='strict', Shards='2')
    job = studio.submit()
    for name in ('cloud1', 'cloud2'):
        done = studio.farm.worker(name, pools=['cloud']).work()
        assert {one['outcome'] for one in done} == {'failed'}
    assert studio.helpers()[0]['status'] == 'Failed'
    studio.farm.pending_scan()
    assert studio.status(job) == 'Pending'
    assert studio.props(job)['ResumeOnFailedDependencies'] is False


def test_lenient_lets_it_go_and_says_so_in_the_report(studio):
    studio.set(Shards='2')
    job = studio.submit()
    studio.farm.worker('cloud1', pools=['cloud']).step()
    studio.farm.worker('cloud2', pools=['cloud']).step()
    helper = studio.helpers()[0]
    assert helper['status'] == 'Completed'
    assert GOES_ON in studio.farm.reports(helper['id'], 'log')[0]['text']
    studio.farm.pending_scan()
    assert studio.status(job) == 'Active'


# -- hostile text ----------------------------------------------------------------------------------

HOSTILE = ["'; touch HIT; '", '"; touch HIT; "', '$(touch HIT)', '`touch HIT`', 'a\ntouch HIT\n',
           '<AUXFILE0>', '> HIT', '\u2019; touch HIT; \u2019', '\u201c; touch HIT; \u201c',
           '| touch HIT', '<QUOTE>; touch HIT; <QUOTE>', '; touch HIT #', '\\', '%n',
           '\u5f71\U0001f3ac',
           'Plugin=CommandLine\r\nArguments=touch HIT']


@pytest.mark.parametrize('scope', ['root', 'assets'])
@pytest.mark.parametrize('number', range(len(HOSTILE)))
def test_no_text_of_a_job_reaches_a_shell(studio, tmp_path, number, scope):
    """Names, paths, frames, users of a hostile job; the helper's line is that of any other."""
    hit = tmp_path / 'hit'
    text = HOSTILE[number].replace('HIT', str(hit))
    line = text.replace('\n', ' ').replace('\r', ' ')
    studio.set(Scope=scope, Shards='1')
    asset = {'AssetDependency0': '/mnt/nfs/assets/a.tx'}
    studio.submit(**asset)
    clean = studio.helpers()[0]['plugin_info']['Arguments']
    for job in studio.renders():
        studio.artist().do('delete', job['id'])
    studio.artist().do('delete', studio.helpers()[0]['id'])
    raw = '\n'.join(['Plugin=Nuke', 'Name=' + text, 'BatchName=' + text, 'Comment=' + text,
                     'Department=' + text, 'UserName=' + text, 'Pool=cloud', 'Frames=1-2',
                     'PostTaskScript=/x/' + line, 'OutputDirectory0=/mnt/nfs/assets/' + line,
                     'OutputFilename0=' + line, 'AssetDependency0=/mnt/nfs/assets/' + line,
                     'AssetDependency1=/mnt/nfs/assets/a.tx', 'ExtraInfo0=' + line])
    studio.artist().submit(raw, 'SceneFile=/mnt/nfs/assets/%s\n' % line)
    helper, = studio.helpers()
    told = helper['plugin_info']['Arguments']
    assert told.split('file-cache-complete ')[0] == clean.split('file-cache-complete ')[0]
    assert not hit.exists()
    studio.farm.worker('cloud1', pools=['cloud']).step()
    assert not hit.exists()
    assert studio.quiet()
