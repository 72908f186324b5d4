# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module mount_point where nothing is mounted."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.modules import mount_point


def test_check_mode_makes_nothing(call, tmp_path):
    point = tmp_path / 'mnt' / 'cache'
    result = call(mount_point.main, check=True, diff=True, path=str(point))
    assert result['changed'] is True and not point.exists()
    assert result['msg'] == 'The folder %s would be made unwritable.' % point
    assert result['diff'] == {'before': 'writable or absent\n', 'after': 'unwritable\n'}


def test_what_is_not_there_is_absent(call, tmp_path):
    result = call(mount_point.main, path=str(tmp_path / 'none'), state='absent')
    assert (result['changed'], result['protection']) == (False, 'none')


@pytest.mark.parametrize('path', ['cache', '/', '/a/../b', '/a\nb\0', 7])
def test_what_is_no_folder_is_one_sentence(call, path):
    result = call(mount_point.main, path=path)
    assert result['failed'] is True and 'Traceback' not in result['msg']


def test_a_file_in_the_place_stays(call, tmp_path):
    file = tmp_path / 'cache'
    file.write_bytes(b'mine')
    for state in ('present', 'absent'):
        assert call(mount_point.main, path=str(file), state=state)['failed'] is True
    assert file.read_bytes() == b'mine'


def test_a_folder_that_holds_something_stays(call, tmp_path):
    """What was written while nothing was mounted is somebody's (field-reports D2)."""
    (tmp_path / 'cache').mkdir()
    (tmp_path / 'cache' / 'frame.exr').write_bytes(b'pixels')
    result = call(mount_point.main, path=str(tmp_path / 'cache'), state='absent')
    assert (tmp_path / 'cache' / 'frame.exr').read_bytes() == b'pixels'
    assert result['failed'] is True
