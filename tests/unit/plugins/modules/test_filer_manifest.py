# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module filer_manifest: a manifest that is whole, or none."""

import errno
import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.modules import filer_manifest


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / 'filer'
    (folder / 'shot').mkdir(parents=True)
    (folder / 'shot' / 'a.exr').write_bytes(b'12345')
    (folder / 'b, c.tx').write_bytes(b'1')
    return folder


def test_the_first_manifest_is_a_change(call, tree, tmp_path):
    dest = tmp_path / 'manifest'
    result = call(filer_manifest.main, path=str(tree), dest=str(dest))
    assert (result['changed'], result['files'], result['bytes']) == (True, 2, 6)
    assert dest.read_bytes().endswith(b'2\0end\0\0\0')
    assert b'\0b, c.tx\0' in dest.read_bytes()


def test_an_unchanged_tree_is_no_change(call, tree, tmp_path):
    dest = str(tmp_path / 'manifest')
    first = call(filer_manifest.main, path=str(tree), dest=dest)
    second = call(filer_manifest.main, path=str(tree), dest=dest)
    assert second['changed'] is False
    assert second['checksum'] == first['checksum']


def test_an_edit_within_the_same_second_is_a_change(call, tree, tmp_path):
    """field-reports L28: size and whole second are equal, the time's fraction is not."""
    dest = str(tmp_path / 'manifest')
    edited = tree / 'b, c.tx'
    os.utime(str(edited), ns=(10 ** 18, 10 ** 18))
    call(filer_manifest.main, path=str(tree), dest=dest)
    os.utime(str(edited), ns=(10 ** 18, 10 ** 18 + 1))
    assert call(filer_manifest.main, path=str(tree), dest=dest)['changed'] is True


def test_check_mode_predicts_and_writes_nothing(call, tree, tmp_path):
    dest = tmp_path / 'manifest'
    result = call(filer_manifest.main, check=True, path=str(tree), dest=str(dest))
    assert (result['changed'], result['files']) == (True, 2)
    assert not dest.exists()
    call(filer_manifest.main, path=str(tree), dest=str(dest))
    assert call(filer_manifest.main, check=True, path=str(tree), dest=str(dest))['changed'] is False


@pytest.mark.parametrize('params, complaint', [
    ({'path': 'relative'}, 'path must be absolute'),
    ({'dest': 'relative'}, 'dest must be absolute'),
    ({'path': '/no/such/folder'}, 'No such file or directory'),
    ({'dest': '/no/such/folder/manifest'}, 'No such file or directory'),
])
def test_bad_input_is_one_sentence(call, tree, tmp_path, params, complaint):
    result = call(filer_manifest.main, **dict(
        dict(path=str(tree), dest=str(tmp_path / 'manifest')), **params))
    assert result['failed'] is True
    assert complaint in result['msg']
    assert 'Traceback' not in result['msg'] and 'exception' not in result


def test_a_link_as_root_is_refused(call, tree, tmp_path):
    link = tmp_path / 'link'
    link.symlink_to(tree)
    result = call(filer_manifest.main, path=str(link), dest=str(tmp_path / 'manifest'))
    assert result['failed'] is True and 'no link' in result['msg']


def test_what_cannot_be_listed_leaves_the_old_manifest(call, tree, tmp_path, monkeypatch):
    """Design, safety rule 9: a listing is complete or it is an error."""
    dest = tmp_path / 'manifest'
    call(filer_manifest.main, path=str(tree), dest=str(dest))
    old = dest.read_bytes()

    def broken(folder):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    # The walk is done by a fork of this process, which takes this along.
    monkeypatch.setattr(os, 'scandir', broken)
    result = call(filer_manifest.main, path=str(tree), dest=str(dest))
    assert result['failed'] is True
    assert 'Permission denied' in result['msg'] and 'incomplete' in result['msg']
    assert dest.read_bytes() == old
    assert sorted(os.listdir(str(tmp_path))) == ['filer', 'manifest'], 'a temporary file stays'
