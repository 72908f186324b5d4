# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roots of a farm as settings of the event plugin: the plugin reads back what was meant."""

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.renderfarm.file_cache.plugins.filter.event_plugin_settings import (
    event_plugin_settings,
)
from ansible_collections.renderfarm.file_cache.tests.unit.deadline_side import loader

ASSETS = {'name': 'assets', 'cache': 'fc-1', 'path': '/mnt/cache/assets', 'region': 'aws',
          'submitted_as': ['Z:\\assets\\', '/mnt/nfs/assets/', 'Z:\\assets\\'],
          'pools': ['cloud', 'night'], 'groups': [],
          'filer': {'host': 'nas', 'path': '/export/assets', 'pool': 'nas'}}
SHOTS = {'name': 'shots', 'path': '/mnt/cache/shots'}
OPTIONS = {'Shards': 4, 'FilerPool': 'onprem', 'FilerGroup': ''}


def test_each_root_is_an_item_and_what_it_does_not_say_is_left_out():
    assert event_plugin_settings([ASSETS, SHOTS], OPTIONS) == {
        'Shards': 4,
        'Paths': ['assets=Z:\\assets\\', 'assets=/mnt/nfs/assets/', 'assets=/mnt/cache/assets',
                  'shots=/mnt/cache/shots'],
        'Caches': ['assets=fc-1'],
        'CachePaths': ['assets=/mnt/cache/assets', 'shots=/mnt/cache/shots'],
        'FilerPaths': ['assets=/export/assets'],
        'Pools': ['assets=cloud,night'],
        'Groups': [],
        'FilerPool': ['onprem', 'assets=nas'],
        'FilerGroup': [],
    }


def test_the_plugin_reads_them():
    plugin = loader.load(loader.PLUGIN)
    stored = {key: ';'.join(value) if isinstance(value, list) else str(value)
              for key, value in event_plugin_settings([ASSETS, SHOTS], OPTIONS).items()}
    read, problems = plugin.read_settings(stored.get)
    assert not problems
    assert read['FilerPool'].of('assets') == 'nas'
    assert read['FilerPool'].of('shots') == 'onprem'
    assert read['CachePaths'].of('shots') == '/mnt/cache/shots'
    roots = plugin.roots_of(read)[0]
    assert plugin.root_of('z:/assets/show/a.tx', roots)[0].name == 'assets'


@pytest.mark.parametrize('roots, words', [
    ([], 'is empty'),
    (['assets'], 'needs a name and a path'),
    ([{'name': 'assets'}], 'needs a name and a path'),
    ([dict(ASSETS, name='As')], 'may hold'),
    ([ASSETS, ASSETS], 'two roots'),
    ([dict(SHOTS, path='/mnt/a;b')], 'without ";"'),
    ([dict(SHOTS, submitted_as=['a\nb'])], 'control characters'),
    ([dict(SHOTS, filer={'path': 7})], 'a text'),
])
def test_what_cannot_be_a_setting_is_one_sentence(roots, words):
    with pytest.raises(AnsibleFilterError, match=words):
        event_plugin_settings(roots, OPTIONS)
