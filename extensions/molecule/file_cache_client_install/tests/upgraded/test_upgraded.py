# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A newer kernel and a newer client, and the host booted into them."""


def test_before_that_the_reboot_was_warned_of(worker):
    """filecache-and-peers B4.1: a kernel without a client is told of before it boots."""
    told = worker.refusal('next kernel')
    assert 'Kernel %s boots next' % worker.kernel('next-kernel') in told
    assert 'Do not reboot' in told and worker.kernel() in told


def test_a_module_for_the_new_kernel_is_there(worker):
    """field-reports L17"""
    kernel = worker.read('uname -r').strip()
    assert kernel == worker.kernel('next-kernel')
    assert worker.read('modinfo -k %s -F vermagic lustre', kernel).split()[0] == kernel


def test_the_new_pair_is_held_and_the_former_kernel_is_not(worker):
    """field-reports L19"""
    assert worker.not_held(worker.kernel('next-kernel')) == []
    former = worker.kernel() if worker.uses_apt else worker.kernel().rpartition('.')[0]
    assert not [entry for entry in worker.held()
                if former in entry and entry.startswith(('linux-', 'kernel'))]


def test_the_cache_is_mounted_and_the_services_run(worker):
    """Nobody has run anything since the boot."""
    worker.expect_at_work()


def test_of_the_former_repository_nothing_is_left(worker):
    folder = '/etc/apt/sources.list.d' if worker.uses_apt else '/etc/yum.repos.d'
    named = worker.read("grep -rhE '^(URIs|baseurl)' " + folder)
    assert '/repository.fsx.local/ubuntu' not in named and '/repository.fsx.local/el' not in named
    assert named.count('/mirror.fsx.local/') == worker.of_vendor
