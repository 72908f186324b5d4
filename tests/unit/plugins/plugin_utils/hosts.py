# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts as client_facts reports them, and the role's own table."""

import yaml
from ansible_collections.renderfarm.file_cache.tests.repo.tree import ROOT

PLATFORMS = yaml.safe_load(
    (ROOT / 'roles/file_cache_client/vars/platforms.yml').read_text(encoding='utf-8')
)['__file_cache_client_platforms']
CORE = '2.16.14'


def facts(distribution, kernel, **more):
    """The facts of a host; distribution as `rocky 9.4`."""
    os_id, version = distribution.split(' ')
    arch = 'aarch64' if 'aarch64' in kernel else 'x86_64'
    return dict({
        'os': {'id': os_id, 'version': version, 'name': distribution, 'like': []},
        'arch': arch, 'page_size': 4096, 'eus': [],
        'kernel': {'running': kernel, 'wanted': kernel, 'next': kernel},
    }, **more)
