# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in sudoers (field-reports L23). That sudo understands them: tests/e2e/modules."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.sudo_rules import rules

RIGHT = ' ALL=(root) NOPASSWD: /opt/file-cache/bin/file-cache'


@pytest.mark.parametrize('name, written', [
    ('render', 'render'),
    ('anna.smith', 'anna.smith'),
    ('anna@example.com', 'anna@example.com'),
    ('#1000', '#1000'),
    ('DOMAIN\\user', 'DOMAIN\\\\user'),
    ('domain users', 'domain\\ users'),
    ('a,b=c', 'a\\,b\\=c'),
    ('sam$', 'sam\\$'),
    ('RENDER', '\\RENDER'),
    ('Render', 'Render'),
    ('@include', '\\@include'),
    ('caf\u00e9', 'caf\\\u00e9'),
])
def test_how_a_name_is_written(name, written):
    assert rules([name], []) == ([written + RIGHT], [])
    assert rules([], [name]) == (['%' + written + RIGHT], [])


@pytest.mark.parametrize('name, said', [
    ('', 'has no name'),
    (' ', 'has no name'),
    ('a\nALL', 'has no name'),
    ('%render', 'written like a group'),
    ('+render', 'is a netgroup'),
    ('ALL', 'would be everybody'),
    ('-u', 'begins with "-"'),
    ('#root', 'begins with "#"'),
])
def test_what_is_refused(name, said):
    lines, problems = rules(['good', name], [])
    assert lines == ['good' + RIGHT]
    assert len(problems) == 1 and said in problems[0]
