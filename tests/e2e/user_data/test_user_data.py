# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user data script at the first boot of an instance, and at the next ones."""

import json
import tempfile
from pathlib import Path

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command import config
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.options import TUNING
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.fstab import marked_paths
from ansible_collections.renderfarm.file_cache.tests.e2e.user_data.instance import (
    FSTAB,
    UNIT,
    Instance,
)
from ansible_collections.renderfarm.file_cache.tests.unit.roles.test_user_data import NAMES
from ansible_collections.renderfarm.file_cache.tests.unit.roles.user_data import (
    mount,
    planned,
    render,
)
from hypothesis import given, settings

SCRIPT = render([mount()])
LINE = planned([mount()])['mounts'][0]['line']
PROBE = 'file-cache <probe> </mnt/cache> <--expect> <abcd>'
START = 'systemctl <start> <--> <mnt-cache.automount> <mnt-cache.mount>'
LAUNCH = 'systemctl <start> <--no-block> <--> <%s>' % UNIT
STOP = 'systemctl <stop> <--> <%s>' % UNIT
ENABLE = 'systemctl <enable> <--now> <--no-block> <--> <file-cache-watch.service>'


@pytest.fixture
def instance(tmp_path):
    return Instance(tmp_path)


def test_the_worker_starts_only_after_the_cache_has_answered(instance):
    """field-reports D2."""
    status, said, calls = instance.run(SCRIPT)
    assert status == 0, said
    order = [calls.index(step) for step in (STOP, START, ENABLE, LAUNCH)]
    assert order == sorted(order)
    assert [number for number, call in enumerate(calls) if call == PROBE][-1] == order[1] + 1
    assert not instance.held()
    assert instance.fstab.read_text() == FSTAB + LINE + '\n'
    assert 'chattr <+i> </mnt/cache>' in calls
    etc = instance.folder / 'etc'
    assert json.loads((etc / 'file-cache' / 'config.json').read_text())['mounts'] == [
        {'path': '/mnt/cache', 'fsname': 'abcd'}]
    drop_in = etc / 'systemd' / 'system' / (UNIT + '.d') / 'file-cache.conf'
    assert 'Requires=mnt-cache.mount\n' in drop_in.read_text()


def test_run_again_on_a_host_that_works_it_changes_and_stops_nothing(instance):
    instance.run(SCRIPT)
    before = instance.files()
    status, said, calls = instance.run(SCRIPT)
    assert (status, said) == (0, 'file-cache: the caches are mounted.\n')
    assert STOP not in calls and START not in calls and LAUNCH in calls
    assert instance.files() == before


def test_a_cache_that_answers_late_is_waited_for(instance):
    instance.silent(3)
    status, _said, calls = instance.run(SCRIPT)
    assert (status, calls.count(START), calls.count(PROBE)) == (0, 3, 4)


def test_a_cache_that_does_not_answer_keeps_the_worker_from_starting(instance):
    instance.silent(100)
    status, said, calls = instance.run(SCRIPT)
    assert (status, calls.count(START)) == (1, 3)
    assert 'The cache is silent. Ask its owner.' in said
    assert said.endswith('file-cache: The cache at /mnt/cache does not answer; why stands above. '
                         'The services that work on the caches stay stopped.\n')
    assert LAUNCH not in calls and ENABLE not in calls and instance.held()
    instance.silent(0)
    assert instance.run(SCRIPT)[0] == 0
    assert not instance.held()


def test_a_mount_that_fails_is_not_even_looked_at(instance):
    (instance.folder / 'run' / 'broken' / 'mnt-cache.mount').touch()
    status, _said, calls = instance.run(SCRIPT)
    assert status == 1 and calls.count(PROBE) == 1 and instance.held()


@pytest.mark.parametrize('lacking, sentence', [
    ('opt/file-cache/bin/file-cache', 'This image has no /opt/file-cache/bin/file-cache: bake it'),
    ('bin/mount.lustre', 'This image has no Lustre client (mount.lustre): bake it'),
    ('bin/lfs', 'This image has no Lustre client (lfs): bake it'),
    (None, 'This image has no Lustre module for its kernel'),
])
def test_what_the_image_lacks_is_said_in_one_sentence(instance, lacking, sentence):
    if lacking:
        (instance.folder / lacking).unlink()
    else:
        instance.program(instance.folder / 'bin' / 'modinfo', '#!/bin/sh\nexit 1\n')
    status, said, calls = instance.run(SCRIPT)
    assert status == 1
    _holding, why = said.splitlines()
    assert why.startswith('file-cache: ' + sentence)
    assert why.endswith(' The services that work on the caches stay stopped.')
    assert instance.held() and STOP in calls and START not in calls and LAUNCH not in calls
    assert instance.fstab.read_text() == FSTAB


@pytest.mark.parametrize('before, after', [
    ('', '%s\n'),
    ('/dev/sda1 / ext4 defaults 0 1', '/dev/sda1 / ext4 defaults 0 1\n%s\n'),
    ('old@tcp:/x /mnt/cache lustre flock 0 0\ntmpfs /tmp tmpfs defaults 0 0\n',
     '%s\ntmpfs /tmp tmpfs defaults 0 0\n'),
    ('a@tcp:/x\t/mnt/cache lustre flock 0 0\nb@tcp:/x  /mnt/cache  lustre flock 0 0\n', '%s\n'),
    ('#a@tcp:/x /mnt/cache lustre flock 0 0\na@tcp:/x /mnt/cache2 lustre flock 0 0\n',
     '#a@tcp:/x /mnt/cache lustre flock 0 0\na@tcp:/x /mnt/cache2 lustre flock 0 0\n%s\n'),
])
def test_there_is_one_line_for_a_mount_point(instance, before, after):
    instance.fstab.write_text(before)
    assert instance.run(SCRIPT)[0] == 0
    assert instance.fstab.read_text() == after % LINE


def test_a_host_without_fstab(instance):
    instance.fstab.unlink()
    assert instance.run(SCRIPT)[0] == 0
    assert instance.fstab.read_text() == LINE + '\n'


def test_a_mount_point_that_cannot_be_made_immutable_gets_mode_0(instance):
    instance.program(instance.folder / 'bin' / 'chattr', '#!/bin/sh\nexit 1\n')
    assert instance.run(SCRIPT)[0] == 0
    assert (instance.folder / 'mnt' / 'cache').stat().st_mode & 0o7777 == 0


@pytest.mark.parametrize('path', ['/mnt/cache', '/mnt/ca che'])
def test_a_folder_that_is_mounted_on_is_left_alone(instance, path):
    (instance.folder / path[1:]).mkdir()
    _status, _said, calls = instance.run(render([mount(path)]), covered=path)
    assert not [call for call in calls if call.startswith('chattr')]


def test_only_what_the_image_starts_by_itself_is_started(instance):
    instance.enable('b@1.service')
    _status, said, calls = instance.run(render([mount()], services=['a.service', 'b@1.service']))
    started = [call for call in calls if '<--no-block>' in call and '<start>' in call]
    assert started == ['systemctl <start> <--no-block> <--> <b@1.service>']
    assert not instance.held('a.service') and not instance.held('b@1.service')


def test_two_caches(instance):
    other = mount('/mnt/show-a', cache='fc-2', fsname='efgh', options=['flock', '_netdev'])
    instance.silent(2)
    status, said, calls = instance.run(render([mount(), other]))
    assert status == 0, said
    assert calls.index(START) < calls.index('systemctl <start> <--> <mnt-show\\x2da.mount>')
    assert marked_paths(instance.fstab.read_text()) == ['/mnt/cache', '/mnt/show-a']


@given(NAMES)
@settings(max_examples=25, deadline=None)
def test_no_mount_point_is_taken_for_anything_but_a_name(path):
    """Every program gets it as one word, and nothing but it is made."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Instance(Path(folder))
        point = planned([mount(path)])['mounts'][0]['path']
        status, said, calls = instance.run(render([mount(path)]))
        assert status == 0, said
        assert 'file-cache <probe> <%s> <--expect> <abcd>' % point in calls
        assert 'chattr <+i> <%s>' % point in calls
        assert marked_paths(instance.fstab.read_text()) == [point]
        made = [Path('/', each.relative_to(folder)) for each in Path(folder, 'mnt').rglob('*')]
        assert Path(point) in made
        assert all(each == Path(point) or each in Path(point).parents for each in made)


def test_the_command_takes_the_config_that_the_script_writes(instance):
    instance.run(SCRIPT)
    raw = (instance.folder / 'etc' / 'file-cache' / 'config.json').read_bytes()
    assert config.parse(raw, TUNING, ()).mounts == [(b'/mnt/cache', 'abcd')]
