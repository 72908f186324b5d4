# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host as an image is taken of it: ready, and with nothing mounted."""


def test_a_module_for_the_kernel_is_there(worker):
    """field-reports L17"""
    kernel = worker.kernel()
    assert worker.read('modinfo -k %s -F vermagic lustre', kernel).split()[0] == kernel


def test_kernel_and_client_are_held(worker):
    """field-reports L19"""
    assert worker.not_held(worker.kernel()) == []


def test_the_values_for_the_client_are_there(worker):
    """filecache-and-peers A1.3"""
    assert 'osc.*OST*.max_rpcs_in_flight=32' in worker.read('cat /etc/file-cache/tuning.conf')


def test_the_command_works(worker):
    assert worker.read('/opt/file-cache/bin/file-cache --version').startswith('file-cache ')


def test_nothing_is_mounted_or_will_be(worker):
    assert 'lustre' not in worker.read('cat /etc/fstab')
    assert not [line for line in worker.snapshot() if line.startswith('mount ')]
    assert not worker.host.file('/mnt/cache').exists


def test_no_service_of_a_cache_starts_by_itself(worker):
    for unit in ['file-cache-watch.service', 'file-cache-sweep.timer', 'file-cache-guard.service']:
        assert worker.host.file('/etc/systemd/system/' + unit).exists
        assert worker.run('systemctl is-enabled ' + unit)[1].strip() == 'disabled'
        assert worker.run('systemctl is-active ' + unit)[1].strip() == 'inactive'
