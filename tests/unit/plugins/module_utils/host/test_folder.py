# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder under a mount: nothing can be written there meanwhile (field-reports D2)."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import folder
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.programs import Done
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.questions import Answer
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused


class Programs(object):
    """lsattr and chattr of a file system that can, or cannot, make a folder immutable."""

    def __init__(self, children, able=True, installed=True):
        self.children = children
        self.able = able
        self.installed = installed
        self.immutable = set()
        self.calls = []

    def there(self, program):
        return b'/usr/bin/' + program.encode() if self.installed else None

    def call(self, program, words, names, deadline=None):
        name, = names
        self.calls.append(' '.join((program,) + words))
        if program == 'lsattr':
            flags = b'----i----------e-------' if name in self.immutable else b'---------------e---'
            return Done(0, b'%s %s\n' % (flags, name), b'', False, False, None)
        if not self.able:
            return Done(1, b'', b'chattr: Operation not supported\n while reading flags',
                        False, False, None)
        (self.immutable.add if words == ('+i',) else self.immutable.discard)(name)
        return Done(0, b'', b'', False, False, None)


root_alone = pytest.mark.skipif(os.geteuid() != 0, reason='others cannot look into mode 0000')


@pytest.fixture
def programs():
    children = Children()
    yield Programs(children)
    children.close()


@pytest.fixture
def point(tmp_path):
    return bytes(tmp_path / 'mnt' / 'i a cache')


def test_it_is_made_and_made_unwritable(programs, point):
    predicted = folder.protect(programs, point, dry_run=True)
    assert (predicted.changed, predicted.protection, os.path.exists(point)) == (True, 'none', False)
    done = folder.protect(programs, point)
    assert done == folder.Folder(True, 'immutable', True, [])
    assert os.stat(point).st_mode & 0o7777 == 0o755
    again = folder.protect(programs, point)
    assert (again.changed, again.protection) == (False, 'immutable')


@root_alone
@pytest.mark.parametrize('able, installed, why', [
    (False, True, 'chattr: Operation not supported while reading flags'),
    (True, False, 'there is no chattr')])
def test_where_it_cannot_be_immutable_it_has_no_mode_and_that_is_said(
        programs, point, able, installed, why):
    programs.able, programs.installed = able, installed
    done = folder.protect(programs, point)
    assert (done.changed, done.protection) == (True, 'mode')
    assert why in done.warnings[0] and 'does not hold root' in done.warnings[0]
    assert os.stat(point).st_mode & 0o7777 == 0
    again = folder.protect(programs, point)
    assert (again.changed, again.protection) == (False, 'mode')


@pytest.mark.parametrize('names, said', [(3, '3 names'), (1200, 'at least 1000 names')])
def test_what_lies_in_it_already_is_said(programs, point, names, said):
    os.makedirs(point)
    for number in range(names):
        os.mknod(os.path.join(point, b'%d' % number))
    done = folder.protect(programs, point)
    assert (done.protection, said in done.warnings[0]) == ('immutable', True)
    assert len(os.listdir(point)) == names
    with pytest.raises(Refused, match='is not empty'):
        folder.remove(programs, point)
    assert len(os.listdir(point)) == names


@pytest.mark.parametrize('make', [os.mknod, lambda path: os.symlink('/tmp', path)])
def test_what_is_no_folder(programs, point, make):
    os.makedirs(os.path.dirname(point))
    make(point)
    for work in (folder.protect, folder.remove):
        with pytest.raises(Refused, match='is not a folder'):
            work(programs, point)
    assert programs.calls == []


def test_something_is_mounted_there(programs):
    assert folder.protect(programs, b'/proc') == folder.Folder(False, 'mounted', True, [])
    with pytest.raises(Refused, match='Unmount it first'):
        folder.remove(programs, b'/proc')
    assert programs.calls == []


def test_an_armed_automount_is_not_entered(programs, point, monkeypatch):
    """field-reports L25: whoever enters may wait for ever."""
    monkeypatch.setattr(folder.mountinfo, 'armed', lambda path: path == point)
    monkeypatch.setattr(folder, 'ask', None)
    assert folder.protect(programs, point).protection == 'mounted'


def test_it_is_removed(programs, point):
    folder.protect(programs, point)
    predicted = folder.remove(programs, point, dry_run=True)
    assert (predicted.changed, predicted.protection) == (True, 'immutable')
    assert point in programs.immutable and os.path.isdir(point)
    done = folder.remove(programs, point)
    assert (done.changed, done.there, os.path.exists(point)) == (True, False, False)
    assert programs.immutable == set()
    again = folder.remove(programs, point)
    assert (again.changed, again.there) == (False, False)


@root_alone
def test_it_is_removed_with_mode_0000(programs, point):
    programs.able = False
    folder.protect(programs, point)
    assert folder.remove(programs, point).protection == 'mode'
    assert not os.path.exists(point)


def test_where_it_is_still_mounted_in_another_namespace(programs, point, monkeypatch):
    """field-reports L2, L26: rmdir would detach that lazily."""
    folder.protect(programs, point)
    other = folder.processes.process(os.getpid(), 'mount', False)
    monkeypatch.setattr(folder.processes, 'showing', lambda path: [other])
    with pytest.raises(Refused) as caught:
        folder.remove(programs, point)
    assert 'another mount namespace: %d %s.' % (other.pid, other.comm) in str(caught.value)
    assert os.path.isdir(point) and point in programs.immutable


def test_a_dead_mount_above_it(programs, point, monkeypatch):
    """field-reports L11."""
    monkeypatch.setattr(folder, 'ask', lambda *_question: Answer(b'', None, True))
    with pytest.raises(Refused, match='gives no answer: is a folder above it a dead mount'):
        folder.protect(programs, point)


def test_a_folder_that_cannot_be_made(programs, tmp_path):
    (tmp_path / 'file').write_text('')
    with pytest.raises(Refused, match='cannot be looked at: Not a directory'):
        folder.protect(programs, bytes(tmp_path / 'file' / 'cache'))
