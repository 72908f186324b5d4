# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker as the role leaves it, read from the system."""

import json

import pytest


def test_a_module_for_the_kernel_is_there(worker):
    """field-reports L17"""
    kernel = worker.read('uname -r').strip()
    assert worker.read('modinfo -k %s -F vermagic lustre', kernel).split()[0] == kernel


def test_kernel_and_client_are_held(worker):
    """field-reports L19"""
    assert worker.not_held(worker.kernel()) == []


def test_the_cache_is_mounted_and_answers(worker):
    assert worker.read('lfs getname /mnt/cache').startswith('cache-')
    line, = [line for line in worker.read('cat /etc/fstab').splitlines() if 'lustre' in line]
    options = line.split()[3].split(',')
    assert {'relatime', 'flock', '_netdev', 'nofail', 'x-systemd.automount'} <= set(options)
    assert worker.run('/opt/file-cache/bin/file-cache probe /mnt/cache --expect cache')[0] == 0


@pytest.mark.parametrize('name, values', [
    ('Before', ['remote-fs.target', 'file-cache-watch.service', 'deadline10launcher.service']),
    ('After', ['network-online.target', 'nss-lookup.target', 'remote-fs-pre.target']),
])
def test_the_mount_is_ordered_at_boot_and_at_shutdown(worker, name, values):
    """field-reports L8, L22"""
    shown = worker.property('mnt-cache.mount', name).split()
    assert [value for value in values if value not in shown] == []


def test_the_launcher_waits_for_the_mount(worker):
    """field-reports D2"""
    assert 'mnt-cache.mount' in worker.property('deadline10launcher.service', 'Requires').split()
    after = worker.property('deadline10launcher.service', 'After').split()
    assert 'mnt-cache.mount' in after and 'file-cache-watch.service' in after
    assert worker.host.service('deadline10launcher').is_running


def test_the_watch_runs(worker):
    assert worker.host.service('file-cache-watch').is_running
    assert '/mnt/cache is watched' in worker.read('journalctl --no-pager -u file-cache-watch')


def test_the_client_is_tuned_after_the_mount(worker):
    """filecache-and-peers A1.3"""
    for line in worker.read('lctl get_param osc.*OST*.max_rpcs_in_flight').splitlines():
        assert line.endswith('=32')


def test_the_user_of_jobs_may_call_the_command_and_nothing_else(worker):
    """field-reports L23"""
    assert worker.run('sudo -n -l -U render /opt/file-cache/bin/file-cache')[0] == 0
    assert worker.run('sudo -n -l -U render /bin/sh')[0] != 0


def test_nobody_but_root_can_change_what_runs_as_root(worker):
    """Design, safety rule 7"""
    assert worker.read('find /opt/file-cache /etc/file-cache /etc/sudoers.d/file-cache '
                       '! -type l \\( ! -user root -o -perm /022 \\)') == ''


def test_the_config_has_the_roots(worker):
    config = json.loads(worker.read('cat /etc/file-cache/config.json'))
    assert [root['name'] for root in config['roots']] == ['assets', 'shots']
    assert config['mounts'] == [{'path': '/mnt/cache', 'fsname': 'cache'}]


def test_no_unit_failed(worker):
    assert worker.read('systemctl --failed --no-legend --no-pager').strip() == ''
