# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One version as a folder: built whole, and known to be whole."""

import os
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.installation import version
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.installation import (
    small_command,
)

SAID = b'file_cache/said.py'


@pytest.fixture
def build(tmp_path, python):
    """Return a function that builds version 1.0 out of an archive."""

    def built(content):
        folder = os.fsencode(str(tmp_path / 'built'))
        version.build(folder, content, '1.0', python, small_command.run)
        return folder

    return built


@pytest.fixture
def folder(build):
    """A version that was built under the tightest umask."""
    before = os.umask(0o077)
    try:
        return build(small_command.archive())
    finally:
        os.umask(before)


def everything(folder):
    """{path: (mode, size, time of the last change)}"""
    facts = {os.path.join(inner, name): os.lstat(os.path.join(inner, name))
             for inner, folders, names in os.walk(folder) for name in folders + names}
    facts[folder] = os.lstat(folder)
    return {path: (info.st_mode & 0o7777, info.st_size, info.st_mtime_ns)
            for path, info in facts.items()}


def test_everybody_can_read_and_nobody_can_write(folder):
    modes = {path: facts[0] for path, facts in everything(folder).items()}
    launcher = os.path.join(folder, version.LAUNCHER)
    assert modes.pop(launcher) == 0o755
    assert {mode for path, mode in modes.items() if os.path.isdir(path)} == {0o755}
    assert {mode for path, mode in modes.items() if os.path.isfile(path)} == {0o644}


def test_it_is_compiled_and_running_it_writes_nothing(folder):
    compiled = [path for path in everything(folder) if path.endswith(b'.pyc')]
    assert len(compiled) == 2
    os.utime(os.path.join(folder, b'file_cache'), (0, 0))
    before = everything(folder)
    for _time in range(2):
        subprocess.run([os.path.join(folder, version.LAUNCHER)], check=True,
                       stdout=subprocess.DEVNULL)
    assert everything(folder) == before
    assert version.is_whole(folder)


def test_the_launcher_names_the_systems_python(folder, python):
    with open(os.path.join(folder, version.LAUNCHER), 'rb') as stream:
        assert stream.readline() == b'#!%s -IB\n' % python.path


def put(folder, name, content):
    with open(os.path.join(folder, name), 'wb') as stream:
        stream.write(content)


@pytest.mark.parametrize('spoil', [
    lambda folder: put(folder, SAID, b'SAID = "file-cache 1.0" #'),
    lambda folder: os.unlink(os.path.join(folder, SAID)),
    lambda folder: os.unlink(os.path.join(folder, version.RECORD)),
    lambda folder: put(folder, version.RECORD, b''),
    lambda folder: put(folder, version.RECORD, b'[]'),
    lambda folder: put(folder, b'file_cache/json.py', b''),
    lambda folder: os.symlink('/', os.path.join(folder, b'file_cache/link')),
    lambda folder: os.chmod(os.path.join(folder, SAID), 0o664),
    lambda folder: os.chmod(folder, 0o777),
    lambda folder: (os.rename(os.path.join(folder, SAID), folder + b'.py'),
                    os.symlink(folder + b'.py', os.path.join(folder, SAID))),
])
def test_what_is_not_as_it_was_built(folder, spoil):
    assert version.is_whole(folder)
    spoil(folder)
    assert not version.is_whole(folder)


@pytest.mark.parametrize('said, problem', [
    ('file-cache 2.0', 'does not run: file-cache 2.0'),
    ('', 'does not run: status 0'),
])
def test_what_does_not_run_is_refused(build, said, problem):
    with pytest.raises(Refused) as refused:
        build(small_command.archive(said))
    assert problem in str(refused.value)


def test_what_does_not_compile_is_refused(build):
    with pytest.raises(Refused, match='cannot compile the command'):
        build(small_command.archive(module='SAID = ('))
