# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H86 - H89, M7, M8: the filer and the OSTs when they are full, changed or empty-handed."""

import os

import pytest
from kit.cache import CLEAN, DIRTY, RELEASED
from kit.case import case, row, rows
from kit.folder import unlike

ENOSPC, ENODATA = 28, 61


def read(path):
    with open(path, 'rb') as stream:
        return stream.read()


@row('H86-first', 'a first archive while the filer is full', 'rc 0, then NOOP and 0x1 (C4, H21)')
def test_full_filer(cache, folder, control):
    path = folder.new('f', unlike(300000))
    control('filer-full', 'on')
    cache.ask('archive', path)
    assert cache.quiet(path) == 0x1
    control.mend()
    assert cache.state(path) == 0x1  # nothing is retried
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)


@row('H86-again', 'an archive of a dirty file while the filer is full',
     "rc 0, then NOOP and 0xb; the filer's old copy stays whole")
def test_full_filer_keeps_the_old_copy(cache, folder, control, filer):
    path = folder.clean('f', content=unlike(300000))
    old = folder.contents[path]
    filer.wait_for(old)
    folder.append(path, unlike(300000))
    control('filer-full', 'on')
    cache.ask('archive', path)
    assert cache.quiet(path) == DIRTY
    control.mend()
    assert filer.find(old)
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)
    assert filer.wait_for(folder.contents[path])


@rows(case('H87-longer', 'the file grows on the filer after its release',
           'a restore brings the new bytes and size, 0x9', size=70000, implicit=False),
      case('H87-shorter', 'the file shrinks on the filer after its release',
           'a restore brings the new bytes and size, 0x9', size=1000, implicit=False),
      case('H87-read', 'the file grows on the filer, and the cache file is read',
           'the reader gets the new bytes', size=70000, implicit=True))
def test_restore_brings_what_is_there(case, cache, folder, filer, children):
    path = folder.released('f')
    edited = unlike(case.data['size'])
    filer.rewrite(filer.wait_for(folder.contents[path]), edited)
    if case.data['implicit']:
        children(read, path).wait(cache.patience.limit(60))
    else:
        cache.ask('restore', path)
    cache.wait_state(path, CLEAN)
    assert os.stat(path).st_size == len(edited)
    assert read(path) == edited


@row('M8-mtime', 'a restore after an edit on the filer', 'the cache file keeps its old mtime')
def test_mtime_stays(cache, folder, filer):
    path = folder.released('f')
    before = os.stat(path).st_mtime
    there = filer.wait_for(folder.contents[path])
    filer.rewrite(there, unlike(5000))
    os.utime(there, (2000000000, 2000000000))
    cache.ask('restore', path)
    cache.wait_state(path, CLEAN)
    assert (os.stat(path).st_mtime, os.stat(path).st_size) == (before, 5000)


@pytest.fixture
def gone(folder, filer):
    """A released file whose copy is no longer on the filer."""
    path = folder.released('f')
    os.unlink(filer.wait_for(folder.contents[path]))
    return path


@row('H88-restore', "restore of a file whose copy is gone", 'rc 0, then NOOP and 0xd')
def test_copy_is_gone(cache, gone):
    cache.ask('restore', gone)
    assert cache.quiet(gone) == RELEASED


def truncate(path):
    os.truncate(path, 3)


def overwrite(path):
    os.close(os.open(path, os.O_WRONLY | os.O_TRUNC))


@rows(case('H88-read', 'read of a file whose copy is gone', 'ENODATA', act=read),
      case('H88-truncate', 'truncate of a file whose copy is gone', 'an error', act=truncate),
      case('H88-overwrite', '`>` of a file whose copy is gone', 'an error', act=overwrite))
def test_use_of_a_file_without_copy(case, cache, children, gone):
    for _again in range(2):
        outcome = children(case.data['act'], gone).wait(cache.patience.limit(60))
        assert outcome.errno is not None
        if case.data['act'] is read:
            assert outcome.errno == ENODATA
    assert cache.quiet(gone) == RELEASED


@row('H88-rm', 'rm of a file whose copy is gone', 'works')
def test_unlink_without_copy(cache, children, gone):
    assert children(os.unlink, gone).wait(cache.patience.limit(10)).errno is None


@row('M7-comes-back', 'hsm_set --dirty and archive of a clean file whose copy is gone',
     'the copy is on the filer again, 0x9')
def test_resend(cache, folder, filer):
    path = folder.clean('f')
    os.unlink(filer.wait_for(folder.contents[path]))
    assert cache.lfs('hsm_set', '--dirty', path) == (0, b'', b'')
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)
    assert filer.wait_for(folder.contents[path])


@row('M7-overwrites', 'the same, with an edit on the filer meanwhile',
     'the edit is overwritten without a word, 0x9')
def test_resend_overwrites(cache, folder, filer):
    path = folder.clean('f')
    edited = unlike(4000)
    there = filer.wait_for(folder.contents[path])
    filer.rewrite(there, edited)
    assert cache.lfs('hsm_set', '--dirty', path) == (0, b'', b'')
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)
    assert filer.find(edited) is None and filer.wait_for(folder.contents[path])


@pytest.fixture
def full_osts(cache, control):
    """Fills every OST of the cache."""
    def fill():
        lines = cache.lfs('df', cache.mount).out.split(b'\n')
        for number in range(sum(b'[OST:' in line for line in lines)):
            control('ost-full', str(number), 'on')
    return fill


@row('H88-no-space', 'restore of a large file when every OST is full', 'rc 0, then NOOP and 0xd')
def test_restore_without_space(cache, folder, full_osts):
    path = folder.released('f', content=unlike(20 << 20))
    full_osts()
    cache.ask('restore', path)
    assert cache.quiet(path, 120) == RELEASED


@row('H89-create', 'an empty file is made when every OST is full', 'ENOSPC')
def test_create_without_space(cache, folder, children, full_osts):
    full_osts()

    def create(path):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT))

    assert children(create, folder('f')).wait(cache.patience.limit(60)).errno == ENOSPC
