# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module cache_mount: what it refuses before it touches anything."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import fstab
from ansible_collections.renderfarm.file_cache.plugins.modules import cache_mount

SOURCE = '10.0.0.1@tcp:/abcd1234'
POINT = '/nowhere/cache'


@pytest.fixture
def line(monkeypatch):
    """Return a function that sets the line of /etc/fstab for the mount point."""
    def have(source=SOURCE, fstype='lustre', options='relatime,flock'):
        line = fstab.Line(source.encode(), POINT.encode(), fstype.encode(),
                          options.encode().split(b','))
        monkeypatch.setattr(fstab, 'line_of', lambda _point: line)

    monkeypatch.setattr(fstab, 'line_of', lambda _point: None)
    return have


def refused(call, **params):
    result = call(cache_mount.main, path=POINT, **params)
    assert result['failed'] is True and result.get('changed', False) is False
    return result['msg']


def test_without_a_line_nothing_is_mounted(call, line):
    assert '/etc/fstab has no line for %s. Write it first' % POINT in refused(call)


@pytest.mark.parametrize('name, value', [
    ('retries', -1), ('retries', 101), ('delay', 301), ('timeout', 0), ('timeout', 3601)])
def test_numbers_have_limits(call, line, name, value):
    line()
    assert '%s must be from' % name in refused(call, **{name: value})


@pytest.mark.parametrize('path', ['cache', '/mnt/../etc', '/', '', 7, ['/a', '/b']])
def test_what_is_no_mount_point_is_one_sentence(call, line, path):
    result = call(cache_mount.main, path=path)
    assert result['failed'] is True and 'Traceback' not in result['msg']


def test_another_type_in_the_line(call, line):
    line(fstype='nfs')
    assert 'is of type nfs, not lustre' in refused(call)


def test_another_source_in_the_line(call, line):
    line()
    said = refused(call, source='10.0.0.2@tcp:/abcd1234')
    assert SOURCE in said and '10.0.0.2@tcp:/abcd1234' in said


def test_an_option_that_the_line_lacks(call, line):
    line()
    assert 'lacks noatime, user_xattr' in refused(call, options=['noatime', 'flock', 'user_xattr'])


def test_the_name_and_the_source_agree(call, line):
    line()
    assert 'fsname is "other", and the source' in refused(call, fsname='other')


def test_a_source_without_a_name(call, line):
    line(source='/dev/sdb1')
    assert 'is not ADDRESS@tcp:/NAME' in refused(call)


def test_a_clean_host_is_predicted(call, line):
    """Check mode on a host without a line, a folder or lfs ends well."""
    result = call(cache_mount.main, check=True, diff=True, path=POINT, source=SOURCE)
    assert result['changed'] is True and result.get('failed', False) is False
    assert result['diff']['before'] == '' and SOURCE in result['diff']['after']


def test_what_is_not_mounted_needs_no_unmount(call, line):
    result = call(cache_mount.main, check=True, path=POINT, state='unmounted')
    assert (result['changed'], result['users']) == (False, [])
