# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at listed names."""

import errno
import os
import socket
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import listed
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.folders import open_path
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.listed import Looker


@pytest.fixture(name='tree')
def make_tree(tmp_path):
    root = tmp_path / 'root'
    (root / 'a' / 'b').mkdir(parents=True)
    for name in ('a/f', 'a/b/g', 'top', 'a/\n'):
        (root / name).write_bytes(b'12345')
    (tmp_path / 'secret').write_bytes(b'')
    (root / 'way').symlink_to('a')
    (root / 'out').symlink_to('..')
    (root / 'file').symlink_to('a/f')
    os.mkfifo(str(root / 'fifo'))
    return root


def look(root, *names):
    folder = open_path(os.fsencode(str(root)))
    looker = Looker([folder])
    try:
        return [looker.look(0, name) for name in names]
    finally:
        looker.close()
        os.close(folder)


def test_each_name_is_looked_at(tree):
    names = [b'a/f', b'a/b/g', b'a/b/g', b'top', b'a/\n']
    for name, (entry, number) in zip(names, look(tree, *names)):
        facts = os.stat(os.fsencode(str(tree)) + b'/' + name)
        assert number == 0 and entry.rel == name and entry.problem is None
        assert (entry.size, entry.mtime_ns, entry.ino, entry.nlink) == (
            5, facts.st_mtime_ns, facts.st_ino, 1)


@pytest.mark.parametrize('name, problem', [
    (b'no', 'missing'),
    (b'a/no', 'missing'),
    (b'no/f', 'missing'),
    (b'top/f', 'missing'),
    (b'x' * 256, 'missing'),
    (b'a', 'not_regular'),
    (b'file', 'not_regular'),
    (b'fifo', 'not_regular'),
    (b'way/f', 'through_link'),
    (b'out/secret', 'through_link'),
])
def test_what_cannot_be_handled_is_that_names_own_problem(tree, name, problem):
    # lustre-hsm H31: given to lfs, each of these would stop its whole request.
    (entry, number), (after, _number) = look(tree, name, b'top')
    assert (entry.problem, number) == (problem, 0)
    assert after.problem is None


def test_a_socket(tmp_path):
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(tmp_path / 's'))
        assert look(tmp_path, b's')[0][0].problem == 'not_regular'


def test_a_mount_in_the_way(tree):
    if os.geteuid() != 0 or subprocess.call(['mount', '-t', 'tmpfs', 'x', str(tree / 'a')]) != 0:
        pytest.skip('needs the right to mount (root)')
    try:
        (tree / 'a' / 'f').write_bytes(b'')
        assert look(tree, b'a/f')[0][0].problem == 'outside'
    finally:
        subprocess.check_call(['umount', str(tree / 'a')])


def test_a_dead_mount_is_not_a_missing_file(tree, monkeypatch):
    # field-reports L10: the files are there; this client no longer sees them.
    def dead(*_arguments, **_options):
        raise OSError(errno.ESHUTDOWN, 'shut down')
    folder = open_path(os.fsencode(str(tree)))
    looker = Looker([folder])
    monkeypatch.setattr(listed.os, 'stat', dead)
    entry, number = looker.look(0, b'a/f')
    monkeypatch.undo()
    looker.close()
    os.close(folder)
    assert (entry.problem, number) == ('unreadable', errno.ESHUTDOWN)


def test_no_descriptor_is_left(tree):
    before = len(os.listdir('/proc/self/fd'))
    look(tree, b'a/f', b'way/f', b'no/f', b'a/b/g')
    assert len(os.listdir('/proc/self/fd')) == before
