# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module renderfarm.file_cache.filer_manifest, run by real Ansible."""

import pytest


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / 'filer, with $HOME'
    folder.mkdir()
    (folder / 'a.exr').write_bytes(b'12345')
    return folder


def test_made_once_and_predicted(controller, tree, tmp_path):
    dest = tmp_path / 'manifest'
    where = dict(path=str(tree), dest=str(dest))
    assert controller.module('filer_manifest', check=True, **where)['changed'] is True
    assert not dest.exists()
    result = controller.module('filer_manifest', **where)
    assert (result['changed'], result['files'], result['bytes']) == (True, 1, 5)
    assert dest.read_bytes().endswith(b'1\0end\0\0\0')
    assert controller.module('filer_manifest', **where)['changed'] is False


def test_bad_input_is_one_sentence(controller, tmp_path):
    status, text = controller.adhoc('filer_manifest', 'path=filer dest=%s' % (tmp_path / 'm'))
    assert status == 2
    assert 'path must be absolute, \\"filer\\" is not.' in text
    assert 'Traceback' not in text
