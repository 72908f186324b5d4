# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions side by side: switched in one step, taken away when nobody needs them."""

import fcntl
import os
import subprocess
import threading

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.installation import (
    shelf as shelf_module,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.installation import version
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.installation import (
    small_command,
)

DIGEST = version.digest(small_command.archive())


def called(shelf):
    return subprocess.run([shelf.link], stdout=subprocess.PIPE, check=True).stdout.decode().strip()


def age(shelf, *names):
    """Make these the older versions, the oldest first."""
    for number, name in enumerate(names):
        os.utime(os.path.join(shelf.home, name), (number, number))


def lock(shelf, name):
    """Hold a version as its launcher does."""
    descriptor = os.open(os.path.join(shelf.home, name), os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return descriptor


def test_nothing_is_there(shelf, python):
    assert (shelf.names(), shelf.current(), shelf.find('x', python)) == ([], None, None)


def test_an_upgrade_and_a_downgrade(shelf, add, python):
    first, second = add('1.0'), add('1.1')
    assert (called(shelf), shelf.current()) == ('file-cache 1.1', second)
    assert shelf.find(DIGEST, python) == first
    with shelf.locked():
        shelf.use(first)
    assert called(shelf) == 'file-cache 1.0'
    assert os.readlink(shelf.link) == b'../1.0/file-cache'


def test_the_same_number_with_another_content_lies_beside_it(shelf, add, python):
    names = [add('1.0'), add('1.0', 'file-cache  1.0'), add('1.0', 'file-cache   1.0')]
    assert names[0] == b'1.0'
    assert {name[:4] for name in names[1:]} == {b'1.0+'} and len(set(names)) == 3
    assert called(shelf) == 'file-cache   1.0'


def test_a_damaged_version_is_replaced_by_one_beside_it(shelf, add, python):
    name = add('1.0')
    with open(os.path.join(shelf.home, name, b'file_cache', b'said.py'), 'ab') as stream:
        stream.write(b'#')
    assert shelf.find(DIGEST, python) is None
    again, once_more = add('1.0'), add('1.0')
    assert again.startswith(b'1.0+') and once_more == again + b'.2'
    assert called(shelf) == 'file-cache 1.0'


def test_another_python_needs_another_compilation(shelf, add, python):
    add('1.0')
    assert not shelf.find(DIGEST, python._replace(tag='cpython-999-0'))
    assert not shelf.find(DIGEST, python._replace(path=b'/usr/bin/py'))


def test_the_oldest_are_surplus_but_not_what_was_used_before(shelf, add):
    names = [add(number) for number in ('1.0', '1.1', '1.2', '1.3')]
    age(shelf, *names)
    assert shelf.surplus(b'1.3', b'1.0', 2) == [b'1.1']
    assert shelf.surplus(b'1.3', None, 2) == [b'1.0']
    assert shelf.surplus(b'1.3', b'1.0', 1) == [b'1.2', b'1.1']
    assert shelf.surplus(b'1.3', b'1.0', 5) == []


def test_a_version_that_runs_stays(shelf, add):
    add('1.0'), add('1.1'), add('1.2')
    age(shelf, b'1.0', b'1.1', b'1.2')
    held = lock(shelf, b'1.0')
    assert shelf.surplus(b'1.2', b'1.1', 1) == []
    with pytest.raises(Refused, match='running .version 1.0.'), shelf.locked():
        shelf.clear()
    assert called(shelf) == 'file-cache 1.2'
    os.close(held)
    assert shelf.surplus(b'1.2', b'1.1', 1) == [b'1.0']


def test_everything_is_taken_away(shelf, add):
    add('1.0'), add('1.1')
    with shelf.locked():
        shelf.clear()
    assert not os.path.exists(shelf.home)


def test_what_is_not_ours_is_left_alone(shelf, add):
    add('1.0')
    os.mkdir(os.path.join(shelf.home, b'theirs'))
    with shelf.locked():
        shelf.clear()
    assert os.listdir(shelf.home) == [b'theirs']


@pytest.mark.parametrize('target', [b'/usr/bin/env', b'../gone/file-cache', b'../1.0/other'])
def test_a_link_that_leads_elsewhere_is_no_version(shelf, add, target):
    add('1.0')
    os.unlink(shelf.link)
    os.symlink(target, shelf.link)
    assert shelf.current() is None
    with shelf.locked():
        shelf.use(b'1.0')
    assert shelf.current() == b'1.0'


class Interrupted(Exception):
    pass


@pytest.mark.parametrize('when', range(1, 60, 3))
def test_wherever_it_is_interrupted_the_old_one_works(shelf, add, monkeypatch, when):
    """A power failure leaves what is there at a step: nothing may be cleaned up afterwards."""
    add('1.0')
    left = [when]

    def counted(real):
        def step(*words, **more):
            left[0] -= 1
            if left[0] <= 0:
                raise Interrupted()
            return real(*words, **more)
        return step

    monkeypatch.setattr(shelf_module.shutil, 'rmtree', lambda *words, **more: None)
    with monkeypatch.context() as patch:
        for name in ('rename', 'mkdir', 'fsync', 'fchmod', 'symlink'):
            patch.setattr(os, name, counted(getattr(os, name)))
        try:
            add('1.1')
        except Interrupted:
            pass
    assert called(shelf) in ('file-cache 1.0', 'file-cache 1.1')
    monkeypatch.undo()
    add('1.2')
    assert called(shelf) == 'file-cache 1.2'
    assert not [name for name in os.listdir(shelf.home) if name.startswith(b'.new')]


def test_a_full_disk_leaves_the_old_one(shelf, add, python):
    add('1.0')

    def full(argv):
        raise OSError(28, os.strerror(28))

    with pytest.raises(OSError), shelf.locked():
        shelf.add(small_command.archive('file-cache 1.1'), '1.1', python, full)
    assert shelf.names() == [b'1.0'] and called(shelf) == 'file-cache 1.0'
    assert sorted(os.listdir(shelf.home)) == [b'.lock', b'1.0', b'bin']


def test_one_installation_at_a_time(shelf, python):
    """The second waits, and goes on by what the first has left, be that nothing."""
    seen, content = [], small_command.archive()

    def install():
        with shelf.locked():
            name = shelf.find(DIGEST, python)
            name = name or shelf.add(content, '1.0', python, small_command.run)
            seen.append(name)
            shelf.use(name)

    threads = [threading.Thread(target=install) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [b'1.0'] * 3 and shelf.names() == [b'1.0']


def test_a_lock_that_was_taken_away_is_none(shelf, monkeypatch):
    """Whoever waited while everything was taken away begins anew."""
    monkeypatch.setattr(shelf_module.time, 'sleep', lambda seconds: None)
    answers = [False, True]
    monkeypatch.setattr(shelf_module, '_is_still', lambda lock, path: answers.pop(0))
    with shelf.locked():
        assert answers == []


def test_another_installation_is_not_waited_for_without_end(shelf, monkeypatch):
    monkeypatch.setattr(shelf_module, 'PATIENCE', 0)
    with shelf.locked(), pytest.raises(Refused, match='Another installation'):
        with shelf.locked():
            pass
