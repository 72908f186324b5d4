# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What deadlinecommand prints, whatever stands around it (deadline 125, 127, 128, 132)."""

import json

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline import answers
from hypothesis import given
from hypothesis import strategies as st

NONCE = '0123456789abcdef'
NOISE = st.text(alphabet=st.characters(blacklist_characters='\0'), max_size=80)


@pytest.mark.parametrize('text, version', [
    ('Deadline Command v10.1.23.6 Release (9b2ee2b2d)\n', '10.1.23.6'),
    ('Loading 1.2.3.4\nDeadline Command 10.4.2.3 [v10.4.2.3 Release]', '10.4.2.3'),
    ('v10.4', None),
    ('', None),
])
def test_the_version_among_other_words(text, version):
    assert answers.version(text) == version


@pytest.mark.parametrize('text, error', [
    ('Error: The repository is not there.\n', 'Error: The repository is not there.'),
    ('starting\n  ERROR : no\n', 'ERROR : no'),
    ('Unhandled Exception: System.Exception', 'Unhandled Exception: System.Exception'),
    ('Errors in this farm: none', None),
    ('The value Error: is fine', None),
])
def test_the_line_that_says_it_failed(text, error):
    """deadline 128: some print an error and exit with 0."""
    assert answers.error(text) == error


@given(before=NOISE, after=NOISE, result=st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)))
def test_our_answer_is_found_in_any_noise(before, after, result):
    line = '%s %s %s' % (answers.MARK, NONCE, json.dumps({'ok': True, 'result': result}))
    text = '%s\n2026-01-01 00:00:00:  %s\n%s' % (before, line, after)
    assert answers.marked(text, NONCE) == {'ok': True, 'result': result}


@pytest.mark.parametrize('text', [
    '', answers.MARK, '%s %s ' % (answers.MARK, NONCE), '%s %s {"ok": tr' % (answers.MARK, NONCE),
    '%s fedcba {"ok": true}' % answers.MARK, '%s %s [1]' % (answers.MARK, NONCE)])
def test_what_is_cut_short_or_of_another_call_is_no_answer(text):
    assert answers.marked(text, NONCE) is None


@given(before=NOISE, after=NOISE)
def test_the_envelope_is_found_in_any_noise(before, after):
    text = '%s\n{"ok": true, "result": "a {\\"b\\"}"}\n%s' % (before, after)
    found = answers.envelope(text)
    assert found is not None and found['ok'] is True


def test_the_last_envelope_counts():
    assert answers.envelope('{"ok": false}\n{"ok": true, "result": 1}') == {'ok': True, 'result': 1}
    assert answers.envelope('{"result": 1} {"ok": "yes"}') is None


@given(NOISE)
def test_a_quote_is_one_short_printable_line(text):
    said = answers.quote(text * 20)
    assert said == '' or said.isprintable()
    assert len(said) <= 404
