# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be installed is refused in one sentence, and the host goes on as before."""

import os

import farm_hosts
import pytest

# What reads keys and locks versions is installed before the key can be judged; real hosts have the
# folder of keys.
NEEDED = ('rpm gnupg2 ', 'rpm python3-dnf-plugin-versionlock ', 'file d 755 root /etc/pki')
# A key that was found right stays, and what notes that it is ours.
TRUSTED = ('/usr/share/keyrings/file-cache-client.asc', 'rpm gpg-pubkey ',
           '/etc/pki/rpm-gpg/RPM-GPG-KEY-file-cache-client', ' /var/lib/file-cache')
VENDOR = [name for name in farm_hosts.WORKERS if farm_hosts.Worker(name).of_vendor]


@pytest.fixture(params=VENDOR)
def customer(request):
    """Every worker whose client is the vendor's, in turn."""
    return farm_hosts.Worker(request.param)


@pytest.fixture
def fingerprint(farm, customer):
    """Of the key that is right."""
    name = 'ubuntu' if customer.uses_apt else 'rpm'
    with open(os.path.join(farm.folder, name + '.fingerprint'), encoding='ascii') as stream:
        return stream.read().strip()


def came(worker, moment):
    """What is new at a moment that the play remembered; nothing has gone."""
    before, then = worker.remembered('before'), worker.remembered(moment)
    assert before - then == set()
    return {line for line in then - before if not line.startswith(NEEDED)}


def expect(told, *words):
    assert [word for word in words if word not in told] == []


def test_a_release_without_a_client_is_named(worker):
    expect(worker.refusal('release'), '18.04' if worker.uses_apt else 'Enterprise Linux 10',
           'is not supported', 'Use ')


def test_of_a_kernel_without_a_client_the_others_are_named(worker):
    """filecache-and-peers B4.2"""
    expect(worker.refusal('kernel'), 'has no client for kernel ', 'Supported there: ',
           'file_cache_client_kernel')


def test_without_a_fingerprint_the_found_one_is_shown(customer, fingerprint):
    expect(customer.refusal('no fingerprint'), fingerprint, 'set file_cache_client_key_fingerprint')


def test_of_a_wrong_fingerprint_both_are_shown(customer, fingerprint):
    expect(customer.refusal('wrong fingerprint'), fingerprint, '0123 4567 89ab cdef',
           'Do not install from there')


@pytest.mark.parametrize('refusal, words', [
    ('broken signature', ['not signed by the key that is trusted', 'Do not install from there']),
    ('nothing there', ['there is nothing at the URL of the repository', 'Look at the URL']),
    ('unknown name', ['the name of the repository cannot be resolved', 'DNS of this host']),
])
def test_cause_and_remedy_are_told(customer, refusal, words):
    expect(customer.refusal(refusal), *words)


def test_what_is_unsupported_is_refused_before_anything_is_changed(worker):
    assert worker.remembered('unsupported') == worker.remembered('before')


def test_a_key_that_is_not_trusted_is_not_there(worker):
    assert came(worker, 'distrusted') == set()


def test_of_a_repository_that_cannot_serve_only_the_right_key_stays(worker):
    assert [line for line in came(worker, 'unserved')
            if not any(part in line for part in TRUSTED)] == []


def test_the_package_manager_works_as_before(worker):
    assert worker.run('apt-get --quiet update' if worker.uses_apt
                      else 'dnf --quiet --refresh makecache')[0] == 0
