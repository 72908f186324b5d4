# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Base64 as fleets hold it: once, in lines of any width (field-reports D25)."""

import base64
import gzip
import textwrap

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.user_data import encoding
from ansible_collections.renderfarm.file_cache.plugins.module_utils.user_data.refusal import Refusal
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.user_data import (
    documents,
)

SCRIPT = documents.SCRIPT
DOCUMENT = b'#!/bin/bash\n' + b'echo studio\n' * 20


def text_of(content):
    return base64.b64encode(content).decode('ascii')


@pytest.mark.parametrize('text', [
    None, '', text_of(DOCUMENT), text_of(b'#!/bin/sh'),
    '\n'.join(textwrap.wrap(text_of(DOCUMENT), 76)) + '\n',
    '\n'.join(textwrap.wrap(text_of(DOCUMENT), 64)),
    '\r\n'.join(textwrap.wrap(text_of(DOCUMENT), 76)) + '\r\n',
    text_of(DOCUMENT) + '\n',
], ids=['absent', 'empty', 'one line', 'short', '76', '64', 'CRLF', 'an end'])
def test_the_same_text_comes_back(text):
    merged = encoding.add(text, SCRIPT)
    assert b'echo ours' in base64.b64decode(merged)
    assert encoding.add(merged, SCRIPT) == merged
    assert encoding.remove(merged) == text


@pytest.mark.parametrize('text, words', [
    (text_of(text_of(DOCUMENT).encode()), 'twice'),
    (text_of(text_of(gzip.compress(DOCUMENT)).encode()), 'twice'),
    (text_of('\n'.join(textwrap.wrap(text_of(DOCUMENT), 76)).encode()), 'twice'),
    (text_of(gzip.compress(DOCUMENT)), 'compressed'),
    (text_of(b'echohellothis16b'), 'none of the lines'),
    ('#!/bin/sh\necho\n', 'not base64'),
    ('é', 'not base64'),
    ('abc', 'not base64'),
])
def test_what_is_not_base64_of_a_document_is_refused(text, words):
    with pytest.raises(Refusal, match=words):
        encoding.add(text, SCRIPT)


def test_the_size_is_that_of_the_document():
    assert encoding.size(text_of(DOCUMENT)) == len(DOCUMENT)
    assert encoding.size(None) == 0
