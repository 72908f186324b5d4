# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as text (design.md, Interfaces: "control and non-UTF-8 bytes as \\xNN")."""

import re

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.escape import escape
from hypothesis import given
from hypothesis import strategies as st

ESCAPED = re.compile(br'\\(?:\\|x([0-9a-f]{2}))')
NAMES = st.binary(max_size=255).map(lambda raw: raw.replace(b'\0', b'').replace(b'/', b''))


@pytest.mark.parametrize('name, text', [
    (b'beauty.0001.exr', 'beauty.0001.exr'),
    (b'two words', 'two words'),
    ('caf\u00e9'.encode(), 'caf\u00e9'),
    (b'new\nline', 'new\\x0aline'),
    (b'back\\slash', 'back\\\\slash'),
    (b'looks\\x0alike', 'looks\\\\x0alike'),
    (b'bad\xff\xfe', 'bad\\xff\\xfe'),
    (b'\x1b[2J', '\\x1b[2J'),
    ('\u202egpj.exr'.encode(), '\\xe2\\x80\\xaegpj.exr'),
    ('line\u2028sep'.encode(), 'line\\xe2\\x80\\xa8sep'),
])
def test_how_a_name_is_shown(name, text):
    assert escape(name) == text


def unescape(text):
    """The bytes that escape() showed as this text."""
    return ESCAPED.sub(
        lambda found: bytes(bytearray([int(found.group(1), 16)])) if found.group(1) else b'\\',
        text.encode('utf-8'))


@given(NAMES)
def test_every_name_comes_back(name):
    assert unescape(escape(name)) == name


@given(NAMES)
def test_no_name_makes_a_second_line_or_reaches_the_terminal(name):
    text = escape(name)
    assert len(text.splitlines()) <= 1
    assert all(char >= ' ' and char != '\x7f' for char in text)
