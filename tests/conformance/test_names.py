# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H3 and H7: names come out as they are."""

import pytest
from kit.cache import CLEAN, RELEASED
from kit.case import case, row, rows

NAMES = (
    ('blank', b'sp ace'), ('newline', b'new\nline'), ('cr', b'return\rhere'),
    ('tab-quotes', b'tab\tq\'q"'), ('backslash', b'back\\slash'), ('dash', b'-dash'),
    ('dash-option', b'--filelist'), ('like-a-line', b'x: (0x00000009) exists archived'),
    ('whole-line', b'x: (0x00000009) exists archived, archive_id:1\ny'),
    ('like-an-action', b'x: NOOP'), ('utf8', u'caf\xe9 \u2603'.encode('utf-8')),
    ('not-utf8', b'bad\xff\xfe'), ('percent', b'per%cent %s%n'), ('glob', b'[br]{ac}e*?'),
    ('escapes', b'\x1b[31m\x01\x7f'), ('longest', b'n' * 255), ('blanks-around', b' x '),
    ('only-newline', b'\n'), ('dots', b'...'),
)


@rows(*[case('H3-' + word, 'the whole life of a file named %r' % name,
             'state and action print the raw name; all verbs work', name=name)
        for word, name in NAMES])
def test_raw_name(case, cache, folder):
    path = folder.clean(case.data['name'])
    assert cache.action(path) == b'NOOP'
    cache.ask('release', path)
    assert cache.state(path) == RELEASED
    cache.ask('restore', path)
    cache.wait_state(path, CLEAN)


@row('H3-all-at-once', 'one hsm_state call for all of these names', 'each raw, in order')
def test_all_names_in_one_call(cache, folder):
    paths = [folder.new(name) for _word, name in NAMES]
    answer = cache.lfs('hsm_state', *paths)
    assert answer == (0, b''.join(path + b': (0x00000000)\n' for path in paths), b'')


@pytest.fixture
def dash(folder):
    folder.clean('-dash')
    return folder


@row('H7-state-dash', 'hsm_state -dash', 'works')
def test_state_takes_a_dash(cache, dash):
    answer = cache.lfs('hsm_state', '-dash', cwd=dash.path)
    assert answer.rc == 0 and answer.out.startswith(b'-dash: (0x00000009)')


@row('H7-state-double-dash', 'hsm_state -- -dash', '`--` is taken for a file, rc 2')
def test_state_takes_a_double_dash_for_a_file(cache, dash):
    answer = cache.lfs('hsm_state', '--', '-dash', cwd=dash.path)
    assert answer.rc == 2
    assert answer.err == cache.texts.failed('hsm_state', b'--', b'No such file or directory')
    assert answer.out.startswith(b'-dash: ') == cache.texts.goes_on


@rows(*[case('H7-%s-dash' % verb, 'hsm_%s -dash' % verb, 'a usage error, rc 4', verb=verb)
        for verb in ('archive', 'restore', 'release')])
def test_request_takes_no_dash(case, cache, dash):
    answer = cache.lfs('hsm_' + case.data['verb'], '-dash', cwd=dash.path)
    assert answer.rc == 4 and b'usage' in answer.out.lower()
    assert cache.state(dash('-dash')) == CLEAN


@rows(*[case('H7-release-%s' % word, 'hsm_release %s' % ' '.join(words), 'works', words=words)
        for word, words in (('after-double-dash', ('--', '-dash')), ('dot-slash', ('./-dash',)))])
def test_request_of_a_dashed_name(case, cache, dash):
    answer = cache.lfs('hsm_release', *case.data['words'], cwd=dash.path)
    assert answer == (0, b'', b'') and cache.state(dash('-dash')) == RELEASED
