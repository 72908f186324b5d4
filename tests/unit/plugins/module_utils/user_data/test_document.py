# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the block stands in each kind of document, how it goes without a trace, what is refused."""

import email
import re
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.user_data import block
from ansible_collections.renderfarm.file_cache.plugins.module_utils.user_data.document import (
    LIMIT,
    add,
    remove,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.user_data.refusal import Refusal
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.user_data import (
    documents,
)
from hypothesis import given
from hypothesis import strategies as st

SCRIPT, MULTIPART = documents.SCRIPT, documents.MULTIPART
multipart = documents.multipart

DOCUMENTS = {
    'a script': b'#!/bin/bash\nset -e\necho studio\n',
    'a script that does not return (D35)': b'#!/bin/sh\ndeadlinelauncher -nogui\n',
    'with options': b'#! /usr/bin/env -S bash -ex\necho studio\n',
    'of one line': b'#!/bin/bash',
    'of one line with its end': b'#!/bin/bash\n',
    'without a last end': b'#!/bin/bash\necho studio',
    'with CRLF (D26)': b'#!/bin/bash\r\necho studio\r\n',
    'not UTF-8': b'#!/bin/sh\necho \xff\n',
    'of another language': b'#!/usr/bin/python3\nprint("studio")\n',
    'of another language, one line': b'#!/usr/bin/python3 -V',
    'a cloud-config': b'#cloud-config\nruncmd:\n- echo studio\n',
    'an empty cloud-config': b'#cloud-config\n',
    'a cloud-config with other letters': '#cloud-config\nruncmd: [echo é日]\n'.encode(),
    'a cloud-config with CRLF': b'#cloud-config\r\nruncmd: [ls]\r\n',
    'a multipart document': MULTIPART,
    'with CRLF and parts': MULTIPART.replace(b'\n', b'\r\n'),
    'with a preamble': MULTIPART.replace(b'\n\n--//', b'\n\nignored --//\n\n--//', 1),
    'with a part encoded': multipart(
        (b'text/x-shellscript\nContent-Transfer-Encoding: base64', None,
         b'IyEvYmluL3NoCmVjaG8gw6kK')),
    'empty': b'',
    'absent': None,
}


@pytest.mark.parametrize('document', DOCUMENTS.values(), ids=list(DOCUMENTS))
def test_what_was_added_goes_to_the_byte(document):
    merged = add(document, SCRIPT)
    assert merged != document
    assert add(merged, SCRIPT) == merged
    assert remove(merged) == document
    assert remove(document) == document
    # A newer block takes the place of the older one.
    assert remove(add(merged, SCRIPT + 'echo more\n')) == document


LINES = st.lists(st.binary(max_size=12).map(lambda line: line.replace(b'\r', b'')), max_size=6)


@given(st.sampled_from([b'#!/bin/sh', b'#!/bin/bash -e', b'#!/usr/bin/perl', b'#!/bin/sh\r']),
       LINES, st.sampled_from([b'\n', b'\r\n']), st.booleans())
def test_any_script_comes_back(first, lines, eol, ended):
    document = eol.join([first] + lines) + (eol if ended else b'')
    try:
        merged = add(document, SCRIPT)
    except Refusal:
        return
    assert remove(merged) == document


@given(st.binary(max_size=200)
       | st.binary(max_size=60).map(lambda tail: b'#cloud-config\n' + tail)
       | st.binary(max_size=60).map(lambda tail: MULTIPART[:150] + tail))
def test_any_bytes_are_merged_or_refused_and_nothing_else(document):
    try:
        merged = add(document, SCRIPT)
    except Refusal as refusal:
        assert str(refusal).endswith('.')
        return
    assert remove(merged) == document


def test_it_is_the_second_line_of_a_script():
    lines = add(DOCUMENTS['a script that does not return (D35)'], SCRIPT).split(b'\n')
    assert lines[:2] == [b'#!/bin/sh', block.BEGIN]
    assert lines[-2] == b'deadlinelauncher -nogui'


def test_the_end_of_a_first_line_stays_and_ours_are_like_it():
    merged = add(DOCUMENTS['with CRLF (D26)'], SCRIPT)
    assert merged.count(b'\n') == merged.count(b'\r\n')


@pytest.mark.parametrize('shell', ['bash', 'sh'])
def test_a_script_goes_on_behind_ours_whatever_ours_does(shell, tmp_path):
    """Ours sets -u and ends with 3; the studio's stops at the first error and reads its input."""
    merged = add(
        b'#!/bin/sh -e\nset -e\nread -r word\necho "studio $word ${nothing}"\n',
        "set -uf\necho 'ours ) \" \\ `'\nread -r word || exit 3\necho \"took $word\"\nexit 3\n")
    script = tmp_path / 'user data'
    script.write_bytes(merged)
    done = subprocess.run([shell, '-e', str(script)], input=b'first\nsecond\n', check=True,
                          stdout=subprocess.PIPE)
    assert done.stdout == b'ours ) " \\ `\ntook first\nstudio second \n'


def scripts(document):
    """(name, first line, content) of each script of a multipart document, in the order they run."""
    message = email.message_from_string(document.decode('utf-8'))
    return sorted((part.get_filename() or 'part-%03d' % number, part.get_payload(decode=True))
                  for number, part in enumerate(message.get_payload(), 1)
                  if part.get_content_type() == 'text/x-shellscript')


@pytest.mark.parametrize('name', [
    DOCUMENT for DOCUMENT in DOCUMENTS if DOCUMENTS[DOCUMENT] and not
    re.match(br'#!.*sh', DOCUMENTS[DOCUMENT])])
def test_ours_is_the_first_script_of_a_multipart_document(name):
    merged = add(DOCUMENTS[name], SCRIPT)
    first = scripts(merged)[0]
    assert first[0] == '000-file-cache'
    assert first[1].replace(b'\r\n', b'\n').startswith(b'#!/bin/sh\n' + block.BEGIN)


def test_a_script_with_an_early_name_does_not_come_before_ours():
    merged = add(multipart((b'text/x-shellscript', b'000-early.sh', b'#!/bin/sh\n')), SCRIPT)
    assert [script[0] for script in scripts(merged)] == ['(000-file-cache', '000-early.sh']
    with pytest.raises(Refusal, match=r"'\(\(\.sh' sorts before"):
        add(multipart((b'text/x-shellscript', b'!((.sh', b'#!/bin/sh\n')), SCRIPT)


def test_a_wrapped_document_is_in_it_as_it_is():
    for name in ('a cloud-config', 'a cloud-config with other letters', 'of another language'):
        message = email.message_from_string(add(DOCUMENTS[name], SCRIPT).decode('ascii'))
        assert message.get_payload()[1].get_payload(decode=True) == DOCUMENTS[name]


def test_a_script_of_ours_with_other_letters_is_encoded_in_parts():
    for document in (DOCUMENTS['a cloud-config'], MULTIPART):
        merged = add(document, 'echo é\n')
        assert scripts(merged)[0][1].endswith('echo é\n{}\n'.format(block.END.decode()).encode())
        assert remove(merged) == document


REFUSED = {
    '<powershell>\nmount\n</powershell>': 'for Windows',
    '\n  <script>': 'for Windows',
    '\x1f\x8b\x08': 'compressed with gzip',
    '\ufeff#cloud-config\r\n': 'byte order mark',
    '\n#!/bin/bash\n': 'begins with a blank or an empty line',
    '  #!/bin/bash\n': 'begins with a blank or an empty line',
    '\n#cloud-config\nruncmd: [ls]\n': 'begins with a blank or an empty line',
    'yum install -y tmux\n': 'none of the lines that cloud-init knows',
    '   \n': 'none of the lines that cloud-init knows',
    '#include\nhttp://studio/x': 'includes other documents',
    '#include-once\nhttp://studio/x': 'includes other documents',
    '## template: jinja\n#cloud-config\n': 'Jinja',
    '#cloud-boothook\n': 'boot hook',
    '#cloud-config-archive\n- x\n': 'archive',
    '#cloud-config-jsonp\n[]': 'JSON patch',
    '#part-handler\n': 'part handler',
    '#cloud-config\n{': 'not YAML (line 2)',
    '#cloud-config\n- a\n': 'no settings by name',
    '#cloud-config\npackages: [x]\n\n#!/bin/bash\nmount /x\n': 'only one of the two can run',
    '#cloud-config\ncloud_final_modules: [phone-home]\n': 'without scripts-user',
    'Content-Type: multipart/mixed; boundary="x"\n\n--x\n': 'no MIME-Version',
    'MIME-Version: 1.0\nContent-Type: text/plain\n\nx\n': 'not multipart',
    'MIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--x\n\n#!/bin/sh\n': 'not multipart',
}


@pytest.mark.parametrize('document, words', REFUSED.items(), ids=map(str, range(len(REFUSED))))
def test_what_is_refused_is_refused_with_its_reason(document, words):
    content = document.encode('latin-1' if document[0] == '\x1f' else 'utf-8')
    with pytest.raises(Refusal, match=re.escape(words)):
        add(content, SCRIPT)
    assert remove(content) == content


@pytest.mark.parametrize('part, words', [
    ((b'text/cloud-boothook', None, b'#cloud-boothook\n'), 'boothook, which may run before'),
    ((b'text/x-shellscript-per-boot', None, b'#!/bin/sh\n'), 'per-boot, which may run before'),
    ((b'text/x-include-url', None, b'http://studio/'), 'text/x-include-url'),
    ((b'text/plain', None, b'#include\nhttp://studio/'), 'includes other documents'),
    ((b'text/plain', None, b'hello'), 'none of the lines'),
    ((b'text/x-shellscript', None, b'\n#!/bin/sh\n'), 'begins with a blank or an empty line'),
    ((b'text/x-shellscript', None, '#!/bin/sh\necho é'.encode()), 'other characters than ASCII'),
    ((b'text/cloud-config', None, b'a: ['), 'not YAML'),
    ((b'application/x-gzip', None, b'x'), 'application/x-gzip'),
], ids=lambda value: value if isinstance(value, str) else None)
def test_a_part_is_judged_as_a_document_is(part, words):
    with pytest.raises(Refusal, match='Part 2 .*' + re.escape(words)):
        add(multipart((b'text/cloud-config', None, b'a: b'), part), SCRIPT)


@pytest.mark.parametrize('damage', [
    lambda text: text.replace(block.END, b'# END'),
    lambda text: text.replace(block.BEGIN, b'# BEGIN'),
    lambda text: text + text,
])
def test_a_damaged_block_is_left_to_a_person(damage):
    damaged = damage(add(b'#!/bin/sh\necho\n', SCRIPT))
    for change in (remove, lambda text: add(text, SCRIPT)):
        with pytest.raises(Refusal, match='by hand'):
            change(damaged)


def test_what_a_studio_adds_below_the_block_of_an_empty_document_stays():
    assert remove(add(None, SCRIPT) + b'echo studio\n') == b'#!/bin/sh\necho studio\n'


@pytest.mark.parametrize('document, words', [
    (b'#!/bin/sh\n' + b'#' * 16090, 'would have 16'),
    (b'#cloud-config\n#' + b'x' * 15885, 'would have 16'),
    (b'#!/bin/sh\necho ${fleet}\n' + b'#' * 16300, 'would have at least 16'),
])
def test_what_ec2_would_not_take_is_refused_with_both_sizes(document, words):
    script = 'echo "' + 'x' * 300 + '"\n'
    with pytest.raises(Refusal) as caught:
        add(document, script)
    assert words in str(caught.value)
    assert 'It has %d without it' % len(document) in str(caught.value)
    shorter = int(re.search(r'make it (\d+) bytes shorter', str(caught.value)).group(1))
    assert len(add(document[:-shorter], script)) == LIMIT


@pytest.mark.parametrize('script, words', [
    ('', 'empty'), (' \n', 'empty'), ('a\0b', 'NUL'),
    ('FILE_CACHE_USER_DATA\n', 'marks the block itself'),
    ('x\n# END renderfarm.file_cache\n', 'marks the block itself')])
def test_a_script_that_cannot_be_marked_is_refused(script, words):
    with pytest.raises(Refusal, match=words):
        add(b'#!/bin/sh\n', script)
