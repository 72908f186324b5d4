# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kernels, packages and the machine, as client_facts reports them."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.client import (
    kernels,
    machine,
    packages,
)

OLD, NEW = '5.14.0-427.13.1.el9_4.x86_64', '5.14.0-503.11.1.el9_5.x86_64'
LINK = '/lib/modules/%s/weak-updates/lustre-client/fs/lustre.ko' % OLD
MODINFO = {
    'modinfo --version': (0, 'kmod version 28\n'),
    'modinfo -k %s lustre' % OLD: (
        0, 'filename:       %s\nversion:        2.15.6\nlicense:        GPL\n' % LINK),
    'modinfo -k %s lustre' % NEW: (1, ''),
}


def test_a_module_counts_when_it_is_found_by_name(host):
    """field-reports L17: a link in weak-updates counts, a package does not."""
    system = host({'/lib/modules/%s/modules.dep' % OLD: ''}, answers=MODINFO)
    assert kernels.installed(system, NEW) == [
        {'release': OLD, 'has_module': True, 'module': LINK, 'version': '2.15.6'},
        {'release': NEW, 'has_module': False, 'module': None, 'version': None}]


def test_without_modinfo_nothing_is_claimed(host):
    found, = kernels.installed(host(), OLD)
    assert found['has_module'] is None


def test_the_boot_loader_is_asked_first(host):
    system = host({'/boot/vmlinuz-' + NEW: ''},
                  answers={'grubby --default-kernel': (0, '/boot/vmlinuz-%s\n' % OLD)})
    assert kernels.next_to_boot(system) == (OLD, 'grubby')


def test_the_menu_is_asked_where_there_is_no_grubby(host):
    system = host({
        '/boot/grub/grub.cfg': 'set default="1"\n' + ''.join(
            "menuentry '%s' {\n\tlinux /boot/vmlinuz-%s ro\n}\n" % (release, release)
            for release in (NEW, OLD)),
        '/boot/vmlinuz-' + NEW: ''})
    assert kernels.next_to_boot(system) == (OLD, 'grub')


def test_the_newest_image_boots_where_nothing_tells(host):
    images = {'/boot/vmlinuz-' + release: '' for release in (
        '5.15.0-1051-aws', '5.15.0-998-aws', '5.4.0-1100-aws')}
    images['/boot/vmlinuz-0-rescue'] = ''
    assert kernels.next_to_boot(host(images)) == ('5.15.0-1051-aws', 'newest')


def test_a_host_without_images_boots_nobody_knows_what(host):
    assert kernels.next_to_boot(host()) == (None, None)


@pytest.mark.parametrize('text, found', [
    ('NAME="Rocky Linux"\nID="rocky"\nVERSION_ID="9.4"\nID_LIKE="rhel centos fedora"\n',
     {'id': 'rocky', 'version': '9.4', 'like': ['rhel', 'centos', 'fedora'],
      'name': 'Rocky Linux'}),
    ("# a comment\nID=ubuntu\nVERSION_ID='22.04'\nPRETTY_NAME=Ubuntu 22.04.4 LTS\n",
     {'id': 'ubuntu', 'version': '22.04', 'like': [], 'name': 'Ubuntu 22.04.4 LTS'}),
    ('garbage', {'id': '', 'version': '', 'like': [], 'name': ''}),
])
def test_the_distribution(text, found):
    assert machine.distribution(text) == found


def test_the_memory(host):
    system = host({'/proc/meminfo': 'MemTotal:       65536000 kB\nMemFree: 1 kB\n'})
    assert machine.memory_bytes(system) == 65536000 * 1024
    assert machine.memory_bytes(host({'/proc/meminfo': ''})) == 0


@pytest.mark.parametrize('active, found', [
    (['NetworkManager'], 'NetworkManager'),
    (['NetworkManager', 'systemd-networkd'], 'NetworkManager'),
    (['systemd-networkd'], 'systemd-networkd'),
    ([], None),
])
def test_the_manager_that_is_active(host, active, found):
    """field-reports L22: what is installed does not count."""
    assert machine.network_manager(host(answers={
        'systemctl is-active %s.service' % name: (0, 'active\n') for name in active})) == found


def test_only_enabled_repositories_of_extended_support_count(host):
    system = host({'/etc/yum.repos.d/redhat.repo': (
        '[rhel-9-for-x86_64-baseos-rpms]\nenabled = 1\n'
        '[rhel-9-for-x86_64-baseos-eus-rpms]\nenabled = 1\nbaseurl = https://x/%basearch\n'
        '[rhel-9-for-x86_64-sap-e4s-rpms]\nenabled = 0\n'
        '[reuse]\n[tus-status]\nenabled=no\n'),
        '/etc/yum.repos.d/odd.repo': 'no section\n',
        '/etc/yum.repos.d/readme.txt': '[baseos-eus]\n'})
    assert machine.extended_repositories(system) == ['rhel-9-for-x86_64-baseos-eus-rpms']


INSTALLED = (
    'linux-aws\t5.15.0.1051.1\tamd64\tinstalled\n'
    'lustre-client-utils\t2.12\tamd64\tconfig-files\n')
LOCKABLE = (
    'kmod-kvdo\t0:8.2-1\tx86_64\tinstalled\n'
    'kernel-core\t0:5.14.0-427.13.1.el9_4\tx86_64\tinstalled\n')
MODULES = (
    'kmod-kvdo\t0:8.2-1\tx86_64\tkernel-core-uname-r\t5.14.0-427.el9.x86_64\n'
    'kmod-libs\t0:28-9\tx86_64\tlibzstd.so.1()(64bit)\t\n')
REQUIRING = (
    'vdo\t0:8.2-3\tx86_64\tkmod-kvdo\t8.2\nvdo\t0:8.2-3\tx86_64\tlibc.so.6()(64bit)\t\n'
    'lvm2\t0:2.03-1\tx86_64\tkmod-kvdo\t\n')


def test_packages_of_apt(host):
    ask = ' '.join(['dpkg-query', '-W', '-f', packages._DPKG] + packages._DPKG_GLOBS)
    system = host(answers={
        'apt-get --version': (0, 'apt 2.4.5\n'),
        'apt-mark showhold': (0, 'linux-aws\n'),
        ask: (1, INSTALLED)})
    assert packages.client(system) == {
        'packages': [{'name': 'linux-aws', 'version': '5.15.0.1051.1', 'arch': 'amd64'}],
        'held': ['linux-aws'], 'bound': []}


def test_packages_of_rpm_and_what_is_bound_to_kernel_modules(host):
    """field-reports L19: kmod-kvdo, and vdo that requires a version of it."""
    ask = ' '.join(['rpm', '-qa', '--qf', packages._RPM] + packages._RPM_GLOBS)
    requires = 'rpm -q --whatrequires --qf %s ' % packages._REQUIRES
    system = host({'/etc/dnf/plugins/versionlock.list': '# added by root\n\nbash-0:5.1.8-6.*\n'},
                  answers={
        ask: (0, LOCKABLE),
        'rpm -qa --qf %s kmod-*' % packages._REQUIRES: (0, MODULES),
        'rpm -q --provides kmod-kvdo': (0, 'kmod-kvdo = 8.2\nksym(x) = 0x1\nkernel(y) = 0x2\n'),
        requires + 'kmod-kvdo': (0, REQUIRING),
        'rpm -q --provides vdo': (0, 'vdo = 8.2\n'),
        requires + 'vdo': (1, 'no package requires vdo\n')})
    vdo = {'name': 'vdo', 'version': '0:8.2-3', 'arch': 'x86_64'}
    assert packages.client(system) == {
        'packages': [
            {'name': 'kernel-core', 'version': '0:5.14.0-427.13.1.el9_4', 'arch': 'x86_64'},
            {'name': 'kmod-kvdo', 'version': '0:8.2-1', 'arch': 'x86_64'}, vdo],
        'held': ['bash-0:5.1.8-6.*'], 'bound': ['kmod-kvdo', 'vdo']}


def test_only_addresses_are_nids(host):
    system = host(answers={'lctl list_nids': (0, '10.0.0.7@tcp\n10.1.0.7@tcp1\n')})
    assert machine.nids(system) == ['10.0.0.7@tcp', '10.1.0.7@tcp1']
    down = 'IOC_LIBCFS_GET_NI error 100: Network is down\n'
    assert machine.nids(host(answers={'lctl list_nids': (1, down)})) == []
