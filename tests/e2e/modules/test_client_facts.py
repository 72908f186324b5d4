# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module renderfarm.file_cache.client_facts, run by real Ansible."""

import os


def test_the_facts_of_this_host(controller):
    result = controller.module('client_facts', kernel='5.14.0-427.13.1.el9_4.x86_64')
    assert result['changed'] is False
    facts = result['ansible_facts']['file_cache_client']
    assert facts['kernel']['running'] == os.uname()[2]
    assert facts['kernel']['wanted'] == '5.14.0-427.13.1.el9_4.x86_64'
    assert facts['kernel']['ready'] in (False, None)
    assert facts['page_size'] == os.sysconf('SC_PAGE_SIZE')
    assert facts['memory_bytes'] > 1 << 20
    assert facts['os']['id']


def test_an_unknown_option_is_one_sentence(controller):
    status, text = controller.adhoc('client_facts', 'kernels=x')
    assert status == 2 and 'Unsupported parameters' in text and 'Traceback' not in text
