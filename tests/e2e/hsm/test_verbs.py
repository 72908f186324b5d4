# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each verb from its first file to its proof, with servers old and new."""

import json
import os

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.hsm.conftest import counts


def test_the_life_of_a_frame(world):
    world.many(120)
    assert counts(world.run('archive')) == {'done': 120}
    assert world.on_filer('many/0007') == b'7'
    summary = world.run('archive')
    assert counts(summary) == {'already': 120}
    assert summary['hsm_requests'] == 0
    assert counts(world.run('evict')) == {'done': 120}
    assert world.state('many/0007') & 4
    summary = world.run('hydrate')
    assert counts(summary) == {'done': 120}
    assert summary['hsm_requests'] == 3
    assert world.state('many/0007') == 9
    with open(world.at('many/0007'), 'rb') as file:
        assert file.read() == b'7'
    assert world.code == 0


def test_a_refresh_brings_the_newest_bytes_of_the_filer(world):
    # H87, M8, filecache-and-peers A3.5: also a name that the cache has not listed yet.
    world.write('tex/old', b'one')
    world.run('archive')
    os.listdir(world.at('tex'))
    world.put_on_filer('tex/old', b'two, longer')
    world.put_on_filer('tex/new', b'fresh')
    list_file = world.at('../names')
    with open(list_file, 'wb') as file:
        file.write(b'tex/old\0tex/new\0')
    summary = world.run('refresh', list_file=os.fsencode(list_file), null=True)
    assert counts(summary) == {'done': 2}
    with open(world.at('tex/old'), 'rb') as file:
        assert file.read() == b'two, longer'
    assert world.state('tex/new') == 9


def test_unsaved_bytes_stay(world):
    # Safety rule 1.
    world.write('saved', b'one')
    world.run('archive')
    world.write('saved', b'two')
    world.write('new')
    for verb in ('evict', 'refresh'):
        assert counts(world.run(verb)) == {'skipped dirty': 1, 'skipped not_archived': 1}
        assert world.code == 3
    with open(world.at('saved'), 'rb') as file:
        assert file.read() == b'two'
    assert counts(world.run('evict', dirty='fail')) == {
        'failed dirty': 1, 'failed not_archived': 1}
    assert counts(world.run('evict', dirty='archive')) == {'done': 2}
    assert world.on_filer('saved') == b'two'


@pytest.mark.parametrize('verb', ['archive', 'evict', 'hydrate', 'refresh'])
def test_a_dry_run_is_exact_and_asks_for_nothing(world, verb):
    world.many(60)
    world.run('archive')
    world.many(30, 'new')
    world.run('evict', 'many/0001', 'many/0002')
    before = world.cache.stats()
    told = world.run(verb, dry_run=True)
    assert told['hsm_requests'] == 0
    assert world.cache.stats() == before
    done = world.run(verb)
    for key in ('outcomes', 'reasons', 'moved', 'states', 'matched'):
        assert told[key] == done[key], key


def test_state_counts_and_names_what_is_unsafe(world):
    world.many(5)
    world.run('archive')
    world.run('evict', 'many/0000')
    world.write('many/0001', b'changed')
    world.write('new')
    summary = world.run('state', expect_clean=True)
    assert {state: one['files'] for state, one in summary['states']['before'].items()
            if one['files']} == {'released': 1, 'clean': 3, 'dirty': 1, 'new': 1}
    assert [item['state'] for item in summary['files']] == ['dirty', 'new']
    assert summary['outcomes'] is None
    assert world.code == 3
    assert [one['ost'] for one in summary['space']] == [0, 1]
    world.run('archive')
    world.run('state', expect_clean=True)
    assert world.code == 0


def test_state_sees_actions_under_way(world):
    world.many(3)
    world.cache.control('copytool', 'stop')
    assert counts(world.run('archive', no_wait=True)) == {'pending no_wait': 3}
    assert world.code == 0
    assert world.run('state', expect_clean=True)['in_progress'] == {'archive': 3, 'restore': 0}
    assert world.code == 3


def test_selections_narrow_a_run(world):
    world.many(40)
    world.write('many/a.exr')
    world.write('.snapshot/x')
    world.write('many/.nfs0001')
    assert world.run('archive', dry_run=True)['matched']['files'] == 41
    assert world.run('archive', include=[b'*.exr'])['matched']['files'] == 1
    assert world.run('archive', exclude=[b'many/00*'])['matched']['files'] == 1
    parts = [world.run('archive', shard='%d/3' % part, dry_run=True)['matched']['files']
             for part in (1, 2, 3)]
    assert sum(parts) == 41 and min(parts) > 0
    assert world.run('archive', older_than='1h', dry_run=True)['matched']['files'] == 0
    assert world.run('archive', newer_than='1h', dry_run=True)['matched']['files'] == 41


def test_a_manifest_shows_conflicts_and_what_is_missing(world, tmp_path):
    # Safety rules 2 and 4, M7.
    for name in ('same', 'gone', 'released', 'conflict'):
        world.write(name, name.encode())
    world.run('archive')
    world.run('evict', 'released')
    world.write('conflict', b'mine')
    world.write('new', b'new')
    manifest = str(tmp_path / 'manifest')
    ours = os.stat(world.at('same'))
    with open(manifest, 'wb') as file:
        for name, mtime in (('same', ours.st_mtime), ('conflict', ours.st_mtime + 3600)):
            size = os.stat(world.at(name)).st_size
            file.write(b'%d\0%d.000000000\0%d.000000000\0%s\0' % (
                size, mtime, mtime, name.encode()))
        file.write(b'2\0end\0\0\0')
    os.unlink(os.path.join(world.filer, 'gone'))
    words = dict(manifest_file=os.fsencode(manifest), skips_ok=True)
    summary = world.run('archive', **words)
    assert counts(summary) == {'already': 1, 'skipped not_on_filer': 2, 'skipped conflict': 1,
                               'done': 1}
    assert summary['filer'] == {'same': 1, 'newer': 0, 'missing': 3, 'different': 0, 'extra': 0,
                                'conflict': 1}
    assert world.code == 3
    assert world.on_filer('gone') is None
    summary = world.run('archive', resend=True, **words)
    assert counts(summary)['done'] == 2
    assert world.on_filer('gone') == b'gone'
    # Never to a released file: its bytes are only on the filer, and those are gone.
    assert world.state('released') & 4


def test_the_summary_is_plain_json(world):
    world.write('a\\b\n\udcff')
    summary = world.run('archive')
    assert json.loads(json.dumps(summary)) == summary
    assert summary['files'][0]['path'].endswith('a\\\\b\\x0a\\xff')
    assert summary['mount'] == world.path
