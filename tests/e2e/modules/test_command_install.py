# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module renderfarm.file_cache.command_install, run by real Ansible on a host's own /opt."""

import json
import os
import shutil
import subprocess
import time

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.command.worker import ARTIST, UID
from ansible_collections.renderfarm.file_cache.tests.e2e.modules.controller import ROOT
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm

COMMAND = '/opt/file-cache/bin/file-cache'
CONFIG = '/etc/file-cache/config.json'


@pytest.fixture
def release(tmp_path):
    """Return a function that makes a controller use another release of the collection."""

    def of(controller, number):
        collections = tmp_path / number
        copy = collections / 'ansible_collections' / 'renderfarm' / 'file_cache'
        if not copy.exists():
            for part in ('plugins', 'meta'):
                shutil.copytree(str(ROOT / part), str(copy / part),
                                ignore=shutil.ignore_patterns('__pycache__'))
            version = copy / 'plugins' / 'module_utils' / 'hsm' / 'version.py'
            version.write_text(version.read_text().replace("'0.1.0'", "'%s'" % number))
            (copy / 'galaxy.yml').write_text(
                (ROOT / 'galaxy.yml').read_text().replace('0.1.0', number))
        controller.variables['ANSIBLE_COLLECTIONS_PATH'] = str(collections)

    return of


def install(controller, **how):
    result = controller.module('command_install', **how)
    assert not result.get('failed'), result
    return result


def test_a_clean_host_and_a_second_run(make_host):
    host, controller = make_host()
    config = {'schema': 1, 'verbs': ['state'], 'ceilings': {'jobs': '2'}}
    assert install(controller, check=True, config=config)['changed'] is True
    assert host.said('ls', '/opt') == ''
    assert install(controller, config=config)['changed'] is True
    assert host.said(COMMAND, '--version') == 'file-cache 0.1.0\n'
    assert host.said(COMMAND, '--version', artist=True) == 'file-cache 0.1.0\n'
    assert json.loads(host.said('cat', CONFIG)) == config
    assert host.said('find', '/opt/file-cache', '-perm', '/022', '!', '-type', 'l') == ''
    assert host.said('find', '/opt/file-cache', '!', '-user', '0') == ''
    found = 'find /opt/file-cache /etc/file-cache | sort | xargs ls -lndi --time-style=full-iso'
    before = host.said('sh', '-c', found)
    assert install(controller, config=config)['changed'] is False
    assert host.said('sh', '-c', found) == before


def test_taken_away_without_a_trace(make_host):
    host, controller = make_host()
    install(controller, config={'schema': 1})
    assert install(controller, check=True, state='absent')['changed'] is True
    assert install(controller, state='absent')['changed'] is True
    assert host.said('sh', '-c', 'ls /opt; ls -d /etc/file-cache || true') == ''
    assert install(controller, state='absent')['changed'] is False


def test_what_the_command_would_refuse_is_refused_before_anything_is_changed(make_host):
    host, controller = make_host()
    for check in (True, False):
        result = controller.module('command_install', check=check, config={'schema': 1, 'x': 1})
        assert result['msg'].startswith('config: the whole has the unknown key "x"')
    assert host.said('ls', '/opt') == ''


@pytest.mark.parametrize('spoil, said', [
    (['chmod', '1777', '/opt'], '/opt can be changed by others than root'),
    (['chown', str(UID), '/opt'], '/opt can be changed by others than root'),
    (['mount', '-o', 'remount,noexec', '/opt'], '/opt is mounted noexec'),
    (['mount', '-o', 'remount,ro', '/opt'], 'Read-only file system'),
])
def test_an_opt_that_will_not_do_is_one_sentence(make_host, spoil, said):
    host, controller = make_host()
    host.said(*spoil)
    status, text = controller.adhoc('command_install', '')
    assert status == 2
    assert said in text and 'Traceback' not in text


def test_a_full_disk_leaves_what_was_there(make_host, release):
    host, controller = make_host(opt_options=',size=4m')
    install(controller, config={'schema': 1})
    host.said('sh', '-c', 'head -c 8m /dev/zero > /opt/full || true')
    release(controller, '0.2.0')
    result = controller.module('command_install', config={'schema': 1, 'verbs': ['state']})
    assert result['msg'].startswith('No space left on device')
    assert host.said(COMMAND, '--version') == 'file-cache 0.1.0\n'
    assert json.loads(host.said('cat', CONFIG)) == {'schema': 1}
    host.said('rm', '/opt/full')
    assert install(controller)['previous'] == '0.1.0'
    assert host.said(COMMAND, '--version') == 'file-cache 0.2.0\n'


def test_versions_change_under_a_run_and_nothing_is_lost(make_host, release, tmp_path):
    """A worker that renders: an upgrade, one more, and the way back, while an archive waits."""
    with farm.Cache(str(tmp_path / 'farm')) as cache:
        mount = cache.mount()
        os.mkdir(mount + '/shots')
        frames = ['%s/shots/f.%04d.exr' % (mount, number) for number in range(20)]
        for frame in frames:
            with open(frame, 'wb') as stream:
                stream.write(b'a frame')
        host, controller = make_host(tools=cache.tools)
        roots = [{'name': 'shots', 'path': mount + '/shots'}]
        install(controller, config={'schema': 1, 'roots': roots})
        cache.control('copytool', 'stop')
        with running(host.enter + [COMMAND, 'archive', '@shots', '-r', '--json'],
                     stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as archive:
            ends = time.monotonic() + 60
            while cache.stats()['archive']['requested'] < 20 and time.monotonic() < ends:
                time.sleep(0.1)
            for number in ('0.2.0', '0.3.0', '0.2.0'):
                release(controller, number)
                result = install(controller, keep=1)
                assert host.said(COMMAND, '--version') == 'file-cache %s\n' % number
            # The oldest is not among those that stay, but it runs.
            assert '0.1.0' in result['kept']
            refused = controller.module('command_install', state='absent')
            assert 'running (version 0.1.0)' in refused['msg']
            cache.control('copytool', 'start')
            out, _none = archive.communicate(timeout=120)
        summary = json.loads(out.decode())
        assert (archive.returncode, summary['version']) == (0, '0.1.0')
        assert summary['outcomes']['done'] == 20
        assert sorted(os.listdir(cache.filer + '/shots')) == [
            os.path.basename(frame) for frame in frames]
        assert install(controller, keep=1)['removed'] == ['0.1.0']


def test_through_the_real_sudo(make_host, tmp_path):
    """The path that sudoers names is a link; ceilings hold and each call is journalled."""
    with farm.Cache(str(tmp_path / 'farm')) as cache:
        mount = cache.mount()
        os.mkdir(mount + '/shots')
        host, controller = make_host(tools=cache.tools)
        install(controller, config={
            'schema': 1, 'roots': [{'name': 'shots', 'path': mount + '/shots'}],
            'verbs': ['state'], 'ceilings': {'jobs': 1}})
        host.said('sh', '-c', 'mkdir -p /etc/sudoers.d; umask 227; echo "%s ALL=(root) NOPASSWD: '
                  '%s" > /etc/sudoers.d/file-cache' % (ARTIST, COMMAND))
        allowed = host.run('sudo', '-n', COMMAND, 'state', '@shots', '-r', '--jobs', '9',
                           artist=True)
        assert (allowed.returncode, 'lowered to 1' in allowed.stderr) == (0, True)
        refused = host.run('sudo', '-n', COMMAND, 'evict', '@shots', '-r', artist=True)
        assert (refused.returncode, 'not allowed through sudo' in refused.stderr) == (2, True)
        line = next(line for line in iter(host.journal.line, '') if 'file-cache[' in line)
        assert 'user=%s uid=%d verb=state' % (ARTIST, UID) in line
