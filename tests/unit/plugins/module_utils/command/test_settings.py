# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections of config.json: whole with their defaults, and no row takes nonsense."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command import settings
from hypothesis import given
from hypothesis import strategies as st

ROWS = [(section, key) for section in settings.SECTIONS for key in settings.SECTIONS[section]]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


def test_every_key_has_a_value_without_any_config():
    filled = settings.fill({})
    assert [(section, key) for section in filled for key in filled[section]] == ROWS


def test_what_is_given_stands_beside_the_defaults():
    """field-reports D3, D8"""
    filled = settings.fill({'unfinished': {'sidecars': ['.ckpt', '.caf\u00e9'], 'partial': ['~*']}})
    assert filled['unfinished']['sidecars'] == (b'.ckpt', b'.caf\xc3\xa9')
    assert [pattern.text for pattern in filled['unfinished']['partial']] == [b'~*']
    assert filled['unfinished']['placeholder_bytes'] == 1


@pytest.mark.parametrize('section, values, said', [
    ('unfinished', {'sidecars': '.ckpt'}, 'sidecars: a list of texts'),
    ('unfinished', {'sidecars': ['']}, 'none of them empty'),
    ('unfinished', {'sidecars': ['a/b']}, '"a/b" is not the end of a file name'),
    ('unfinished', {'sidecars': ['\ud800']}, 'not text'),
    ('unfinished', {'partial': ['[a']}, 'partial: The pattern "[a"'),
    ('unfinished', {'placeholder_bytes': True}, 'placeholder_bytes: a whole number'),
    ('guard', {'services': ['deadline; reboot']}, 'not the name of a systemd unit'),
    ('guard', {'services': ['deadline10launcher']}, 'not the name of a systemd unit'),
])
def test_what_is_refused(section, values, said):
    with pytest.raises(ValueError) as problem:
        settings.fill({section: values})
    assert str(problem.value).startswith(section + ': ') and said in str(problem.value)


@given(row=st.sampled_from(ROWS), value=json_values)
def test_no_row_makes_a_traceback(row, value):
    section, key = row
    try:
        settings.fill({section: {key: value}})
    except ValueError:
        pass
