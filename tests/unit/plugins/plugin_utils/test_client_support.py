# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OS/kernel table: every row, its edges, and the cases of the field."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.client_support import support
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.plugin_utils.hosts import (
    CORE,
    PLATFORMS,
    facts,
)


def judged(distribution, kernel, core=CORE, **more):
    return support(facts(distribution, kernel, **more), PLATFORMS, core)


@pytest.mark.parametrize('distribution, kernel, place, client', [
    ('amzn 2023', '6.1.79-99.167.amzn2023.x86_64', None, '2.15'),
    ('amzn 2023', '6.1.134-150.224.amzn2023.aarch64', None, '2.15'),
    ('amzn 2023', '6.12.0-1.1.amzn2023.x86_64', None, '2.15'),
    ('amzn 2023', '6.18.5-2.3.amzn2023.aarch64', None, '2.15'),
    ('rocky 9.0', '5.14.0-70.13.1.el9_0.x86_64', '9.0', '2.15'),
    ('rocky 9.3', '5.14.0-362.18.1.el9_3.x86_64', '9.3', '2.15'),
    ('almalinux 9.3', '5.14.0-362.24.2.el9_3.aarch64', '9.3', '2.15'),
    ('rhel 9.4', '5.14.0-427.13.1.el9_4.x86_64', '9.4', '2.15'),
    ('rhel 9.4', '5.14.0-427.el9.x86_64', '9.4', '2.15'),
    ('almalinux 9.5', '5.14.0-503.11.1.el9_5.x86_64', '9.5', '2.15'),
    ('rocky 9.6', '5.14.0-570.12.1.el9_6.x86_64', '9.6', '2.15'),
    ('rocky 9.7', '5.14.0-611.49.1.el9_7.x86_64', '9.7', '2.15'),
    ('rocky 9.8', '5.14.0-687.12.1.el9_8.x86_64', '9.8', '2.15'),
    ('rocky 8.4', '4.18.0-305.3.1.el8_4.x86_64', '8.4', '2.12'),
    ('rocky 8.5', '4.18.0-348.23.1.el8_5.x86_64', '8.5', '2.12'),
    ('rocky 8.6', '4.18.0-372.9.1.el8.x86_64', '8.6', '2.12'),
    ('rocky 8.7', '4.18.0-425.10.1.el8_7.x86_64', '8.7', '2.12'),
    ('rocky 8.7', '4.18.0-425.19.2.el8_7.x86_64', '8.7', '2.12'),
    ('rocky 8.8', '4.18.0-477.10.1.el8_8.x86_64', '8.8', '2.12'),
    ('rocky 8.9', '4.18.0-513.5.1.el8_9.x86_64', '8.9', '2.12'),
    ('rocky 8.10', '4.18.0-553.el8_10.x86_64', '8.10', '2.12'),
    ('almalinux 8.10', '4.18.0-553.16.1.el8_10.aarch64', '8.10', '2.12'),
    ('ubuntu 20.04', '5.15.0-1020-aws', 'focal', '2.12'),
    ('ubuntu 20.04', '5.15.0-1084-aws', 'focal', '2.12'),
    ('ubuntu 22.04', '5.15.0-1020-aws', 'jammy', '2.12'),
    ('ubuntu 22.04', '5.15.0-1051-aws', 'jammy', '2.12'),
    ('ubuntu 22.04', '6.2.0-1017-aws', 'jammy', '2.15'),
    ('ubuntu 22.04', '6.2.0-1018-aws', 'jammy', '2.15'),
    ('ubuntu 22.04', '6.5.0-1023-aws', 'jammy', '2.15'),
    ('ubuntu 22.04', '6.5.0-1024-aws', 'jammy', '2.15'),
    ('ubuntu 22.04', '6.8.0-1017-aws', 'jammy', '2.15'),
    ('ubuntu 22.04', '6.8.0-1044-aws', 'jammy', '2.15'),
    ('ubuntu 24.04', '6.8.0-1024-aws', 'noble', '2.15'),
    ('ubuntu 24.04', '6.8.0-1033-aws', 'noble', '2.15'),
    ('ubuntu 24.04', '6.14.0-1012-aws', 'noble', '2.15'),
    ('ubuntu 24.04', '6.14.0-1018-aws', 'noble', '2.15'),
    ('ubuntu 24.04', '6.17.0-1007-aws', 'noble', '2.15'),
])
def test_supported(distribution, kernel, place, client):
    found = judged(distribution, kernel)
    assert found['refusal'] is None
    assert (found['repository'] or found['suite'], found['client']) == (place, client)
    assert found['notes'] == []


@pytest.mark.parametrize('distribution, kernel, said', [
    # Edges: one before the first, one behind the last.
    ('amzn 2023', '6.1.78-98.165.amzn2023.x86_64', '6.1.79-99.167 and later of 6.1'),
    ('amzn 2023', '6.2.1-1.1.amzn2023.x86_64', 'not in the table'),
    ('rocky 9.3', '5.14.0-362.13.1.el9_3.x86_64', '5.14.0-362.18.1'),
    ('rocky 9.4', '5.14.0-426.1.1.el9.x86_64', 'not in the table'),
    ('rocky 9.8', '5.14.0-688.1.1.el9_9.x86_64', 'not in the table'),
    ('rocky 8.4', '4.18.0-304.1.1.el8.x86_64', 'not in the table'),
    ('ubuntu 20.04', '5.15.0-1019-aws', '5.15.0-1020'),
    ('ubuntu 22.04', '5.15.0-1019-aws', '5.15.0-1020 to 5.15.0-1051'),
    ('ubuntu 22.04', '5.15.0-1052-aws', '5.15.0-1020 to 5.15.0-1051'),
    ('ubuntu 22.04', '6.2.0-1016-aws', 'not in the table'),
    ('ubuntu 22.04', '6.2.0-1019-aws', 'not in the table'),
    ('ubuntu 22.04', '6.5.0-1025-aws', 'not in the table'),
    ('ubuntu 22.04', '6.8.0-1016-aws', 'not in the table'),
    ('ubuntu 24.04', '6.8.0-1023-aws', 'not in the table'),
    ('ubuntu 24.04', '6.8.0-1034-aws', 'not in the table'),
    ('ubuntu 24.04', '6.14.0-1019-aws', 'not in the table'),
    ('ubuntu 24.04', '6.17.0-1006-aws', 'not in the table'),
    # What is named as unsupported.
    ('rocky 9.1', '5.14.0-162.6.1.el9_1.x86_64', 'no client is published for release 9.1'),
    ('rhel 9.2', '5.14.0-284.11.1.el9_2.x86_64', 'no client is published for release 9.2'),
    ('rocky 8.7', '4.18.0-425.3.1.el8.x86_64', 'breaks the kABI'),
    ('rhel 8.7', '4.18.0-425.13.1.el8_7.x86_64', 'breaks the kABI'),
    ('rocky 8.3', '4.18.0-240.22.1.el8_3.x86_64', 'its client is 2.10'),
    ('rhel 8.2', '4.18.0-193.el8.x86_64', 'its client is 2.10'),
    ('ubuntu 22.04', '5.19.0-1025-aws', 'do not support kernel 5.19'),
    ('ubuntu 20.04', '5.4.0-1103-aws', 'its client is 2.10'),
    ('ubuntu 20.04', '5.13.0-1031-aws', 'its client is 2.10'),
    # Kernels that nobody builds a client for.
    ('ubuntu 22.04', '5.15.0-105-generic', 'not one of the kernels'),
    ('ubuntu 22.04', '6.8.0-1017-azure', 'not one of the kernels'),
    ('ubuntu 22.04', '6.8.0-1017-aws-64k', 'not one of the kernels'),
    ('rocky 9.4', '5.14.0-427.13.1.el9_4.x86_64+rt', 'not one of the kernels'),
    ('rocky 9.4', '6.6.30-1.el9.elrepo.x86_64', 'not one of the kernels'),
    ('rocky 9.4', '5.14.0-427.13.1.el9_4', 'not one of the kernels'),
    ('rocky 9.4', '4.18.0-553.el8_10.x86_64', 'not one of the kernels'),
    ('rocky 9.4', '5.14.0-427.13.1.el9_4.x86_64\nx', 'not one of the kernels'),
])
def test_refused_for_its_kernel(distribution, kernel, said):
    found = judged(distribution, kernel)
    assert said in found['refusal'] and kernel in found['refusal']
    assert 'Supported there:' in found['refusal'] and found['row'] in found['refusal']


@pytest.mark.parametrize('distribution, said', [
    ('amzn 2', 'Use Amazon Linux 2023'),
    ('amzn 2018.03', 'Use Amazon Linux 2023'),
    ('rhel 7.9', 'Use Enterprise Linux 9'),
    ('centos 7', 'Use Enterprise Linux 9'),
    ('rocky 10.1', 'Lustre 2.12 of a cache'),
    ('ubuntu 18.04', 'Use Ubuntu 22.04'),
    ('ubuntu 23.10', 'in the table'),
    ('ubuntu 26.04', 'in the table'),
    ('debian 12', 'in the table'),
    ('sles 12.5', 'in the table'),
    ('centos 8', 'in the table'),
    ('fedora 41', 'in the table'),
])
def test_refused_for_its_distribution(distribution, said):
    assert said in judged(distribution, '1.2.3')['refusal']


@pytest.mark.parametrize('distribution, kernel, last, first_not', [
    ('ubuntu 20.04', '5.15.0-1051-aws', '2.19.9', '2.20.0'),
    ('rocky 8.10', '4.18.0-553.el8_10.x86_64', '2.16.14', '2.17.0rc1'),
])
def test_refused_for_a_core_that_is_too_new(distribution, kernel, last, first_not):
    assert judged(distribution, kernel, core=last)['refusal'] is None
    refusal = judged(distribution, kernel, core=first_not)['refusal']
    assert first_not in refusal and 'Python 3.' in refusal


@pytest.mark.parametrize('distribution, kernel', [
    ('ubuntu 22.04', '5.15.0-1051-aws'), ('rocky 9.4', '5.14.0-427.13.1.el9_4.x86_64'),
    ('amzn 2023', '6.12.0-1.1.amzn2023.x86_64')])
def test_every_core_manages_the_others(distribution, kernel):
    assert judged(distribution, kernel, core='2.21.1')['refusal'] is None


@pytest.mark.parametrize('text, said', [
    ('', 'without /etc/os-release is not supported'),
    ('ID=ubuntu\nVERSION_ID="20.04"\n', 'ansible-core 2.21.1'),
    ('ID=rocky\nVERSION_ID="8.10"\n', 'ansible-core 2.21.1'),
    ('ID=amzn\nVERSION_ID=2\n', 'Use Amazon Linux 2023'),
    ('ID=debian\nVERSION_ID=12\nPRETTY_NAME="Debian GNU/Linux 12"', 'Debian GNU/Linux 12'),
])
def test_the_distribution_is_judged_before_any_module_runs_there(text, said):
    assert said in support({'os_release': text}, PLATFORMS, '2.21.1')['refusal']


def test_a_distribution_that_can_be_served_is_no_refusal():
    found = support({'os_release': 'ID=rocky\nVERSION_ID="9.4"\n'}, PLATFORMS, '2.21.1')
    assert found == {'refusal': None, 'row': 'Enterprise Linux 9', 'notes': []}


def test_the_kernel_decides_while_a_reboot_is_pending():
    """field-reports L17; aws-parallelcluster#5913."""
    found = judged('rocky 9.8', '5.14.0-611.49.1.el9_7.x86_64')
    assert found['repository'] == '9.7'
    assert 'reboot is pending' in found['notes'][0] and '9.8' in found['notes'][0]


def test_the_pending_reboot_is_named_with_both_kernels():
    host = facts('ubuntu 22.04', '5.15.0-1051-aws')
    host['kernel']['next'] = '6.8.0-1017-aws'
    assert support(host, PLATFORMS, CORE)['notes'] == [
        'A reboot is pending: 5.15.0-1051-aws runs, 6.8.0-1017-aws boots next.']


def test_extended_updates_are_refused():
    """filecache-and-peers A1.1: only kernels of BaseOS."""
    refusal = judged('rhel 9.4', '5.14.0-427.13.1.el9_4.x86_64',
                     eus=['rhel-9-for-x86_64-baseos-eus-rpms'])['refusal']
    assert 'rhel-9-for-x86_64-baseos-eus-rpms' in refusal and 'BaseOS' in refusal


def test_a_kernel_for_another_machine_is_refused():
    refusal = judged('rocky 9.4', '5.14.0-427.13.1.el9_4.aarch64', arch='x86_64')['refusal']
    assert 'not for this host, which is x86_64' in refusal


@pytest.mark.parametrize('kernel, arch, page_size, said', [
    ('6.14.0-1018-aws-64k', 'aarch64', 65536, None),
    ('6.14.0-1018-aws-64k', 'aarch64', 4096, 'pages of 65536 bytes'),
    ('6.14.0-1018-aws-64k', 'x86_64', 4096, 'only for aarch64'),
    ('6.14.0-1017-aws-64k', 'aarch64', 65536, 'not in the table'),
    ('6.14.0-1018-aws', 'aarch64', 4096, None),
])
def test_pages_of_64_kib(kernel, arch, page_size, said):
    refusal = judged('ubuntu 24.04', kernel, arch=arch, page_size=page_size)['refusal']
    assert said in refusal if said else refusal is None


def test_packages_are_those_of_the_kernel():
    found = judged('ubuntu 22.04', '5.15.0-1051-aws')
    assert found['packages'] == ['lustre-client-modules-5.15.0-1051-aws']
    assert found['follow'] == ['linux-aws', 'lustre-client-modules-aws']
    found = judged('rocky 9.4', '5.14.0-427.13.1.el9_4.x86_64')
    assert found['packages'] == ['kmod-lustre-client', 'lustre-client']
    assert judged('amzn 2023', '6.12.0-1.1.amzn2023.x86_64')['packages'] == ['lustre-client']


def test_rows_of_a_farm_come_first():
    own = dict(next(row for row in PLATFORMS if row['name'] == 'Ubuntu 22.04'), kernels=[
        {'from': '5.15.0-1052', 'to': '5.15.0', 'client': '2.15'}])
    found = support(facts('ubuntu 22.04', '5.15.0-1060-aws'), [own] + PLATFORMS, CORE)
    assert (found['refusal'], found['client']) == (None, '2.15')


def test_every_row_is_whole():
    for row in PLATFORMS:
        assert row['ids'] and isinstance(row['version'], str), row['name']
        if 'refuse' in row:
            assert row['refuse'].endswith('.'), row['name']
            continue
        for entry in row['kernels']:
            assert isinstance(entry['from'], str) and isinstance(entry['to'], str), entry
            assert ('refuse' in entry) != ('client' in entry), entry
            if row['manager'] == 'dnf' and 'client' in entry and row['ids'] != ['amzn']:
                assert entry['repository'].startswith(row['version'] + '.'), entry
