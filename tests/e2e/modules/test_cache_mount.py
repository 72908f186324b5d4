# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules cache_mount and mount_point, run by real Ansible with the real mount(8)."""

import os
import subprocess
import types

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.machine import Machine
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm

# Not the usual one: client instances are counted by name, and other tests may run beside these.
NAME = 'modcache'
CACHE_MOUNT = 'renderfarm.file_cache.cache_mount'
MOUNT_POINT = 'renderfarm.file_cache.mount_point'
OPTIONS = 'relatime,flock,_netdev,nofail'


@pytest.fixture
def host(controller, tmp_path):
    """A worker with the client installed, an fstab, and a folder to mount at."""
    filer = tmp_path / 'farm' / 'filer'
    filer.mkdir(parents=True)
    (filer / 'a.exr').write_bytes(b'as on the filer')
    with Machine(tmp_path / 'machine') as machine, \
            farm.Cache(str(tmp_path / 'farm'), NAME) as cache:
        machine.install(cache)
        point = tmp_path / 'mnt, odd' / 'show a'

        def line(options=OPTIONS):
            return {'name': 'Write the line', 'ansible.posix.mount': dict(
                path=str(point), src=cache.source, fstype='lustre', opts=options,
                state='present')}

        def run(module, state, *before, check=False, diff=False, **params):
            task = {'name': 'Run', module: dict(
                params, path=str(point), state=state)}
            return controller.play(*(list(before) + [task]), check=check, diff=diff)

        yield types.SimpleNamespace(point=point, line=line, run=run, machine=machine, cache=cache)
        subprocess.run(['umount', str(point)], check=False, stderr=subprocess.DEVNULL)
        subprocess.run(['chattr', '-i', str(point)], check=False, stderr=subprocess.DEVNULL)


def test_from_nothing_to_mounted_and_back(host):
    """The whole life, each step predicted, done, and not done twice."""
    assert host.run(MOUNT_POINT, 'present', check=True)['changed'] is True
    assert not host.point.exists()
    result = host.run(MOUNT_POINT, 'present')
    assert (result['changed'], result['protection']) == (True, 'immutable')
    with pytest.raises(OSError):
        (host.point / 'frame.exr').write_bytes(b'on the local disk')
    assert host.run(MOUNT_POINT, 'present')['changed'] is False

    result = host.run(CACHE_MOUNT, 'mounted', host.line(), check=True)
    assert result['changed'] is True and result['mount'] == {}
    result = host.run(CACHE_MOUNT, 'mounted', host.line(), diff=True, write_test=True)
    assert result['changed'] is True, result['msg']
    assert result['mount']['fsname'] == NAME and result['mount']['entries'] == 1
    assert result['diff']['before'] == '' and 'relatime' in result['diff']['after']
    assert result['msg'].startswith('The cache "%s" was mounted at ' % NAME)
    assert (host.point / 'a.exr').read_bytes() == b'as on the filer'
    result = host.run(CACHE_MOUNT, 'mounted', host.line())
    assert (result['changed'], result['drift'], result['diagnosis']) == (False, [], {})
    assert host.run(MOUNT_POINT, 'present')['protection'] == 'mounted'

    assert 'Something is mounted' in host.run(MOUNT_POINT, 'absent')['msg']
    assert host.run(CACHE_MOUNT, 'unmounted', check=True)['changed'] is True
    result = host.run(CACHE_MOUNT, 'unmounted', diff=True)
    assert (result['changed'], result['proven'], result['instances']) == (True, True, [])
    assert host.cache.source in result['diff']['before'] and result['diff']['after'] == ''
    assert host.run(CACHE_MOUNT, 'unmounted')['changed'] is False
    assert host.run(MOUNT_POINT, 'absent', check=True)['changed'] is True
    assert host.run(MOUNT_POINT, 'absent')['changed'] is True
    assert not host.point.exists()
    assert host.run(MOUNT_POINT, 'absent')['changed'] is False


def test_a_mount_in_use_is_neither_changed_nor_taken_away(host):
    """field-reports L2, B4 of filecache-and-peers: options drift only when idle."""
    host.run(MOUNT_POINT, 'present')
    assert host.run(CACHE_MOUNT, 'mounted', host.line())['changed'] is True
    with open(str(host.point / 'a.exr'), 'r+b') as frame:
        result = host.run(CACHE_MOUNT, 'mounted', host.line('noatime,' + OPTIONS.replace(
            'relatime,', '')))
        assert (result['changed'], result['drift']) == (False, ['noatime'])
        assert str(os.getpid()) in result['warnings'][0]
        for check in (True, False):
            result = host.run(CACHE_MOUNT, 'unmounted', check=check)
            assert result['failed'] is True and result['changed'] is False
            assert [(user['pid'], user['what']) for user in result['users']] == [
                (os.getpid(), 'file open for writing')]
        frame.write(b'still')
    assert host.run(CACHE_MOUNT, 'mounted')['changed'] is True
    assert host.run(CACHE_MOUNT, 'mounted')['drift'] == []


def test_what_is_wrong_is_one_sentence_with_its_remedy(host):
    host.run(MOUNT_POINT, 'present')
    assert 'has no line for' in host.run(CACHE_MOUNT, 'mounted')['msg']
    line = host.line()
    line['ansible.posix.mount']['src'] = '10.0.0.1@tcp:/nosuch'
    result = host.run(CACHE_MOUNT, 'mounted', line, retries=3, delay=0)
    assert result['failed'] is True and result['attempts'] == 1
    assert result['diagnosis']['cause'] == 'wrong_name'
    assert result['diagnosis']['remedy'] in result['msg']
    result = host.run(CACHE_MOUNT, 'mounted', fsname='abcd1234')
    assert 'fsname is "abcd1234"' in result['msg']
