# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From paths to roots: the bad input of a request."""

import errno
import os
import subprocess
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import roots as roots_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Root
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.roots import resolve


@pytest.fixture(name='children')
def make_children():
    children = Children()
    yield children
    children.close()


@pytest.fixture(name='top')
def make_top(tmp_path):
    (tmp_path / 'shot' / 'plates').mkdir(parents=True)
    (tmp_path / 'shot' / 'a.exr').write_bytes(b'')
    (tmp_path / 'link').symlink_to('shot')
    (tmp_path / 'filelink').symlink_to('shot/a.exr')
    os.mkfifo(str(tmp_path / 'fifo'))
    return os.fsencode(str(tmp_path))


def test_folders_and_files(children, top):
    roots, devices = resolve(
        children, [top + b'//shot/./plates/', top + b'/shot/a.exr'], recursive=True)
    assert roots == [Root(top + b'/shot/plates', None), Root(top + b'/shot', b'a.exr')]
    assert devices == [os.stat(top).st_dev] * 2
    assert resolve(children, [top + b'/shot/a.exr'], False)[0] == [Root(top + b'/shot', b'a.exr')]
    assert resolve(children, [b'/'], True)[0] == [Root(b'/', None)]


def test_a_nested_path_is_covered(children, top):
    paths = [top + b'/shot/a.exr', top + b'/shot', top + b'/shot/plates', top + b'/shot/']
    assert resolve(children, paths, True)[0] == [Root(top + b'/shot', None)]


@pytest.mark.parametrize('path, words', [
    (b'shot', 'not absolute'),
    (b'', 'not absolute'),
    (b'TOP/shot/../shot', '".." component'),
    (b'TOP/a\0b', 'NUL'),
    (b'TOP/no', 'TOP/no does not exist.'),
    (b'TOP/no/deeper', 'there is no TOP/no.'),
    (b'TOP/link', 'TOP/link is a symbolic link'),
    (b'TOP/link/plates', 'TOP/link is a symbolic link'),
    (b'TOP/filelink', 'TOP/filelink is a symbolic link'),
    (b'TOP/fifo', 'neither a regular file nor a folder'),
    (b'TOP/shot/a.exr/b', 'Not a directory'),
    (b'TOP/' + b'x' * 256, 'File name too long'),
    (b'TOP/bad\xff\n', 'bad\\xff\\x0a does not exist'),
])
def test_what_cannot_be_a_root_is_refused(children, top, path, words):
    with pytest.raises(Refused) as refused:
        resolve(children, [top + b'/shot', path.replace(b'TOP', top)], True)
    assert words.replace('TOP', os.fsdecode(top)) in str(refused.value)
    assert '\n' not in str(refused.value)


def test_a_folder_needs_a_walk_or_a_list(children, top):
    with pytest.raises(Refused) as refused:
        resolve(children, [top + b'/shot'], False)
    assert '--recursive' in str(refused.value)
    assert resolve(children, [top + b'/shot'], False, listed=True)[0] == [
        Root(top + b'/shot', None)]


def test_no_path_at_all(children):
    with pytest.raises(Refused):
        resolve(children, [], True)


def test_nothing_leaves_the_configured_roots(children, top):
    # Safety rule 7: under sudo everything stays below the configured roots.
    within = [top + b'/shot']
    assert resolve(children, [top + b'/shot/plates'], True, within=within)[0]
    for path in (top, b'/etc', top + b'/shot2', b'/'):
        with pytest.raises(Refused) as refused:
            resolve(children, [path], True, within=within)
        assert 'none of the roots' in str(refused.value)


# A second mount of a cache has the device number of the first, like a bind mount (H25).
@pytest.mark.parametrize('how', [['-t', 'tmpfs', 'x'], ['--bind', 'TOP/shot']])
def test_one_mount_a_run(children, top, how):
    other = top + b'/other'
    os.mkdir(other)
    words = [word.encode().replace(b'TOP', top) for word in how]
    if os.geteuid() != 0 or subprocess.call(['mount'] + words + [other]) != 0:
        pytest.skip('needs the right to mount (root)')
    try:
        with pytest.raises(Refused) as refused:
            resolve(children, [other, top + b'/shot/a.exr'], True)
        assert 'different mounts' in str(refused.value)
    finally:
        subprocess.check_call(['umount', other])


@pytest.mark.parametrize('number', [errno.ESHUTDOWN, errno.EIO, errno.ENOTCONN])
def test_an_evicted_client_is_named(children, top, monkeypatch, number):
    # field-reports L10: not "does not exist", not "not Lustre".
    real = os.stat

    def stat(path, **options):
        if path == b'shot':
            raise OSError(number, os.strerror(number))
        return real(path, **options)
    monkeypatch.setattr(roots_module.os, 'stat', stat)
    with pytest.raises(Refused) as refused:
        resolve(children, [top + b'/shot'], True)
    assert 'evicted' in str(refused.value) and 'mount it again' in str(refused.value)
    assert refused.value.status == 1


def test_a_mount_without_an_answer(children, top, monkeypatch):
    # field-reports L11
    monkeypatch.setattr(roots_module, '_facts', lambda path: time.sleep(60))
    started = time.monotonic()
    with pytest.raises(Refused) as refused:
        resolve(children, [top + b'/shot'], True, idle=0.4)
    assert 'no answer' in str(refused.value) and time.monotonic() - started < 5
