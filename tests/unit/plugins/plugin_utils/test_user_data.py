# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of user data: plain or encoded, and one sentence for what is refused."""

import base64

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.renderfarm.file_cache.plugins.filter.user_data_add import user_data_add
from ansible_collections.renderfarm.file_cache.plugins.filter.user_data_remove import (
    user_data_remove,
)

PLAIN = '#!/bin/sh\necho "studio é \udcff"\n'
ENCODED = base64.b64encode(PLAIN.encode('utf-8', 'surrogateescape')).decode()


@pytest.mark.parametrize('value, encoded', [
    (PLAIN, False), (ENCODED, True), ('', True), (None, False)])
def test_what_add_puts_in_remove_takes_out(value, encoded):
    merged = user_data_add(value, 'echo ours\n', encoded)
    plain = base64.b64decode(merged).decode('utf-8', 'surrogateescape') if encoded else merged
    assert plain.index('echo ours') > 0
    assert user_data_remove(merged, encoded) == value


@pytest.mark.parametrize('value, words', [
    (7, 'takes text or none, not int'), ('#!/bin/sh\n', 'not base64'), ('YWJj', 'does not run')])
def test_what_is_refused_is_a_sentence(value, words):
    with pytest.raises(AnsibleFilterError, match=words):
        user_data_add(value, 'echo\n')
