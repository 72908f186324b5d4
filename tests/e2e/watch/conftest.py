# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host with `file-cache watch` as a service manager runs it, and a simulated cache."""

import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.watch.host import Host
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope='session')
def command(tmp_path_factory):
    folder = tmp_path_factory.mktemp('command') / 'built'
    subprocess.run([sys.executable, str(PROJECT / 'tools' / 'build_command.py'), 'folder',
                    str(folder)], check=True)
    return folder / 'file-cache'


@pytest.fixture
def host(tmp_path, command):
    with farm.Cache(str(tmp_path / 'farm')) as cache:
        one = Host(tmp_path, cache, command)
        try:
            yield one
        finally:
            one.close()


@pytest.fixture
def watching(host):
    """The same, with the service up on one mount."""
    host.add_mount()
    host.start()
    return host


@pytest.fixture
def named(host):
    """The same by file handles, as on Lustre.

    FUSE gives out none (fanotify F28), so this is a file system of the kernel's own.
    """
    host.add_kernel_mount()
    host.start()
    how, = host.ask('health').mounts.values()
    if how != 'fid-fs':
        pytest.skip('this kernel watches a tmpfs as %s' % how)
    return host


@pytest.fixture(params=['watching', 'named'])
def watched(request):
    """The same in each of the two ways."""
    return request.getfixturevalue(request.param)
