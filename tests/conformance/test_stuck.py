# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H80 - H85: callers that sleep in the kernel. Each case frees them at its end."""

import hashlib
import mmap
import os

import pytest
from kit.cache import CLEAN, DIRTY, RELEASED
from kit.case import case, row, rows
from kit.folder import MB, unlike

ENODEV, ENODATA = 19, 61


def read(path):
    with open(path, 'rb') as stream:
        return stream.read()


def digest(path):
    return hashlib.sha256(read(path)).hexdigest()


def write(path):
    fd = os.open(path, os.O_WRONLY)
    os.write(fd, b'x')
    os.close(fd)


def open_truncating(path):
    os.close(os.open(path, os.O_WRONLY | os.O_TRUNC))


def fault_in(path):
    fd = os.open(path, os.O_RDONLY)
    return mmap.mmap(fd, 0, mmap.MAP_PRIVATE, mmap.PROT_READ)[:10]


BLOCKING = (('read', read), ('write', write), ('o_trunc', open_truncating),
            ('chmod', lambda path: os.chmod(path, 0o600)),
            ('touch', lambda path: os.utime(path, None)),
            ('truncate', lambda path: os.truncate(path, 5)))
ANSWERING = (('stat', lambda path: os.stat(path).st_size),
             ('open', lambda path: os.close(os.open(path, os.O_RDONLY))),
             ('mv', lambda path: os.rename(path, path + b'.moved')), ('rm', os.unlink))


@pytest.fixture
def waiting(cache, folder, control):
    """A released file whose restore waits for a copytool."""
    path = folder.released('f')
    control('copytool', 'stop')
    cache.ask('restore', path)
    cache.wait_action(path, b'RESTORE')
    return path


@rows(*[case('H80-' + word, '%s of a file whose restore waits' % word,
             'sleeps, SIGKILL does not end it, the end of the restore does', act=act)
        for word, act in BLOCKING])
def test_sleeps(case, cache, control, children, waiting):
    caller = children(case.data['act'], waiting)
    assert caller.sleeps(cache.patience.hold(1)), caller.wait(1)
    caller.kill()
    assert not caller.gone(cache.patience.hold(0.5))
    control.copytool_up()
    cache.quiet(waiting)
    assert caller.gone(cache.patience.limit(30))


@row('H80-page-fault', 'a page fault in a file whose restore waits',
     'sleeps until the end of the restore')
def test_page_fault_sleeps(cache, folder, control, children, waiting):
    """No kill is tried: on Lustre it is without effect, the page cache of FUSE obeys it."""
    caller = children(fault_in, waiting)
    assert caller.sleeps(cache.patience.hold(1)), caller.wait(1)
    control.copytool_up()
    outcome = caller.wait(cache.patience.limit(60))
    if outcome.errno == ENODEV:
        pytest.skip('mmap fails with ENODEV: this mount maps nothing')
    assert outcome.value == folder.contents[waiting][:10]


@rows(*[case('H80-not-' + word, '%s of a file whose restore waits' % word, 'answers at once',
             act=act) for word, act in ANSWERING])
def test_answers(case, cache, children, waiting):
    outcome = children(case.data['act'], waiting).wait(cache.patience.limit(10))
    assert outcome.errno is None


@row('H80-not-lfs', 'hsm_state, hsm_action and path2fid of a file whose restore waits',
     'answer at once')
def test_lfs_answers(cache, waiting):
    for verb in ('hsm_state', 'hsm_action', 'path2fid'):
        assert cache.lfs(verb, waiting).rc == 0
    assert cache.action(waiting) == b'RESTORE waiting (from 0 to EOF)'


@row('H81-release', 'hsm_release of a file whose restore waits',
     'sleeps; when the restore has ended it releases the file again')
def test_release_sleeps_and_releases(cache, control, children, waiting):
    caller = children.adopt(cache.start('hsm_release', waiting))
    assert caller.sleeps(cache.patience.hold(1))
    control.copytool_up()
    assert caller.wait(cache.patience.limit(60)) == (0, b'', b'')
    cache.wait_state(waiting, RELEASED)


@row('H82-killed', 'the copytool is killed during a restore, then a new one is started',
     'the reader still sleeps; the action stays')
def test_orphaned_restore(cache, folder, control, children):
    path, reader = orphan(cache, folder, control, children)
    control.copytool_up()
    cache.ask('restore', path)
    assert reader.sleeps(cache.patience.hold(2))
    assert cache.action(path).startswith(b'RESTORE')
    control.free_the_stuck()
    assert reader.wait(cache.patience.limit(60))


def orphan(cache, folder, control, children):
    """A reader of a file whose copytool died during the restore."""
    path = folder.released('f', content=unlike(20 * MB))
    control.slow_copytool(1)
    reader = children(digest, path)
    cache.wait_action(path, b'RESTORE running')
    control('copytool', 'kill')
    assert reader.sleeps(cache.patience.hold(1))
    return path, reader


@row('H83-disabled', 'a released file is read while the coordinator is disabled',
     'sleeps until it is enabled')
def test_disabled_coordinator(cache, folder, control, children):
    path = folder.released('f')
    control('coordinator', 'disable')
    reader = children(read, path)
    assert reader.sleeps(cache.patience.hold(2))
    control.mend()
    assert reader.wait(cache.patience.limit(60)).value == folder.contents[path]


@row('H84-running', 'hsm_cancel of a running restore',
     'the reader gets ENODATA, the next read works')
def test_cancelled_restore(cache, folder, control, children):
    # Long: a copytool learns of the cancel when it reports, the POSIX one every 30 s.
    path = folder.released('f', content=unlike(45 * MB))
    control.slow_copytool(1)
    reader = children(digest, path)
    cache.wait_action(path, b'RESTORE running')
    cache.ask('cancel', path)
    assert reader.wait(cache.patience.limit(90)).errno == ENODATA
    assert cache.quiet(path) == RELEASED
    control.mend()
    again = children(digest, path).wait(cache.patience.limit(120))
    assert again.value == hashlib.sha256(folder.contents[path]).hexdigest()


@row('H84-orphan', 'hsm_cancel of a restore whose copytool is gone',
     'NOOP, and reader, release and the next read sleep until the coordinator is restarted')
def test_cancelled_orphan(cache, folder, control, children):
    path, reader = orphan(cache, folder, control, children)
    control.copytool_up()
    cache.ask('cancel', path)
    cache.quiet(path)
    release = children.adopt(cache.start('hsm_release', path))
    later = children(digest, path)
    assert reader.sleeps(cache.patience.hold(1)) and release.sleeps(0) and later.sleeps(0)
    control.free_the_stuck()
    for caller in (reader, release, later):
        assert caller.wait(cache.patience.limit(60))


@rows(case('H85-first', 'hsm_cancel of a running first archive', 'NOOP and 0x1, not retried',
           first=True, bits=0x1),
      case('H85-again', 'hsm_cancel of a running archive of a dirty file', 'NOOP and 0xb',
           first=False, bits=DIRTY))
def test_cancelled_archive(case, cache, folder, control):
    content = unlike(8 * MB)
    path = folder.new('f', content) if case.data['first'] else folder.clean('f', content=content)
    if not case.data['first']:
        folder.append(path)
    control.slow_copytool(1)
    cache.ask('archive', path)
    cache.wait_action(path, b'ARCHIVE running')
    cache.ask('cancel', path)
    assert cache.quiet(path) == case.data['bits']
    # A new copytool: the old one may still write, until it hears of the cancel, and the next
    # archive would end as a doubled one (H25).
    control.mend()
    assert cache.state(path) == case.data['bits']
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN, 120)
