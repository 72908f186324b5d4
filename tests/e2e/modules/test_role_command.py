# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role's stage `command`, on a host that has neither a Lustre client nor systemd."""

import json

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.command.worker import ARTIST, UID
from ansible_collections.renderfarm.file_cache.tests.e2e.modules.controller import ROOT

COMMAND = '/opt/file-cache/bin/file-cache'
DROP_IN = '/etc/sudoers.d/file-cache'
SCRIPT = '/opt/file-cache/deadline/FileCacheWriteBack.py'
SOURCES = ROOT / 'roles' / 'deadline_filecache' / 'files'
ROOTS = [{'name': 'assets', 'path': '/mnt/cache/nas1/assets', 'cache': 'fc-1',
          'filer': {'host': 'nas-admin1', 'path': '/export/assets'}}]
ODD = ['anna.smith', 'DOMAIN\\user', 'render user', 'RENDER', 'a,b=c', 'sam$', 'u@example.com']


@pytest.fixture
def role(make_host):
    """Return the host, and a function that runs the role on it."""
    host, controller = make_host()

    def run(check=False, tasks_from='main', **variables):
        task = {'name': 'Run', 'ansible.builtin.include_role': {
            'name': 'renderfarm.file_cache.file_cache_client', 'tasks_from': tasks_from},
            'vars': dict({'file_cache_client_stages': ['command']}, **{
                'file_cache_client_' + name: value for name, value in variables.items()})}
        return controller.plays(task, check=check)

    return host, run


def test_installed_configured_and_allowed_once(role):
    host, run = role
    more = dict(roots=ROOTS, users=[ARTIST, '#%d' % UID, 'not-here-yet'],
                groups=['file-cache-render'], ceilings={'jobs': 4},
                sweep_quiet_period=1800)
    predicted = run(check=True, **more)
    assert predicted.changed and not predicted.failed, predicted.said
    assert host.said('sh', '-c', 'ls /opt; ls -d %s /etc/file-cache || :' % DROP_IN) == ''
    first = run(**more)
    assert first.changed and not first.failed, first.said
    assert 'Not known to this host yet' in first.said and 'not-here-yet' in first.said
    config = json.loads(host.said('cat', '/etc/file-cache/config.json'))
    assert config['roots'] == [{'name': 'assets', 'path': '/mnt/cache/nas1/assets',
                                'cache': 'fc-1'}]
    assert (config['mounts'], config['ceilings']) == ([], {'jobs': 4})
    assert config['sweep'] == {'quiet_period': 1800}
    assert host.said('stat', '-c', '%a %U %G', DROP_IN) == '440 root root\n'
    refused = host.run('sudo', '-n', COMMAND, 'manifest', '@assets', '--output', '-', artist=True)
    assert 'not allowed through sudo' in refused.stderr
    again = run(**more)
    assert not again.changed and not again.failed, again.said


def test_odd_names_are_understood_by_sudo(role):
    host, run = role
    for number, name in enumerate(ODD):
        host.said('sh', '-c', 'printf "%s:*:%d:%d::/:/bin/sh\\n" "$1" "$2" "$2" >> /etc/passwd',
                  'sh', name, str(70000 + number))
    done = run(users=ODD)
    assert not done.failed, done.said
    for name in ODD:
        assert COMMAND in host.said('sudo', '-n', '-l', '-U', name, COMMAND)
    assert host.run('sudo', '-n', '-l', '-U', ARTIST, COMMAND).returncode != 0


@pytest.mark.parametrize('users, said', [
    (['ALL'], 'would be everybody'),
    (['%render'], 'name groups in groups'),
])
def test_names_that_mean_something_else_are_refused(role, users, said):
    host, run = role
    done = run(users=users)
    assert done.failed and said in done.said
    assert host.said('ls', '/opt') == ''


@pytest.mark.parametrize('sudoers, said', [
    ('root ALL=(ALL) ALL', 'without a password'),
    ('@includedir /etc/sudoers.d\nALL ALL=(ALL) PASSWD: ALL', 'password is required'),
])
def test_a_rule_without_effect_is_an_error(role, sudoers, said):
    """field-reports L23: the file is there, and is not read or is overruled."""
    host, run = role
    host.said('sh', '-c', 'echo "$1" > /etc/sudoers', 'sh', sudoers)
    done = run(users=[ARTIST])
    assert done.failed and 'sudo does not let %s' % ARTIST in done.said and said in done.said


def test_a_host_without_sudo_needs_no_users(role):
    host, run = role
    host.said('mount', '--bind', '/dev/shm', '/usr/sbin')
    refused = run(users=[ARTIST])
    assert refused.failed and 'This host has no sudo' in refused.said
    assert not run().failed


def test_nobody_is_named_any_more(role):
    host, run = role
    assert not run(users=[ARTIST]).failed
    assert run().changed
    assert host.run('ls', DROP_IN).returncode != 0
    assert host.run('sudo', '-n', COMMAND, '--version', artist=True).returncode != 0


def test_a_configuration_that_the_command_would_refuse_is_not_written(role):
    host, run = role
    assert not run(roots=ROOTS).failed
    before = host.said('cat', '/etc/file-cache/config.json')
    done = run(roots=ROOTS, ceilings={'job': 4})
    assert done.failed and 'ceilings has the unknown key' in done.said
    assert host.said('cat', '/etc/file-cache/config.json') == before


def test_nothing_is_left(role):
    host, run = role
    run(users=[ARTIST])
    predicted = run(check=True, tasks_from='absent_command')
    assert predicted.changed and not predicted.failed, predicted.said
    assert run(tasks_from='absent_command').changed
    assert host.said('sh', '-c', 'ls /opt; ls -d %s /etc/file-cache || :' % DROP_IN) == ''
    assert not run(tasks_from='absent_command').changed


def test_the_task_script_is_the_one_source_and_roots_own(role):
    """What jobs name lies where nobody but root can change it; absent takes it along."""
    host, run = role
    assert not run().failed
    assert host.said('cat', SCRIPT) == (SOURCES / 'FileCacheWriteBack.py').read_text()
    assert host.said('stat', '-c', '%a %U:%G', SCRIPT, '/opt/file-cache/deadline') == (
        '644 root:root\n755 root:root\n')


def test_a_host_that_still_takes_tasks_keeps_a_script_that_runs_the_users_own(role):
    """deadline 116: without the script that its job names, each task would be an error."""
    host, run = role
    assert not run().failed
    kept = run(state='absent', keep_task_script=True)
    assert kept.changed and not kept.failed, kept.said
    assert host.said('cat', SCRIPT) == (SOURCES / 'FileCacheWriteBackOff.py').read_text()
    assert not run(state='absent', keep_task_script=True).changed
    assert run(state='absent').changed
    assert host.said('ls', '/opt') == ''
