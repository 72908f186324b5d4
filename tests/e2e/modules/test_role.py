# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role file_cache_client refuses in one sentence, before it touches the host."""

import pytest

MOUNT = {'cache': 'fc-1', 'server': 'cache.example', 'fsname': 'abcd', 'path': '/mnt/cache'}
ROOT = {'name': 'assets', 'cache': 'fc-1', 'path': '/mnt/cache/nas1'}


def refusal(controller, **variables):
    prefixed = {'file_cache_client_' + name: value for name, value in variables.items()}
    # In check mode, should it ever get further than it ought to.
    result = controller.play({
        'name': 'Make a worker',
        'ansible.builtin.include_role': {'name': 'renderfarm.file_cache.file_cache_client'},
        'vars': dict({'file_cache_roots': [ROOT]}, **prefixed),
    }, check=True)
    assert result['failed'], result
    return result['msg']


@pytest.mark.parametrize('variables, said', [
    ({}, 'the stage boot has nothing to mount'),
    ({'mounts': [dict(MOUNT, options=['noatime'])]}, 'evicts what is in use'),
    ({'mounts': [dict(MOUNT, path='/mnt/other')]}, 'does not lie below a mount of its cache'),
    ({'mounts': [{'path': '/mnt/cache'}]}, 'missing required arguments'),
], ids=['nothing to mount', 'noatime', 'root elsewhere', 'half a mount'])
def test_a_contradiction_in_the_variables(controller, variables, said):
    assert said in refusal(controller, **variables)


def test_windows(controller):
    assert 'Windows has no Lustre client' in controller.play({
        'name': 'Make a worker',
        'ansible.builtin.include_role': {'name': 'renderfarm.file_cache.file_cache_client'},
        'vars': {'ansible_shell_type': 'powershell', 'file_cache_client_mounts': [MOUNT]},
    }, check=True)['msg']
