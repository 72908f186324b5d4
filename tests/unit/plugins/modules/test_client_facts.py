# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module client_facts on this very host, whatever it is."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.modules import client_facts


def test_the_running_kernel_is_wanted_unless_told(call):
    found = call(client_facts.main)['ansible_facts']['file_cache_client']['kernel']
    assert found['wanted'] == found['running'] == os.uname()[2]
    assert found['ready'] in (True, False, None)


def test_a_kernel_that_is_not_here_has_no_module(call):
    result = call(client_facts.main, check=True, kernel='1.2.3-pretended')
    found = result['ansible_facts']['file_cache_client']
    assert found['kernel']['wanted'] == '1.2.3-pretended'
    assert found['kernel']['ready'] in (False, None)
    assert found['client']['version'] is None
    assert result['changed'] is False


@pytest.mark.parametrize('text, noted', [
    ('{"holds": ["linux-aws"]}', {'holds': ['linux-aws']}),
    ('', {}), ('[1]', {}), ('{"holds": [', {}),
])
def test_a_spoilt_record_is_none(text, noted):
    assert client_facts.record(text) == noted


def test_no_mount_is_looked_at(call, monkeypatch):
    """field-reports L16: gathering must neither hang on a dead cache nor mount one."""
    def forbidden(*_args, **_more):
        raise AssertionError('a file system was asked')

    monkeypatch.setattr(os, 'statvfs', forbidden)
    opened, real = [], open

    def noting(path, *args, **more):
        opened.append(str(path))
        return real(path, *args, **more)

    monkeypatch.setattr('builtins.open', noting)
    call(client_facts.main)
    assert opened and not [path for path in opened if 'mount' in path]
