# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H51 - H53 and M6: immutable files, flags set by hand, removal."""

import os
import time

import pytest
from kit.cache import ARTIST, CLEAN, DIRTY, RELEASED, cannot_send
from kit.case import case, row, rows
from kit.folder import APPEND_ONLY, IMMUTABLE

FLAGS = {'immutable': IMMUTABLE, 'append-only': APPEND_ONLY}


@pytest.fixture
def flagged(folder):
    def flag(path, word):
        try:
            folder.immutable(path, FLAGS[word])
        except OSError as error:
            pytest.skip('no file can be made %s here: %s' % (word, error))
        return path
    return flag


# An append-only file is EPERM: measured on 2.17.57, where H51 says EACCES of both.
@rows(case('H51-immutable-release', 'hsm_release of a clean immutable file', 'EACCES, rc 13',
           word='immutable', rc=13, text=b'Permission denied'),
      case('H51-append-only-release', 'hsm_release of a clean append-only file', 'EPERM, rc 1',
           word='append-only', rc=1, text=b'Operation not permitted'))
def test_release_of_an_immutable_file(case, cache, folder, flagged):
    path = flagged(folder.clean('f'), case.data['word'])
    answer = cache.lfs('hsm_release', path)
    assert answer == (case.data['rc'], b'', cannot_send(path, case.data['text']))
    assert cache.state(path) == CLEAN


@rows(*[case('H51-%s-archive' % word, 'hsm_archive of a new %s file' % word,
             'rc 0, waiting as long as the flag is set, then done', word=word) for word in FLAGS])
def test_archive_of_an_immutable_file(case, cache, folder, flagged):
    path = flagged(folder.new('f'), case.data['word'])
    cache.ask('archive', path)
    still_waits(cache, path)
    folder.mutable(path)
    cache.wait_state(path, CLEAN)


def still_waits(cache, path):
    """It does not move while we watch."""
    end = time.time() + cache.patience.hold(3)
    while time.time() < end:
        assert cache.action(path).startswith(b'ARCHIVE waiting')
        time.sleep(0.3)


@row('H51-restore', 'hsm_restore of an immutable file that is not released', 'rc 0, no action')
def test_restore_of_an_immutable_file(cache, folder, flagged):
    path = flagged(folder.clean('f'), 'immutable')
    cache.ask('restore', path)
    assert (cache.action(path), cache.state(path)) == (b'NOOP', CLEAN)


@row('H27-immutable-hogs', 'as many immutable files as there are copies at once are asked for',
     'nothing else is archived until the flags are gone')
def test_undeliverable_requests_stop_the_queue(cache, folder, flagged):
    if cache.unfit:
        pytest.skip(cache.unfit)
    at_once = int(os.environ.get('CONFORMANCE_MAX_REQUESTS', '3'))
    stuck = [flagged(folder.new('stuck%d' % number), 'immutable') for number in range(at_once)]
    cache.ask('archive', *stuck)
    other = folder.new('other')
    cache.ask('archive', other)
    still_waits(cache, other)
    for path in stuck:
        folder.mutable(path)
    for path in stuck + [other]:
        cache.wait_state(path, CLEAN)


@rows(*[case('H52-%s-new' % option.strip('-'), 'hsm_set %s of a file never archived' % option,
             'EINVAL, rc 22', option=option) for option in ('--lost', '--dirty')])
def test_set_of_a_new_file(case, cache, folder):
    path = folder.new('f')
    answer = cache.lfs('hsm_set', case.data['option'], path)
    assert answer == (22, b'', cache.texts.set_failed('hsm_set', path, b'Invalid argument'))


@rows(case('H52-id-alone', 'hsm_set --archive-id 2', 'usage, rc 4', options=('--archive-id', '2')),
      case('H52-no-flag', 'hsm_set without a flag', 'usage, rc 4', options=()))
def test_set_needs_a_flag(case, cache, folder):
    answer = cache.lfs('hsm_set', *(case.data['options'] + (folder.new('f'),)))
    assert answer.rc == 4 and b'usage' in answer.out.lower()


@row('H52-missing', 'hsm_set of a missing path', 'rc 2')
def test_set_of_a_missing_path(cache, folder):
    missing = folder('missing')
    answer = cache.lfs('hsm_set', '--norelease', missing)
    assert answer == (2, b'', cache.texts.set_failed('hsm_set', missing,
                                                     b'No such file or directory'))


@row('H52-clear', 'hsm_set --norelease, hsm_clear --norelease', 'the bit comes and goes')
def test_clear(cache, folder):
    path = folder.new('f')
    assert cache.lfs('hsm_set', '--norelease', path) == (0, b'', b'')
    assert cache.state(path) == 0x10
    assert cache.lfs('hsm_clear', '--norelease', path) == (0, b'', b'')
    assert cache.state(path) == 0


@rows(case('H52-chmod', 'chmod of a clean file', '0x9', act=lambda path: os.chmod(path, 0o600)),
      case('H52-chown', 'chown of a clean file', '0x9', act=lambda path: os.chown(path, 1, 1)),
      case('H52-utime', 'touch of a clean file', '0x9', act=lambda path: os.utime(path, None)),
      case('H52-open-write', 'open for writing and close', '0x9',
           act=lambda path: os.close(os.open(path, os.O_WRONLY))),
      case('H52-rename', 'rename of a clean file', '0x9', act=lambda path: os.rename(path, path)))
def test_not_dirty(case, cache, folder):
    path = folder.clean('f')
    case.data['act'](path)
    assert cache.state(path) == CLEAN
    cache.ask('archive', path)
    assert (cache.action(path), cache.state(path)) == (b'NOOP', CLEAN)


@row('H53-remove-new', 'hsm_remove of a new file', 'rc 0, nothing')
def test_remove_new(cache, folder):
    path = folder.new('f')
    cache.ask('remove', path)
    assert cache.quiet(path) == 0


@row('H53-remove-clean', 'hsm_remove of a clean file', "the filer's copy goes, 0x0 with its id")
def test_remove_clean(cache, folder, filer):
    path = folder.clean('f')
    filer.wait_for(folder.contents[path])
    cache.ask('remove', path)
    cache.wait_state(path, 0)
    assert cache.line(path) == b'(0x00000000), archive_id:1'
    assert filer.find(folder.contents[path]) is None


@row('H53-remove-released', 'hsm_remove of a released file', 'EPERM')
def test_remove_released(cache, folder):
    path = folder.released('f')
    cache.refused('remove', path)
    assert cache.state(path) == RELEASED


@row('H53-unlink', 'a clean file is deleted in the cache', "the filer's copy stays")
def test_unlink_leaves_the_copy(cache, folder, filer):
    path = folder.clean('f')
    there = filer.wait_for(folder.contents[path])
    os.unlink(path)
    assert os.path.exists(there)


@row('H53-replace', 'a new file is moved over a released one', 'it is a new file, 0x0')
def test_replace(cache, folder):
    old = folder.released('old')
    os.rename(folder.new('new'), old)
    assert cache.state(old) == 0


@row('M6-dirty', 'hsm_set --dirty by the owner, not root', 'rc 0, 0xb')
def test_owner_sets_dirty(cache, folder):
    path = folder.clean('f')
    os.chown(path, ARTIST, ARTIST)
    assert cache.lfs('hsm_set', '--dirty', path, user=ARTIST) == (0, b'', b'')
    assert cache.state(path) == DIRTY


@rows(*[case('M6-' + option.strip('-'), 'hsm_set %s by the owner' % option, 'EPERM, rc 1',
             option=option) for option in ('--archived', '--exists')])
def test_owner_sets_more(case, cache, folder):
    path = folder.new('f')
    os.chown(path, ARTIST, ARTIST)
    answer = cache.lfs('hsm_set', case.data['option'], path, user=ARTIST)
    assert answer == (1, b'', cache.texts.set_failed('hsm_set', path, b'Operation not permitted'))


@row('M6-immutable', 'hsm_set of an immutable file', 'EACCES, rc 13')
def test_set_of_an_immutable_file(cache, folder, flagged):
    path = flagged(folder.clean('f'), 'immutable')
    answer = cache.lfs('hsm_set', '--dirty', path)
    assert answer == (13, b'', cache.texts.set_failed('hsm_set', path, b'Permission denied'))


@row('M6-directory', 'hsm_set of a folder', 'EISDIR, rc 21')
def test_set_of_a_folder(cache, folder):
    answer = cache.lfs('hsm_set', '--norelease', folder.path)
    assert answer == (21, b'', cache.texts.set_failed('hsm_set', folder.path, b'Is a directory'))
