# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that come by the REST web service: events fire on its host, as its user (deadline 42)."""

import json
import os
import subprocess
import sys
import urllib.request

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.plugin.studio import (
    PROJECT,
    SCRIPT,
    SPELLINGS,
)
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running

SERVE = os.path.join(PROJECT, 'tests', 'farm', 'deadline', 'serve')


@pytest.fixture
def post(studio):
    """post(info): submit a job over HTTP; its id."""
    studio.farm.machine('web', user='webservice')
    with running([sys.executable, SERVE, 'web', studio.farm.folder, 'web'],
                 stdout=subprocess.PIPE) as service:
        endpoint = service.stdout.readline().decode().strip()

        def submit(info):
            body = {'JobInfo': info, 'PluginInfo': {'Version': '13'}, 'AuxFiles': [],
                    'IdOnly': True}
            request = urllib.request.Request(endpoint + '/api/jobs', method='POST',
                                             data=json.dumps(body).encode())
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read().decode())['_id']
        yield submit


@pytest.mark.parametrize('system', sorted(SPELLINGS))
def test_paths_of_any_system_on_a_linux_host(studio, post, system):
    """The host's own os.path says nothing about them (deadline 43, 104)."""
    job = post({'Plugin': 'Nuke', 'Name': 'shot', 'Pool': 'cloud', 'Frames': '1-3',
                'UserName': 'ann', 'OutputDirectory0': SPELLINGS[system]})
    helper, = studio.helpers()
    assert studio.waits_for(job) == [helper['id']] and studio.status(job) == 'Pending'
    assert studio.props(job)['PostTaskScript'] == SCRIPT
    assert helper['props']['UserName'] == 'ann'
    assert studio.quiet()


def test_sequences_are_guessed_where_the_host_does_not_see_the_filer(studio, post):
    """Scope assets (D28): the frames of the job, and the usual tiles."""
    studio.set(Scope='assets')
    job = post({'Plugin': 'Nuke', 'Name': 'shot', 'Pool': 'cloud', 'Frames': '9-10',
                'OutputDirectory0': 'Z:\\Assets\\out',
                'AssetDependency0': 'Z:\\Assets\\plates\\bg.####.exr'})
    helper, = studio.helpers()
    assert studio.waits_for(job) == [helper['id']]
    auxiliary = os.path.join(studio.farm.repository, 'jobs', helper['id'], 'names.list')
    with open(auxiliary, 'rb') as stream:
        assert stream.read() == b'plates/bg.0009.exr\0plates/bg.0010.exr\0'
