# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is held: all that keeps kernel and client together, and nothing else."""

from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.client_holds import holds
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.client_support import support
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.plugin_utils.hosts import (
    CORE,
    PLATFORMS,
    facts,
)


def held(distribution, kernel, installed, bound=(), also=()):
    host = facts(distribution, kernel)
    packages = [dict(zip(('name', 'version', 'arch'), words.split())) for words in installed]
    host['client'] = {'packages': packages, 'bound': list(bound)}
    return holds(host, support(host, PLATFORMS, CORE), also)


def test_meta_packages_are_held_with_the_kernel():
    """field-reports L19 b."""
    keep = ['linux-aws', 'linux-headers-5.15.0-1051-aws', 'linux-headers-aws',
            'linux-image-5.15.0-1051-aws', 'linux-image-aws', 'linux-modules-5.15.0-1051-aws',
            'lustre-client-modules-5.15.0-1051-aws', 'lustre-client-modules-aws',
            'lustre-client-utils']
    others = ['linux-base', 'linux-firmware', 'linux-libc-dev', 'linux-image-5.15.0-1050-aws',
              'linux-image-generic', 'linux-tools-common', 'studio-lustre-tool']
    assert held('ubuntu 22.04', '5.15.0-1051-aws',
                ['%s 1 amd64' % name for name in keep + others], also=['libnvidia-compute-550']
                ) == ['libnvidia-compute-550'] + keep


def test_the_wanted_kernel_is_locked_and_what_is_bound_to_modules():
    """field-reports L19 a."""
    release, later = '0:5.14.0-427.13.1.el9_4', '0:5.14.0-427.42.1.el9_4'
    assert held('rocky 9.4', '5.14.0-427.13.1.el9_4.x86_64', [
        'kernel %s x86_64' % release, 'kernel-core %s x86_64' % release,
        'kernel-core %s x86_64' % later, 'kernel-modules-core %s x86_64' % release,
        'kernel-devel %s x86_64' % release, 'kernel-headers %s x86_64' % release,
        'kernel-tools %s x86_64' % release, 'kmod-lustre-client 0:2.15.6-1.fsx30.el9 x86_64',
        'lustre-client 0:2.15.6-1.fsx30.el9 x86_64', 'kmod-kvdo 0:8.2-1 x86_64',
        'vdo 0:8.2-3 x86_64', 'kmod-libs 0:28-9 x86_64'], bound=['kmod-kvdo', 'vdo'],
        also=['bash-0:5.*']) == [
        'bash-0:5.*',
        'kernel-%s.*' % release, 'kernel-core-%s.*' % release, 'kernel-devel-%s.*' % release,
        'kernel-modules-core-%s.*' % release, 'kmod-kvdo-0:8.2-1.*',
        'kmod-lustre-client-0:2.15.6-1.fsx30.el9.*', 'lustre-client-0:2.15.6-1.fsx30.el9.*',
        'vdo-0:8.2-3.*']


def test_kernels_of_amazon_linux_carry_their_line_in_the_name():
    assert held('amzn 2023', '6.12.40-63.114.amzn2023.x86_64', [
        'kernel6.12 0:6.12.40-63.114.amzn2023 x86_64', 'lustre-client 0:2.15.6-1.amzn2023 x86_64',
    ]) == ['kernel6.12-0:6.12.40-63.114.amzn2023.*', 'lustre-client-0:2.15.6-1.amzn2023.*']
