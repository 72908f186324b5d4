# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""renderfarm.file_cache.lfs_hsm and renderfarm.file_cache.lfs_hsm_info, run by real Ansible."""

NEW, CLEAN, RELEASED = 0x0, 0x9, 0xd
FRAME = b'rendered on a worker'


def test_the_whole_story_of_a_file(worker):
    """Hydrate, write, archive, evict; each predicted first, and no change when repeated."""

    def converge(state):
        shot = {'path': str(worker.mount / 'shot'), 'recurse': True, 'state': state}
        requests = worker.requests()
        predicted = worker.controller.module('lfs_hsm', check=True, **shot)
        assert worker.requests() == requests, 'check mode sent a request'
        done = worker.controller.module('lfs_hsm', **shot)
        assert not done.get('failed'), done['msg']
        assert predicted['changed'] is True and done['changed'] is True
        for key in ('outcomes', 'matched', 'moved'):
            assert predicted['summary'][key] == done['summary'][key], 'check mode was wrong'
        assert worker.controller.module('lfs_hsm', **shot)['changed'] is False
        return done['summary']['outcomes']['done']

    assert converge('hydrated') == 3
    assert worker.state('shot/b, with $HOME.exr') == CLEAN

    (worker.mount / 'shot' / 'frame.exr').write_bytes(FRAME)
    assert worker.state('shot/frame.exr') == NEW
    assert converge('archived') == 1
    assert (worker.filer / 'shot' / 'frame.exr').read_bytes() == FRAME

    assert converge('evicted') == 4
    assert {worker.state(name) for name in ('shot/a.exr', 'shot/frame.exr')} == {RELEASED}


def test_refresh_brings_the_filers_newest_bytes(worker):
    """Design: a refresh without a list of changes is the one thing that is not idempotent."""
    shot = {'path': str(worker.mount / 'shot'), 'recurse': True}
    worker.controller.module('lfs_hsm', state='hydrated', **shot)
    (worker.filer / 'shot' / 'a.exr').write_bytes(b'edited on the filer, and longer')
    assert worker.controller.module('lfs_hsm', state='refreshed', **shot)['changed'] is True
    assert (worker.mount / 'shot' / 'a.exr').read_bytes() == b'edited on the filer, and longer'


def test_a_dirty_file_is_never_evicted(worker):
    """Safety rule 1."""
    frame = worker.mount / 'shot' / 'frame.exr'
    shot = {'path': str(worker.mount / 'shot'), 'recurse': True, 'state': 'evicted'}
    worker.controller.module('lfs_hsm', **dict(shot, state='hydrated'))
    frame.write_bytes(FRAME)
    result = worker.controller.module('lfs_hsm', **shot)
    assert result['failed'] is True and result['changed'] is True
    assert sum(result['summary']['reasons']['skipped'].values()) == 1
    assert result['summary']['files'][0]['path'] == str(frame)
    assert worker.state('shot/frame.exr') == NEW and frame.read_bytes() == FRAME
    assert not worker.controller.module('lfs_hsm', skips_ok=True, **shot).get('failed')
    assert worker.state('shot/frame.exr') == NEW and frame.read_bytes() == FRAME


def test_the_diff_counts_files_by_state(worker):
    result = worker.controller.module('lfs_hsm', check=True, diff=True, state='hydrated',
                                      path=str(worker.mount / 'shot'), recurse=True)
    assert result['diff'] == {'before': 'released: 3 files, 45 bytes\n',
                              'after': 'clean: 3 files, 45 bytes\n'}


def test_paths_are_taken_as_they_are(worker):
    """Type raw: no ~ and $ is expanded, no comma splits."""
    result = worker.controller.module(
        'lfs_hsm', state='hydrated', path=str(worker.mount / 'shot' / 'b, with $HOME.exr'))
    assert result['summary']['outcomes']['done'] == 1
    assert worker.state('shot/a.exr') == RELEASED


def test_ad_hoc_use_reads_well(worker):
    words = 'path=%s state=hydrated recurse=true' % (worker.mount / 'shot')
    status, text = worker.controller.adhoc('lfs_hsm', words, '--check')
    assert status == 0 and 'worker | CHANGED' in text
    assert '"msg": "hydrate: 3 files, 45 bytes: 3 done."' in text
    assert not any(worker.requests().values())


def test_module_defaults_by_action_group(worker):
    name = 'renderfarm.file_cache.lfs_hsm_info'
    result = worker.controller.play(
        {'name': 'Look', name: {'path': str(worker.mount)},
         'module_defaults': {'group/renderfarm.file_cache.hsm': {'recurse': True}}})
    assert result['summary']['matched']['files'] == 3


def test_the_names_in_the_result_are_bounded(worker):
    for number in range(12):
        (worker.mount / ('new%02d' % number)).write_bytes(b'x')
    result = worker.controller.module('lfs_hsm_info', path=str(worker.mount), recurse=True,
                                      max_report=5)
    assert (len(result['unsafe']['paths']), result['unsafe']['files']) == (5, 12)
    assert result['unsafe']['truncated'] is True


def test_info_tells_what_would_be_lost(worker):
    where = {'path': str(worker.mount), 'recurse': True}
    found = worker.controller.module('lfs_hsm_info', **where)
    assert found['clean'] is True and found['unsafe']['files'] == 0
    assert found['states']['released'] == {'files': 3, 'bytes': 45}
    assert found['space'] and all(ost['free'] <= ost['total'] for ost in found['space'])
    frame = worker.mount / 'shot' / 'frame.exr'
    frame.write_bytes(FRAME)
    found = worker.controller.module('lfs_hsm_info', **where)
    assert found['clean'] is False and found['changed'] is False
    assert found['unsafe'] == {'files': 1, 'bytes': len(FRAME), 'paths': [str(frame)],
                               'truncated': False}


def test_bad_input_is_one_sentence(worker):
    for words, said in (
            ('path=shot state=evicted', 'path must be absolute'),
            ('path=%s state=evicted' % worker.mount, 'recurse'),
            ('path=%s/nothing state=evicted' % worker.mount, 'nothing'),
            ('path=%s state=evicted recurse=true' % worker.controller.folder, 'Lustre'),
            ('path=%s state=evicted recurse=true shard=5/4' % worker.mount, '5/4')):
        status, text = worker.controller.adhoc('lfs_hsm', words)
        assert status == 2 and said in text and 'Traceback' not in text, text
    assert not any(worker.requests().values())
