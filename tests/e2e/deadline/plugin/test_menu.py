# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script of the Monitor's Jobs menu, on an artist's machine (issue 6, item 4)."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.plugin.studio import (
    PROJECT,
    SCRIPT,
)

MENU = os.path.join(PROJECT, 'roles/deadline_filecache/files/scripts/Jobs/FileCache.py')


def menu(studio, *words):
    """What the script says."""
    return studio.artist().script(MENU, *words).output


def step_of(studio, step):
    return [one for one in studio.helpers()
            if studio.extra(one['id'], 'FileCacheHandlerStep') == step]


def test_adopt_a_job_of_before_the_plugin(studio):
    studio.set(State='Disabled')
    job = studio.submit(PostTaskScript='/own.py')
    studio.set()
    assert 'adopt it' in menu(studio, 'refresh', job)
    assert 'waits for' in menu(studio, 'adopt', job)
    helper, = studio.helpers()
    assert studio.waits_for(job) == [helper['id']] and studio.status(job) == 'Pending'
    assert studio.props(job)['PostTaskScript'] == SCRIPT
    assert studio.extra(job, 'FileCacheUserPostTaskScript') == '/own.py'
    assert 'refresh it instead' in menu(studio, 'adopt', job)


def test_a_job_that_touches_no_root_is_not_adopted(studio):
    job = studio.submit(OutputDirectory0='/x')
    assert 'below no root' in menu(studio, 'adopt', job)
    assert studio.helpers() == []


def test_refresh_inputs(studio):
    """Open helpers are shared with others; one that has run is none."""
    job = studio.submit()
    assert studio.helpers()[0]['id'] in menu(studio, 'refresh', job)
    assert len(studio.helpers()) == 1
    studio.farm.worker('cloud1', pools=['cloud']).step()
    menu(studio, 'refresh', job)
    assert len(studio.helpers()) == 2
    assert studio.waits_for(job) == [studio.helpers()[-1]['id']]


def test_a_job_that_has_ended_is_not_pended(studio):
    """It waits for the refresh when somebody requeues it."""
    job = studio.submit()
    studio.artist().do('complete', job)
    menu(studio, 'refresh', job)
    assert studio.status(job) == 'Completed'
    assert studio.waits_for(job) == [studio.helpers()[-1]['id']]


@pytest.mark.parametrize('action, step, line', [
    ('save', 'save', 'sudo -n /opt/file-cache/bin/file-cache sweep'),
    ('state', 'state', 'sudo -n /opt/file-cache/bin/file-cache state @assets -r')])
def test_write_back_now_and_cache_state(studio, action, step, line):
    """One task where the cache is; nothing of the job is in its line."""
    job = studio.submit(Name='$(touch /tmp/x)')
    said = menu(studio, action, job)
    one, = step_of(studio, step)
    assert one['plugin_info']['Arguments'] == line and one['id'] in said
    assert (one['props']['Pool'], one['props']['Frames']) == ('cloud', '1-1')
    assert len(studio.helpers()) == 2 and studio.waits_for(job) != [one['id']]


def test_cache_state_tells_what_deadline_knows(studio):
    job = studio.submit()
    assert 'write-back by ' + SCRIPT in menu(studio, 'state', job)
    assert 'waits for %s: Active' % studio.helpers()[0]['id'] in menu(studio, 'state', job)
    studio.farm.save_job(job, PostTaskScript='/conductor.py')
    assert 'not attached; its script: /conductor.py' in menu(studio, 'state', job)


def test_helpers_and_wrong_words(studio):
    job = studio.submit()
    assert 'is a helper job' in menu(studio, 'refresh', studio.helpers()[0]['id'])
    for words, said in ((('drop', job), 'call it with one of'), (('save',), 'call it with one of'),
                        (('save', '0' * 24), 'there is no job')):
        with pytest.raises(Exception, match=said):
            menu(studio, *words)


@pytest.mark.parametrize('system', ['linux', 'mac', 'windows'])
def test_in_the_monitor(studio, system):
    """Two jobs are selected, an entry is chosen, Run is clicked, a message box tells (107)."""
    artist = studio.artist(system, mounts={'S:': os.path.dirname(MENU)})
    studio.set(State='Disabled')
    jobs = [studio.submit(system), studio.submit(system)]
    studio.set()
    said = artist.menu('S:\\FileCache.py' if system == 'windows' else MENU, jobs,
                       {'Action': 'Adopt (job of before the plugin)'}, ['Run', 'Close'])
    assert len(said) == 1 and said[0].count('waits for') == 2
    assert {studio.status(job) for job in jobs} == {'Pending'}
