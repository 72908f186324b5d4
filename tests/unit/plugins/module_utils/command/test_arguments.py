# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line (design.md, Interfaces)."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.arguments import (
    ON_CACHE,
    VERBS,
    fill,
    parse,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.options import (
    DEFAULTS,
    TUNING,
)


def test_short_options_can_be_joined():
    found = parse(['evict', '-rnq', '/a', '/b'])
    assert (found.recursive, found.dry_run, found.quiet) == (True, True, True)
    assert found.paths == ['/a', '/b']


def test_a_list_of_names_that_end_in_nul(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = parse(['evict', '@assets', '--from', 'list', '-0'])
    assert found.list == os.fsencode(str(tmp_path / 'list'))
    assert found.null
    assert parse(['evict', '@assets', '--from', '-']).list == b'-'


def test_a_name_that_begins_with_a_dash_follows_two_dashes():
    assert parse(['state', '-r', '--', '-dash']).paths == ['-dash']


@pytest.mark.parametrize('words, said', [
    ([], 'which verb'),
    (['evict'], 'PATH'),
    (['destroy', '/a'], 'invalid choice'),
    (['evict', '/a', '--recurs'], '--recurs'),
    (['evict', '/a', '--force'], '--force'),
    (['evict', '/a', '--jobs', '0'], 'from 1 to'),
    (['evict', '/a', '--jobs', 'many'], 'many'),
    (['evict', '/a', '--dirty', 'drop'], 'drop'),
    (['evict', '/a', '--manifest', 'm'], '--manifest'),
    (['state', '/a', '--dry-run'], '--dry-run'),
    (['archive', '/a', '--reserve', '1G'], '--reserve'),
    (['hydrate', '/a', '--reserve', '1X'], '1X'),
    (['manifest', '/a'], '--output'),
    (['changes', 'one'], 'NEW'),
])
def test_what_is_refused_and_where_help_is(words, said):
    with pytest.raises(Refused) as problem:
        parse(words)
    assert said in str(problem.value)
    assert '--help' in str(problem.value)


@pytest.mark.parametrize('verb', VERBS)
def test_every_verb_has_help(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        parse([verb, '--help'])
    assert ended.value.code == 0
    assert 'usage: file-cache %s' % verb in capsys.readouterr().out


@pytest.mark.parametrize('verb', ON_CACHE)
def test_what_was_not_said_has_the_hosts_default_and_else_ours(verb):
    found = parse([verb, '/a', '--timeout', '7'])
    fill(found, {'jobs': 3, 'timeout': 5})
    assert (found.jobs, found.timeout) == (3, 7)
    assert found.stall_timeout == DEFAULTS['stall_timeout']
    assert not [name for name in TUNING if getattr(found, name, 0) is None]


def test_a_relative_list_in_a_folder_that_is_gone(tmp_path, monkeypatch):
    (tmp_path / 'x').mkdir()
    monkeypatch.chdir(tmp_path / 'x')
    (tmp_path / 'x').rmdir()
    with pytest.raises(Refused):
        parse(['evict', '/a', '--from', 'list'])
