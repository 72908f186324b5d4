# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""F1 - F6: what yields an event, by every way to listen that this mount takes."""

import errno
import os
import signal
import stat

import pytest
from kit import writers
from kit.cache import ARTIST
from kit.case import case, row, rows
from kit.child import Child
from kit.fanotify import FID_FS
from kit.memory import Mapping, mapped
from kit.scripts import Held, script

PAGE = 4096


def in_a_child(cache, function, path, **options):
    """Return (pid, what a writer returns); a call that this mount has not skips the case."""
    child = Child(function, path, **options)
    outcome = child.wait(cache.patience.limit(60))
    if outcome.errno in writers.MISSING:
        pytest.skip('%s fails with %s on this mount'
                    % (function.__name__, errno.errorcode[outcome.errno]))
    assert outcome.errno is None, outcome
    return child.pid, outcome.value


def assert_names(listeners, *names):
    assert {way: one.names() for way, one in listeners.items()} == {
        way: list(names) for way in listeners}


def assert_pids(listeners, *pids):
    for listener in listeners.values():
        assert sorted(one.pid for one in listener.seen()) == sorted(pids)


def forget(listeners):
    for listener in listeners.values():
        listener.seen()


PROGRAMS = (
    ('shell', 'echo x > f', ()), ('append', 'echo x >> f', ()), ('touch', 'touch f', ()),
    ('cp', 'cp /etc/passwd f', ()), ('dd', 'dd if=/dev/zero of=f count=8 2> /dev/null', ()),
    ('gcc', 'gcc -x c /dev/null -shared -o f', ('gcc',)))


@rows(*[case('F1-' + word, line, 'one event', line=line, needs=needs)
        for word, line, needs in PROGRAMS])
def test_a_program(case, cache, folder, listeners):
    script(cache, folder.path, case.data['line'], case.data['needs'])
    assert_names(listeners, b'f')


@rows(*[case('F1-' + word, does, 'one event', write=write) for word, does, write in (
    ('python', 'open, write, close', writers.python),
    ('truncated', 'open with O_TRUNC, close', writers.truncating),
    ('unwritten', 'open for reading and writing, close', writers.unwritten),
    ('fallocate', 'fallocate', writers.allocating),
    ('ftruncate', 'ftruncate', writers.cutting),
    ('direct', 'a write with O_DIRECT', writers.direct),
    ('sendfile', 'sendfile', writers.sendfile),
    ('splice', 'splice from a pipe', writers.splicing),
    ('copy_file_range', 'copy_file_range', writers.copying))])
def test_a_call(case, cache, folder, listeners):
    folder.new('source')
    forget(listeners)
    in_a_child(cache, case.data['write'], folder('f'))
    assert_names(listeners, b'f')


@row('F1-tar', 'tar x of two files', 'one event a file')
def test_tar(cache, folder, listeners):
    script(cache, folder.path, 'tar cf - -C /etc passwd group | tar xf -', needs=('tar',))
    assert_names(listeners, b'group', b'passwd')


@row('F1-setstripe', 'lfs setstripe makes a file', 'one event')
def test_setstripe(cache, folder, listeners):
    answer = cache.lfs('setstripe', '-c', '1', folder('f'))
    if answer.rc:
        pytest.skip('lfs setstripe does not work here: rc %d' % answer.rc)
    assert_names(listeners, b'f')


@rows(case('F1-renamed', 'echo x > f.tmp; mv f.tmp f',
           'one event: by its file it has the new name, by its folder the old one (F29)',
           line='echo x > f.tmp; mv f.tmp f', needs=()),
      case('F1-rsync', 'rsync /etc/passwd f', 'the same', line='rsync /etc/passwd f',
           needs=('rsync',)))
def test_renamed(case, cache, folder, listeners):
    script(cache, folder.path, case.data['line'], case.data['needs'])
    for way, listener in listeners.items():
        name, = listener.names()
        assert (name == b'f') != (way == FID_FS)


SILENT = (
    ('read', 'cat f > /dev/null'), ('chmod', 'chmod 600 f'), ('rename', 'mv f g'),
    ('link', 'ln f g'), ('mknod', 'mknod g p'), ('unlink', 'rm f'),
    ('folders', 'mkdir g; mv g h; rmdir h; ln -s f g'))


@rows(*[case('F2-' + word, line, 'no event', line=line) for word, line in SILENT])
def test_no_event_of(case, cache, folder, listeners):
    folder.new('f')
    forget(listeners)
    script(cache, folder.path, case.data['line'])
    assert_names(listeners)


@row('F2-created', 'a new file is opened with O_CREAT|O_RDONLY', 'no event')
def test_created_and_not_writable(folder, listeners):
    os.close(os.open(folder('f'), os.O_CREAT | os.O_RDONLY))
    assert_names(listeners)


@row('F2-utime', 'utime by path', 'no event')
def test_utime(folder, listeners):
    path = folder.new('f')
    forget(listeners)
    os.utime(path, (0, 0))
    assert_names(listeners)


@row('F2-path', 'open with O_PATH', 'no event')
def test_path_only(folder, listeners):
    path = folder.new('f')
    forget(listeners)
    os.close(os.open(path, os.O_PATH))
    assert_names(listeners)


@row('F2-truncate', 'truncate(2) by path', 'bytes are lost, and no event says so')
def test_truncate_by_path(folder, listeners):
    path = folder.new('f')
    forget(listeners)
    os.truncate(path, 10)
    assert os.stat(path).st_size == 10
    assert_names(listeners)


@row('F2-mapped-reading', 'a mapping for reading, also after its descriptor', 'no event')
def test_mapped_for_reading(folder, listeners):
    path = folder.new('f', b'x' * PAGE)
    forget(listeners)
    fd = os.open(path, os.O_RDONLY)
    try:
        view = mapped(fd, PAGE, writable=False)
    finally:
        os.close(fd)
    view.close()
    assert_names(listeners)


@row('F2-tmpfile', 'open with O_TMPFILE', 'EOPNOTSUPP: nothing is written without a name')
def test_tmpfile(folder):
    with pytest.raises(OSError) as failure:
        os.close(os.open(folder.path, os.O_TMPFILE | os.O_WRONLY))
    assert failure.value.errno == errno.EOPNOTSUPP


def map_and_close(folder, listeners):
    """A new file that is mapped for writing, and no longer open."""
    path = folder.new('f', b'x' * PAGE)
    forget(listeners)
    fd = os.open(path, os.O_RDWR)
    try:
        return mapped(fd, PAGE)
    finally:
        os.close(fd)


@row('F3-unmapped', 'map, close, write by the mapping, unmap',
     'none at the close, one at the unmap')
def test_mapping_outlives_its_descriptor(folder, listeners):
    view = map_and_close(folder, listeners)
    assert_names(listeners)
    view.write(b'MMAP')
    assert_names(listeners)
    view.close()
    assert_names(listeners, b'f')


@row('F3-descriptor-last', 'map, unmap, close', 'none at the unmap, one at the close')
def test_descriptor_outlives_its_mapping(folder, listeners):
    path = folder.new('f', b'x' * PAGE)
    forget(listeners)
    fd = os.open(path, os.O_RDWR)
    try:
        mapped(fd, PAGE).close()
        assert_names(listeners)
    finally:
        os.close(fd)
    assert_names(listeners, b'f')


def map_until_the_exit(path):
    fd = os.open(path, os.O_RDWR)
    view = Mapping(fd, PAGE)
    os.close(fd)
    view.write(b'MMAP')


@row('F3-exit', 'a process maps, closes, writes and ends', 'one, of that process')
def test_mapped_until_the_exit(cache, folder, listeners):
    map_and_close(folder, listeners).close()
    forget(listeners)
    pid, _nothing = in_a_child(cache, map_until_the_exit, folder('f'))
    assert_pids(listeners, pid)


@row('F4-inherited', 'a child inherits the descriptor and closes it last', 'one, of the child')
def test_inherited(cache, folder, listeners):
    _parent, child = in_a_child(cache, writers.inherited, folder('f'))
    assert_pids(listeners, child)


@rows(case('F4-duplicated', 'a duplicated descriptor', 'one, at the last close',
           write=writers.duplicated),
      case('F4-overlapping', 'two opens of one process', 'one, merged', write=writers.overlapping),
      case('F4-again', 'three times open, append, close', 'one, merged',
           write=writers.three_times))
def test_one_process_on_one_file(case, cache, folder, listeners):
    pid, _nothing = in_a_child(cache, case.data['write'], folder('f'))
    assert_pids(listeners, pid)


@row('F4-read-between', 'the same file twice, and the queue is read between', 'one each')
def test_not_merged_once_read(folder, listeners):
    for _number in range(2):
        writers.python(folder('f'))
        assert_names(listeners, b'f')


@row('F4-two-processes', 'two processes write one file', 'one of each')
def test_two_processes(cache, folder, listeners):
    pids = [in_a_child(cache, writers.python, folder('f'))[0] for _number in range(2)]
    assert_pids(listeners, *pids)


@row('F5-killed', 'a writer is killed in the middle of its work', 'one, of that process')
def test_killed(folder, listeners):
    with Held('sh', '-ec', 'exec 3> f; printf half >&3; echo; read line', cwd=folder.path) as half:
        assert_names(listeners)
        os.kill(half.pid, signal.SIGKILL)
        half.process.wait(60)
        assert_pids(listeners, half.pid)
    assert stat.S_ISREG(os.stat(folder('f')).st_mode)


@rows(*[case('F6-mode-%04o' % mode, 'uid %d writes a file of mode %04o' % (ARTIST, mode), 'one',
             mode=mode) for mode in (0o644, 0o600, 0o000)])
def test_another_user(case, cache, folder, listeners):
    def write(path):
        fd = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
        os.fchmod(fd, case.data['mode'])
        os.write(fd, b'x')
        os.close(fd)

    in_a_child(cache, write, folder('f'), user=ARTIST)
    assert_names(listeners, b'f')


@rows(case('F6-pid-namespace', 'a writer in a pid namespace of its own', 'one',
           words=('unshare', '--pid', '--fork')),
      case('F6-chroot', 'a writer with a root directory of its own', 'one', words=('chroot', '/')))
def test_a_process_that_is_set_apart(case, cache, folder, listeners):
    line = '%s sh -ec \'echo x > "$1"\' - "$PWD/f"' % ' '.join(case.data['words'])
    script(cache, folder.path, line, needs=case.data['words'][:1])
    assert_names(listeners, b'f')
