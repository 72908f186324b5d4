# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What RFDK's constructs synthesise: real user data is merged, real fleets are left to RFDK."""

import json
import os
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet import configuration
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet.merge import (
    Templates,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet.refusal import (
    Refusal,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.user_data import (
    document,
    encoding,
    refusal,
)
from ansible_collections.renderfarm.file_cache.tests.repo.tree import ROOT

SCRIPT = '#!/bin/sh\necho ours\n'


@pytest.fixture(scope='module')
def fleets(tmp_path_factory):
    """Return {name: content} of the files that RFDK's farm leaves behind."""
    folder = tmp_path_factory.mktemp('fleets')
    done = subprocess.run(
        [str(ROOT / 'tests' / 'farm' / 'deadline' / 'rfdk' / 'run'), 'fleets.js', str(folder)],
        check=False)
    if done.returncode == 69 and not os.environ.get('CI'):
        pytest.skip('there is no Node here: tools/bootstrap installs it')
    assert done.returncode == 0
    return {path.stem: json.loads(path.read_text()) for path in folder.glob('*.json')}


def test_every_document_for_linux_is_merged_and_comes_back(fleets):
    merged, refused = [], []
    for template in fleets['launch-templates']:
        text = template['LaunchTemplateData']['UserData']
        try:
            more = encoding.add(text, SCRIPT)
        except refusal.Refusal as problem:
            refused.append(str(problem))
            continue
        assert encoding.remove(more) == text
        assert encoding.size(more) <= document.LIMIT
        merged.append(more)
    assert len(merged) == 3
    assert len(refused) == 1 and 'Windows' in refused[0]


def test_the_fleets_themselves_are_refused(fleets):
    with pytest.raises(Refusal, match='belongs to RFDK'):
        configuration.groups_of(configuration.parse(fleets['spot-config']))
    for template in fleets['launch-templates']:
        with pytest.raises(Refusal, match='belongs to RFDK'):
            Templates([{'id': template['LaunchTemplateId'], 'name': None, 'user_data': None,
                        'version': 1, 'tag_specifications':
                        template['LaunchTemplateData']['TagSpecifications']}])
