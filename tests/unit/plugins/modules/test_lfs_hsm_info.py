# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module lfs_hsm_info: what is on the cache, and what would be lost with it."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils import hsm_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import tally
from ansible_collections.renderfarm.file_cache.plugins.modules import lfs_hsm_info


@pytest.fixture
def found(monkeypatch):
    """The summary that the engine gives; a test fills it."""
    summary = tally.refused('state', None)
    summary.update(complete=True, space=[{'ost': 0, 'total': 10, 'free': 5}])

    def run(options):
        assert options.verb == 'state' and not options.dry_run
        return summary

    monkeypatch.setattr(hsm_module, 'run', run)
    return summary


def add(summary, state, files, size):
    summary['states']['before'][state] = {'files': files, 'bytes': size}
    summary['matched']['files'] += files
    summary['matched']['bytes'] += size


def test_clean_and_released_are_safe(call, found):
    add(found, 'clean', 2, 20)
    add(found, 'released', 3, 30)
    result = call(lfs_hsm_info.main, path='/mnt/a', recurse=True)
    assert result['clean'] is True and result['changed'] is False
    assert result['unsafe'] == {'files': 0, 'bytes': 0, 'paths': [], 'truncated': False}
    assert result['states']['released'] == {'files': 3, 'bytes': 30}
    assert result['space'] == [{'ost': 0, 'total': 10, 'free': 5}]
    assert result['in_progress'] == {'archive': 0, 'restore': 0}


@pytest.mark.parametrize('state', ['lost', 'dirty', 'incomplete', 'new'])
def test_every_other_state_is_unsafe_and_named(call, found, state):
    add(found, 'clean', 2, 20)
    add(found, state, 1, 7)
    found['files'] = [{'path': '/mnt/a/b', 'outcome': None, 'reason': None, 'state': state}]
    result = call(lfs_hsm_info.main, path='/mnt/a', recurse=True)
    assert result['clean'] is False
    assert result['unsafe'] == {'files': 1, 'bytes': 7, 'paths': ['/mnt/a/b'], 'truncated': False}


def test_what_could_not_be_looked_at_fails(call, found):
    add(found, 'unknown', 1, 7)
    result = call(lfs_hsm_info.main, path='/mnt/a', recurse=True)
    assert result['failed'] is True and 'clean' not in result


def test_an_incomplete_listing_proves_nothing(call, found):
    """Design, safety rule 9."""
    add(found, 'clean', 2, 20)
    found.update(complete=False, error='The listing is incomplete.')
    result = call(lfs_hsm_info.main, path='/mnt/a', recurse=True)
    assert result['failed'] is True and 'incomplete' in result['msg']


def test_bad_input_is_one_sentence(call, found):
    assert call(lfs_hsm_info.main, path='a')['msg'] == 'path must be absolute, "a" is not.'
