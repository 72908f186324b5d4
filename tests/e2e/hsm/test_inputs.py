# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, lists, trees and paths: whatever the kernel allows works, the rest is refused."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.options import Options
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.run import run
from ansible_collections.renderfarm.file_cache.tests.e2e.hsm.conftest import counts

NAMES = [
    b'plain', b'with blank', b' leading', b'trailing ', b'-dash', b'--', b"it's", b'"double"',
    b'new\nline', b'\n', b'carriage\rreturn', b'tab\there', b'back\\slash', b'$(reboot)', b'*',
    b'not utf-8 \xff\xfe', b'\xc3\xa4\xe6\x97\xa5', b'x: (0x00000009) exists archived',
    b'x: (0x00000009) exists archived\ny', b'y: NOOP', b'a', b'aa', b'aaa', b'n' * 255,
    b'proc self fd', b"get HSM state for 'x' failed: No such file or directory",
]


@pytest.fixture(name='named')
def make_named(world):
    folder = os.fsencode(world.path)
    for name in NAMES:
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(name)
    return world


def test_any_name(named):
    # H3, H7, safety rule 7
    for verb in ('archive', 'evict', 'hydrate', 'refresh'):
        assert counts(named.run(verb)) == {'done': len(NAMES)}, verb
    states = named.run('state', expect_clean=True)['states']['before']
    assert states['clean']['files'] == len(NAMES)
    assert named.code == 0


def test_any_name_in_a_list(named):
    named.run('archive')
    folder = os.fsencode(named.path)
    list_file = folder + b'/../list'
    with open(list_file, 'wb') as file:
        file.write(b'\0'.join(NAMES[:10] + [folder + b'/' + name for name in NAMES[10:]]) + b'\0')
    assert counts(named.run('evict', list_file=list_file, null=True)) == {'done': len(NAMES)}


def test_a_list_with_bad_names(world):
    # A name that is missing or not on Lustre is that file's failure; a name outside is the list's.
    world.many(3)
    os.symlink('0000', world.at('many/link'))
    list_file = os.fsencode(world.at('../list'))
    with open(list_file, 'wb') as file:
        file.write(b'many/0000\nmany/none\nmany\nmany/link\nmany/0001\n')
    summary = world.run('archive', list_file=list_file)
    assert counts(summary) == {'done': 2, 'failed missing': 1, 'failed not_regular': 2}
    assert world.code == 1
    with open(list_file, 'wb') as file:
        file.write(b'many/0002\n/etc/passwd\n')
    with pytest.raises(Refused, match='entry 2'):
        world.run('archive', list_file=list_file)
    assert world.state('many/0002') == 0


def test_a_tree_beyond_the_longest_path(world):
    # L4: fifteen levels of 255 letters are no path that a call could take.
    top = os.open(world.path, os.O_RDONLY)
    for _level in range(17):
        os.mkdir('d' * 255, dir_fd=top)
        lower = os.open('d' * 255, os.O_RDONLY, dir_fd=top)
        os.close(top)
        top = lower
    os.close(os.open('file', os.O_CREAT | os.O_WRONLY, dir_fd=top))
    os.close(top)
    summary = world.run('state')
    assert summary['matched']['files'] == 1
    assert summary['states']['before']['new']['files'] == 1
    assert summary['complete']


def test_two_roots_in_one_run(world):
    # L3 needs two roots; nested ones are one (H25).
    world.many(3, 'a')
    world.many(4, 'b/c')
    summary = world.run('archive', 'a', 'b', 'b/c')
    assert counts(summary) == {'done': 7}
    assert summary['roots'] == [world.at('a'), world.at('b')]


def test_one_file(world):
    world.many(3)
    assert counts(world.run('archive', 'many/0001', recursive=False)) == {'done': 1}


def test_a_file_in_many_folders(world):
    for number in range(450):
        world.write('f%d/x' % number)
    assert counts(world.run('archive')) == {'done': 450}
    assert counts(world.run('evict')) == {'done': 450}


@pytest.mark.parametrize('path, said', [
    ('/tmp', 'not lie on Lustre'), ('missing', 'not exist'), ('link', 'symbolic link'),
    ('folder', '--recursive'), ('fifo', 'regular'),
])
def test_bad_paths(world, path, said):
    os.mkdir(world.at('folder'))
    os.symlink('folder', world.at('link'))
    os.mkfifo(world.at('fifo'))
    with pytest.raises(Refused, match=said):
        world.run('archive', path, recursive=path == '/tmp')


def test_a_path_that_is_too_long_for_lfs(world):
    # L4 for the walk; a request starts from the whole path of its first file.
    world.many(2)
    folder = os.open(world.path, os.O_RDONLY)
    for _depth in range(17):
        os.mkdir('d' * 250, dir_fd=folder)
        below = os.open('d' * 250, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(os.open('leaf', os.O_WRONLY | os.O_CREAT, dir_fd=folder))
    os.close(folder)
    summary = world.run('archive', exclude=[b'0*'])
    assert counts(summary) == {'failed path_too_long': 1}
    assert 'mount --bind' in summary['error'] and len(summary['error']) < 300
    assert counts(world.run('archive', 'many')) == {'done': 2}
    assert world.run('state')['states']['after']['clean']['files'] == 2


def test_paths_on_different_mounts(world):
    with pytest.raises(Refused, match='mount'):
        world.run('archive', world.path, world.cache.mount())


def test_without_lfs(world, tmp_path):
    options = Options('archive', [os.fsencode(world.path)], recursive=True)
    with pytest.raises(Refused, match='lfs'):
        run(options, binary=os.fsencode(str(tmp_path / 'lfs')))


def test_paths_outside_what_is_allowed(world):
    world.many(1)
    with pytest.raises(Refused, match='roots'):
        world.run('archive', within=[os.fsencode(world.at('other'))])


@pytest.mark.parametrize('content, said', [
    (b'', 'empty'), (b'1\x002\x003\0a\0', 'end record'), (b'junk\0', 'no end'),
])
def test_a_bad_manifest(world, tmp_path, content, said):
    world.write('new')
    manifest = tmp_path / 'manifest'
    manifest.write_bytes(content)
    with pytest.raises(Refused, match=said):
        world.run('archive', manifest_file=os.fsencode(str(manifest)))
    with pytest.raises(Refused, match='opened'):
        world.run('archive', manifest_file=os.fsencode(str(tmp_path / 'none')))
    assert world.state('new') == 0
