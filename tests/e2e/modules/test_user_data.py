# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user data, rendered by the role itself: tests/e2e/user_data runs what comes out."""

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.roles.user_data import mount, render

ROOTS = [{'name': 'assets', 'path': '/mnt/ca che/nas1/assets', 'cache': 'fc-1',
          'submitted_as': ['Z:\\assets\\']}]
ONE = mount('/mnt/ca che')


@pytest.fixture
def script(controller, tmp_path):
    """Renders it; returns (result of the last task, the file)."""
    target = tmp_path / 'user_data.sh'

    def rendered(check=False, **variables):
        task = {'name': 'Render', 'ansible.builtin.include_role': {
            'name': 'renderfarm.file_cache.file_cache_client', 'tasks_from': 'user_data'},
            'vars': dict({'file_cache_client_mounts': [ONE],
                          'file_cache_client_user_data_dest': str(target)}, **variables)}
        return controller.play(task, check=check), target
    return rendered


def test_it_is_written_once_and_only_on_the_controller(script):
    result, target = script(check=True)
    assert result['changed'] and not target.exists()
    result, target = script(file_cache_client_roots=ROOTS, file_cache_client_mount_delay=6,
                            file_cache_client_mount_retries=10, file_cache_client_guard=True)
    assert result['changed'] and target.stat().st_mode & 0o777 == 0o644
    quick = render([ONE], units=['file-cache-%s.service' % name
                                 for name in ('watch', 'guard', 'lnet', 'tuning')],
                   delay=6, retries=10)
    raw = target.read_bytes()
    assert raw.startswith(b'#!/bin/sh\n#\n# Ansible managed\n#\n')
    # They differ in the config, which here has all that the role knows.
    assert [line for line in raw.decode().split('\n') if 'config.json' not in line] == [
        line for line in quick.split('\n') if 'config.json' not in line]
    assert '"roots": [{"name": "assets", "path": "/mnt/ca che/nas1/assets", "cache": "fc-1"}]' \
        in raw.decode()
    assert not script(file_cache_client_roots=ROOTS, file_cache_client_guard=True)[0]['changed']


@pytest.mark.parametrize('variables, said', [
    ({'file_cache_client_mounts': []}, 'mounts what file_cache_client_mounts names'),
    ({'file_cache_client_mounts': [mount(fsname='much too long')]}, 'no file system name'),
    ({'file_cache_client_mounts': 'x'}, 'file_cache_client_mounts'),
    ({'file_cache_client_mounts': [mount('/mnt/c', cache='')], 'file_cache_client_roots': [
        {'name': 'root%d' % number, 'path': '/mnt/c/' + 'x' * 200} for number in range(80)]},
     'EC2 takes less than 16384'),
])
def test_what_cannot_work_is_refused_and_nothing_written(script, variables, said):
    result, target = script(**variables)
    assert result['failed'] and said in str(result) and not target.exists()
