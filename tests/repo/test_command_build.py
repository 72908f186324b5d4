# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file-cache command as it is built: one reproducible file, or a folder."""

import ast
import os
import signal
import subprocess
import sys

import pytest
import yaml
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.version import VERSION
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils import command_archive
from ansible_collections.renderfarm.file_cache.tests.repo.tree import ROOT


def build(form, target):
    subprocess.run([sys.executable, str(ROOT / 'tools' / 'build_command.py'), form, str(target)],
                   check=True)
    return target


def test_the_file_is_the_same_every_time(tmp_path):
    first = build('file', tmp_path / 'one').read_bytes()
    os.utime(str(ROOT / 'plugins' / 'module_utils' / 'hsm' / 'version.py'))
    assert build('file', tmp_path / 'two').read_bytes() == first


@pytest.mark.parametrize('form, launcher', [('file', ''), ('folder', 'file-cache')])
def test_it_runs_from_anywhere_isolated(tmp_path, form, launcher):
    built = build(form, tmp_path / 'built') / launcher
    (tmp_path / 'json.py').write_text('raise SystemExit("the wrong json")')
    ended = subprocess.run([sys.executable, '-I', str(built), '--version'], cwd=str(tmp_path),
                           env={'PYTHONPATH': str(tmp_path)}, stdout=subprocess.PIPE, check=True)
    assert ended.stdout.decode() == 'file-cache %s\n' % VERSION


@pytest.mark.parametrize('ignored', [False, True])
def test_an_interrupt_while_it_starts_is_no_traceback(tmp_path, ignored):
    built = build('folder', tmp_path / 'built')
    (built / 'file_cache' / 'command' / 'main.py').write_text(
        'import os, signal\n'
        'os.kill(os.getpid(), signal.SIGINT)\n'
        'def main():\n'
        '    return 7\n')
    command = [sys.executable, '-I', str(built / 'file-cache')]
    handler = signal.SIG_IGN if ignored else signal.SIG_DFL
    ended = subprocess.run(command, stderr=subprocess.PIPE,
                           preexec_fn=lambda: signal.signal(signal.SIGINT, handler))
    assert (ended.returncode, ended.stderr) == (7 if ignored else -signal.SIGINT, b'')


MODULES = dict(command_archive.modules())


@pytest.mark.parametrize('name', sorted(MODULES))
def test_all_that_a_run_needs_is_read_when_it_starts(name):
    """What a module imports is in the archive, and no function imports later: the version that
    a run began with may be gone by then."""
    tree = ast.parse(MODULES[name])
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.Lambda)):
            late = [node for node in ast.walk(function)
                    if isinstance(node, (ast.Import, ast.ImportFrom))]
            assert not late, 'line %d' % late[0].lineno
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            package = name.split('/')[:-node.level] + (node.module or '').split('.')
            origin = '/'.join(part for part in package if part)
            assert {origin + '.py', origin + '/__init__.py'} & set(MODULES), ast.unparse(node)


def test_one_version_number():
    assert yaml.safe_load((ROOT / 'galaxy.yml').read_text())['version'] == VERSION
