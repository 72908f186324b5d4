# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second look: what was replaced, what is immutable (lustre-hsm H51, H11)."""

import errno
import os
import subprocess
import sys

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.answers import Stuck
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Root, troubled
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.look import Look, Looker
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.report import Failure
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm import frozen


def entry(rel, root=0):
    return troubled(root, rel, None)


@pytest.fixture
def children():
    made = Children()
    yield made
    made.close()


@pytest.fixture
def tree(tmp_path):
    return os.path.realpath(os.fsencode(str(tmp_path)))


def look_at(children, roots, entries, step=None, **kwargs):
    answers = []
    Looker(children, roots, **kwargs).look(entries, step, answers.append)
    while not answers:
        children.wait(1)
    assert len(answers[0]) == len(entries)
    return answers[0]


def write(path, text=b''):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(text)


def test_what_is_seen_of_files_in_any_order_of_folders(children, tree):
    names = [b'a', b's/b', b'c', b's/d', b'new\nline', b'bad\xff', b'n' * 255]
    for number, name in enumerate(names):
        write(tree + b'/' + name, b'x' * number)
        os.utime(tree + b'/' + name, ns=(0, number * 10 ** 9 - 3))
    os.link(tree + b'/a', tree + b'/a2')
    for number, found in enumerate(look_at(children, [Root(tree, None)], list(map(entry, names)))):
        facts = os.stat(tree + b'/' + names[number])
        assert found == Look(number, number * 10 ** 9 - 3, facts.st_ino, facts.st_nlink, None, None)


def test_what_is_no_regular_file_any_more(children, tree):
    write(tree + b'/file')
    os.symlink(b'file', tree + b'/link')
    os.mkdir(tree + b'/folder')
    os.mkfifo(tree + b'/fifo')
    os.symlink(b'folder', tree + b'/way')
    write(tree + b'/folder/f')
    names = [b'file', b'link', b'folder', b'fifo', b'gone', b'none/f', b'way/f', b'file/f']
    looks = look_at(children, [Root(tree, None)], list(map(entry, names)), step='release')
    assert isinstance(looks[0], Look)
    assert [failure.errno for failure in looks[1:]] == [
        errno.ESTALE, errno.ESTALE, errno.ESTALE, errno.ENOENT, errno.ENOENT, errno.ENOTDIR,
        errno.ENOTDIR]


def test_a_cache_that_is_no_longer_mounted(children, tree):
    write(tree + b'/f')
    device = os.stat(tree).st_dev
    assert look_at(children, [Root(tree, None)], [entry(b'f')], devices=[device])[0].nlink == 1
    looks = look_at(children, [Root(tree, None)], [entry(b'f')], devices=[device + 1])
    assert looks[0].errno == errno.ENODEV


@pytest.mark.parametrize('attribute', ['i', 'a'])
def test_immutable_and_append_only_files(children, tree, attribute):
    """H51: such a file is never asked for, three of them stop a whole cache (H27)."""
    write(tree + b'/free')
    write(tree + b'/fixed')
    changed = subprocess.call(['chattr', '+' + attribute, tree + b'/fixed'],
                              stderr=subprocess.DEVNULL)
    if changed:
        pytest.skip('chattr +%s is not possible here: needs root and a file system with flags'
                    % attribute)
    try:
        both = [entry(b'free'), entry(b'fixed')]
        looks = look_at(children, [Root(tree, None)], both, step='release')
        assert [found.immutable for found in looks] == [False, True]
        looks = look_at(children, [Root(tree, None)], both)
        assert [found.immutable for found in looks] == [None, None]
    finally:
        subprocess.check_call(['chattr', '-' + attribute, tree + b'/fixed'])


def test_a_file_system_that_has_no_flags(children):
    """Not known is not the same as not immutable."""
    roots = [Root(b'/proc/%d' % os.getpid(), None)]
    looks = look_at(children, roots, [entry(b'stat')], step='release')
    assert looks[0].immutable is None


def test_thousands_of_files(children, tree):
    entries = [entry(b'%d/%d' % (number % 50, number)) for number in range(2100)]
    for one in entries:
        write(tree + b'/' + one.rel)
    looks = look_at(children, [Root(tree, None)], entries)
    assert len({found.ino for found in looks}) == 2100
    assert look_at(children, [Root(tree, None)], []) == []


def test_no_process_can_be_had(children, tree, monkeypatch):
    def fork():
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    monkeypatch.setattr(os, 'fork', fork)
    looks = look_at(children, [Root(tree, None)], [entry(b'f')])
    assert looks == [Failure(None, 'No process can be started: Resource temporarily unavailable.')]


def test_a_look_that_hangs_answers_for_what_it_had_seen(children, tree):
    """H80: the files that were reached have their answer, the others none."""
    if os.geteuid() != 0 or not os.access('/dev/fuse', os.W_OK):
        pytest.skip('mounts a FUSE server: needs root and /dev/fuse')
    write(tree + b'/f')
    os.mkdir(tree + b'/stuck')
    with subprocess.Popen([sys.executable, frozen.__file__, os.fsdecode(tree + b'/stuck')],
                          stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout.readline() == b'ready\n'
            roots = [Root(tree, None), Root(tree + b'/stuck', None)]
            looks = look_at(children, roots, [entry(b'f'), entry(b'f', 1), entry(b'f')],
                            deadline=1)
        finally:
            server.kill()
    frozen.unmount(tree + b'/stuck')
    assert looks[0].nlink == 1
    assert looks[1:] == [Stuck('The mount gave no answer about a file within 1 seconds.')] * 2
    assert len(children.abandoned) == 1
