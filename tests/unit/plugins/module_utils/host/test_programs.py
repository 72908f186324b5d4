# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of the system: only what is listed, data never an option, always an end."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import programs
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused

UNMOUNT = ('--no-canonicalize',)


@pytest.fixture
def children():
    made = Children()
    yield made
    made.close()


@pytest.fixture
def host(children, tmp_path):
    """Programs of a folder; host.has(name, script) puts one there."""
    made = programs.Programs(children, [bytes(tmp_path)])

    def has(name, script):
        path = tmp_path / name
        path.write_text('#!/bin/sh\n' + script)
        path.chmod(0o755)

    made.has = has
    return made


def test_what_a_program_says_and_how_it_ends(host):
    host.has('umount', 'printf "%s|" "$@"; echo no >&2; exit 32')
    done = host.call('umount', UNMOUNT, [b'/mnt/show a\n\xff'])
    assert done == programs.Done(32, b'--no-canonicalize|/mnt/show a\n\xff|', b'no\n', False,
                                 False, None)
    assert host.calls == 1


@pytest.mark.parametrize('program, words', [
    ('umount', ('-l',)), ('umount', ('-f',)), ('umount', ()), ('fuser', ()), ('lsof', ()),
    ('systemctl', ('restart',)), ('lctl', ('get_param', '-N', 'llite.*')), ('rm', ('-rf',))])
def test_what_is_not_listed_is_an_error_of_ours(host, program, words):
    """field-reports L2, L11."""
    with pytest.raises(programs.Forbidden):
        host.call(program, words, [b'/mnt/a'])


def test_no_allowed_call_is_lazy_forced_or_looks_for_users():
    """field-reports L2, L11: whatever is added to the table."""
    assert not set(programs.ALLOWED) & {'fuser', 'lsof', 'findmnt', 'df', 'rm', 'sh', 'bash'}
    words = {word for calls in programs.ALLOWED.values() for call in calls for word in call}
    assert not words & {'--lazy', '-l', '--force', '-f', '-fl', '-lf', '--all', '-a'}


@pytest.mark.parametrize('name', [b'-l', b'--force', b'', b'a\0b'])
def test_data_is_never_an_option(host, name):
    host.has('umount', 'exit 0')
    with pytest.raises(Refused, match='cannot be given to umount'):
        host.call('umount', UNMOUNT, [name])


def test_a_program_that_is_not_installed(host):
    assert host.there('lctl') is None
    with pytest.raises(Refused, match='There is no lctl on this host .* Install it'):
        host.call('lctl', ('list_nids',))
    host.has('lctl', 'exit 0')
    assert host.there('lctl').endswith(b'/lctl')


def test_nothing_of_the_callers_environment_arrives(host, monkeypatch):
    monkeypatch.setenv('LC_ALL', 'de_DE.UTF-8')
    monkeypatch.setenv('PATH', '/evil')
    host.has('dmesg', 'echo "$LC_ALL $PATH"')
    assert host.call('dmesg', ('--raw',)).out == b'C /usr/sbin:/usr/bin:/sbin:/bin\n'


def test_its_time_is_limited(host):
    host.has('mount', 'exec sleep 600')
    done = host.call('mount', (), [b'/mnt/a'], deadline=0.05)
    assert (done.overdue, done.stuck, done.rc) == (True, False, -9)


def test_one_that_cannot_be_started(host):
    host.has('mount', '')
    with open(host.there('mount'), 'w') as script:
        script.write('#!/nowhere/at/all\n')
    done = host.call('mount', (), [b'/mnt/a'])
    assert done.rc == 1 and b'cannot be started: No such file' in done.err
