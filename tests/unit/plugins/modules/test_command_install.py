# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module command_install on folders of its own; /opt itself is tried in tests/e2e/modules."""

import json
import os
import shutil
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command import config
from ansible_collections.renderfarm.file_cache.plugins.module_utils.installation import (
    trust,
    version,
)
from ansible_collections.renderfarm.file_cache.plugins.modules import command_install
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.installation import (
    small_command,
)

CONFIG = {'schema': 1, 'roots': [{'name': 'assets', 'path': '/mnt/cache/assets'}]}


class Host:
    def __init__(self, folder, call):
        self.call = call
        self.home = folder / 'opt' / 'file-cache'
        self.config = folder / 'etc' / 'file-cache' / 'config.json'
        self.archive = folder / 'archive'

    def module(self, number='1.0', sent=True, **params):
        """Run the module as the action plugin does; sent: whether the archive has been."""
        content = small_command.archive('file-cache ' + number)
        self.archive.write_bytes(content)
        release = dict(dict(version=number, digest=version.digest(content),
                            archive=str(self.archive) if sent else None),
                       **params.pop('release', {}))
        return self.call(command_install.main, release=release, **params)

    def says(self):
        return subprocess.run([str(self.home / 'bin' / 'file-cache')], check=True,
                              stdout=subprocess.PIPE).stdout.decode().strip()

    def everything(self):
        """What lies below /opt and /etc, and since when it does so."""
        folders = self.home.parent, self.config.parent.parent
        return {path: path.lstat().st_mtime_ns for folder in folders for path in folder.rglob('*')}


@pytest.fixture
def host(tmp_path, call, monkeypatch):
    one = Host(tmp_path, call)
    monkeypatch.setattr(command_install, 'HOME', os.fsencode(str(one.home)))
    monkeypatch.setattr(config, 'PATH', os.fsencode(str(one.config)))
    # Whoever runs the tests, and wherever: these are root's own folders on a host.
    monkeypatch.setattr(trust, 'check', lambda path: None)
    monkeypatch.setattr(command_install, 'ROOT', os.getuid())
    return one


def test_it_asks_for_the_archive_before_anything_is_changed(host):
    result = host.module(sent=False, config=CONFIG)
    assert (result['changed'], result['needs_archive'], result['folder']) == (True, True, None)
    assert host.everything() == {}


def test_installed_once(host):
    result = host.module(config=CONFIG)
    assert (result['changed'], result['version'], result['previous']) == (True, '1.0', None)
    assert result['folder'] == str(host.home / '1.0')
    assert host.says() == 'file-cache 1.0'
    assert json.loads(host.config.read_text()) == CONFIG
    before = host.everything()
    again = host.module(sent=False, config=CONFIG)
    assert again['changed'] is False and 'needs_archive' not in again
    assert host.everything() == before


def test_check_mode_predicts_and_changes_nothing(host):
    assert host.module(check=True, config=CONFIG)['changed'] is True
    assert host.everything() == {}
    host.module(config=CONFIG)
    before = host.everything()
    assert host.module(check=True, config=CONFIG)['changed'] is False
    assert host.module(check=True, config={'schema': 1})['changed'] is True
    assert host.module('1.1', check=True)['changed'] is True
    assert host.module(check=True, state='absent')['changed'] is True
    assert host.everything() == before


def test_the_diff_shows_versions_and_configuration(host):
    host.module(config=CONFIG)
    command, configuration = host.module('1.1', sent=False, config={'schema': 1})['diff']
    assert command['before'].startswith('version 1.0, content ')
    assert command['after'].startswith('version 1.1, content ')
    assert json.loads(configuration['before']) == CONFIG
    assert json.loads(configuration['after']) == {'schema': 1}


def test_up_and_down_again(host):
    host.module()
    up = host.module('1.1')
    assert (up['previous'], up['version'], up['kept'], host.says()) == (
        '1.0', '1.1', ['1.0'], 'file-cache 1.1')
    down = host.module(sent=False)
    assert (down['previous'], down['version'], down['changed'], host.says()) == (
        '1.1', '1.0', True, 'file-cache 1.0')


def test_old_ones_go_and_check_mode_says_which(host):
    for number, age in (('1.0', 1), ('1.1', 2), ('1.2', 3)):
        host.module(number)
        os.utime(str(host.home / number), (age, age))
    predicted = host.module('1.2', check=True, keep=1)
    assert (predicted['removed'], predicted['changed']) == (['1.0'], True)
    assert host.module('1.2', keep=1)['removed'] == ['1.0']
    assert host.module('1.2', keep=1)['changed'] is False


def test_a_configuration_alone(host):
    host.module(config=CONFIG)
    assert host.module(sent=False, config={'schema': 1})['changed'] is True
    assert json.loads(host.config.read_text()) == {'schema': 1}
    assert host.module(sent=False)['changed'] is False, 'without config the file stays'


def test_everything_is_taken_away(host):
    host.module(config=CONFIG)
    result = host.module(state='absent')
    assert (result['changed'], result['removed'], result['previous']) == (True, ['1.0'], '1.0')
    assert host.everything() == {}
    assert host.module(state='absent')['changed'] is False


def test_what_others_keep_beside_it_stays_and_is_no_change(host):
    host.module(config=CONFIG)
    script = host.home / 'deadline' / 'FileCacheWriteBack.py'
    script.parent.mkdir()
    script.write_text('theirs')
    assert host.module(state='absent')['changed'] is True
    assert script.read_text() == 'theirs'
    assert host.module(state='absent')['changed'] is False
    shutil.rmtree(str(script.parent))
    assert host.module(state='absent')['changed'] is True
    assert host.everything() == {} and not host.home.exists()


@pytest.mark.parametrize('params, said', [
    ({'config': {'schema': 1, 'ceiling': {}}}, 'config: the whole has the unknown key "ceiling"'),
    ({'config': {'schema': 1, 'roots': [{'name': 'A', 'path': '/a'}]}}, 'config: root 1'),
    ({'config': '{"schema": 2}'}, 'config: its schema is 2'),
    ({'keep': 0}, 'keep must be 1 or more'),
    ({'release': {'digest': '0' * 64}}, 'has not arrived as it was sent'),
    ({'release': {'archive': '/nowhere'}}, 'has not arrived as it was sent'),
])
def test_bad_input_is_one_sentence_and_changes_nothing(host, params, said):
    host.module(config=CONFIG)
    before = host.config.read_bytes()
    result = host.module('1.1', **params)
    assert result['failed'] is True and said in result['msg']
    assert 'exception' not in result
    assert (host.says(), host.config.read_bytes()) == ('file-cache 1.0', before)


def test_a_version_that_does_not_run_changes_nothing(host):
    host.module(config=CONFIG)
    result = host.module('1.1', release={'version': '1.2'}, config={'schema': 1})
    assert 'does not run' in result['msg']
    assert (host.says(), json.loads(host.config.read_text())) == ('file-cache 1.0', CONFIG)


def test_an_error_of_the_system_is_one_sentence(host, monkeypatch):
    host.module()
    monkeypatch.setattr(os, 'mkdir', lambda *words, **more: os.open('/nowhere/x', os.O_RDONLY))
    result = host.module('1.1')
    assert result['msg'].startswith('No such file or directory at /nowhere/x. What was installed')
    assert host.says() == 'file-cache 1.0'


def test_only_root_installs(host, monkeypatch):
    monkeypatch.setattr(command_install, 'ROOT', -1)
    assert 'set become: true' in host.module()['msg']


def test_a_folder_that_others_could_change_is_refused(host, monkeypatch, tmp_path):
    monkeypatch.undo()
    monkeypatch.setattr(command_install, 'HOME', os.fsencode(str(tmp_path / 'file-cache')))
    monkeypatch.setattr(command_install, 'ROOT', os.getuid())
    result = host.module()
    assert result['failed'] is True and 'can be changed by others than root' in result['msg']
