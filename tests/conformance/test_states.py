# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H1, H2, H4, H8 - H10: the state line and what it means."""

import os
import re

import pytest
from kit.cache import ARTIST, CLEAN, DIRTY, RELEASED
from kit.case import case, row, rows
from kit.child import Child

BY_HAND = (
    ((), b'(0x00000000)'),
    (('--exists',), b'(0x00000001) exists'),
    (('--norelease',), b'(0x00000010) never_release'),
    (('--noarchive',), b'(0x00000020) never_archive'),
    (('--noarchive', '--norelease'), b'(0x00000030) never_release never_archive'),
    (('--exists', '--noarchive'), b'(0x00000021) exists never_archive'),
    (('--exists', '--norelease'), b'(0x00000011) exists never_release'),
)
ON_CLEAN = (
    (('--dirty',), b'(0x0000000b) exists dirty archived'),
    (('--norelease',), b'(0x00000019) exists archived never_release'),
    (('--noarchive',), b'(0x00000029) exists archived never_archive'),
    (('--lost',), b'(0x00000049) exists archived lost_from_hsm'),
    (('--dirty', '--lost'), b'(0x0000004b) exists dirty archived lost_from_hsm'),
    (('--lost', '--noarchive', '--norelease', '--dirty'),
     b'(0x0000007b) exists dirty archived never_release never_archive lost_from_hsm'),
)


def state_cases(table, base):
    return [case('H1-%s%s' % (base, '-'.join(option.strip('-') for option in options) or 'none'),
                 'a %s file with hsm_set %s' % (base.strip('-'), ' '.join(options) or 'nothing'),
                 line.decode(), options=options, line=line)
            for options, line in table]


@rows(*state_cases(BY_HAND, 'new-'))
def test_words_of_a_new_file(case, cache, folder):
    path = folder.new('f')
    if case.data['options']:
        assert cache.lfs('hsm_set', *(case.data['options'] + (path,))) == (0, b'', b'')
    assert cache.line(path) == case.data['line']


@rows(*state_cases(ON_CLEAN, 'clean-'))
def test_words_of_an_archived_file(case, cache, folder):
    path = folder.clean('f')
    assert cache.lfs('hsm_set', *(case.data['options'] + (path,))) == (0, b'', b'')
    assert re.match(re.escape(case.data['line']) + br', archive_id:\d+$', cache.line(path))


@row('H1-released', 'an archived file is released', 'released exists archived, in this order')
def test_words_of_a_released_file(cache, folder):
    line = cache.line(folder.released('f'))
    assert re.match(br'\(0x0000000d\) released exists archived, archive_id:\d+$', line)


@row('H2-number-and-words', 'many files in many states', 'the hex number says what the words say')
def test_number_and_words(cache, folder):
    words = (b'released', b'exists', b'dirty', b'archived', b'never_release', b'never_archive',
             b'lost_from_hsm')
    bits = (0x4, 0x1, 0x2, 0x8, 0x10, 0x20, 0x40)
    paths = [folder.new('new'), folder.released('gone'), folder.dirty('dirty')]
    cache.lfs('hsm_set', '--norelease', '--noarchive', paths[2])
    for path in paths:
        said = cache.line(path).split(b', ')[0].split()[1:]
        assert said == [word for word in words if word in said]
        assert sum(bit for bit, word in zip(bits, words) if word in said) == cache.state(path)


@row('H4-life', 'write, archive, write, archive, release, restore', '0x0 0x9 0xb 0x9 0xd 0x9')
def test_life(cache, folder):
    path = folder.new('f')
    seen = [cache.state(path)]
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)
    folder.append(path)
    seen.append(cache.state(path))
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)
    cache.ask('release', path)
    seen.append(cache.state(path))
    cache.ask('restore', path)
    cache.wait_state(path, CLEAN)
    assert seen == [0, DIRTY, RELEASED]
    with open(path, 'rb') as stream:
        assert stream.read() == folder.contents[path]


@row('H4-exists-dirty', 'a file with 0x1 is written', '0x3 exists dirty')
def test_first_dirty(cache, folder):
    assert cache.line(folder.first_dirty('f')).startswith(b'(0x00000003) exists dirty')


@row('H8-many', '2000 paths in one call', 'all are printed, in order')
def test_no_limit(cache, folder):
    path = folder.new('f')
    paths = [path] * 1000 + [os.path.join(folder.path, b'.', b'f')] * 1000
    answer = cache.lfs('hsm_state', *paths)
    assert answer.rc == 0 and not answer.err
    assert answer.out == b''.join(each + b': (0x00000000)\n' for each in paths)


@rows(case('H9-stat-archive', 'stat around an archive', 'inode and times unchanged',
           verb='archive'),
      case('H9-stat-release', 'stat around a release', 'size, inode and times unchanged, 1 block',
           verb='release'),
      case('H9-stat-restore', 'stat around a restore', 'size, inode and times unchanged',
           verb='restore'))
def test_stat(case, cache, folder):
    verb = case.data['verb']
    make = {'archive': folder.new, 'release': folder.clean, 'restore': folder.released}[verb]
    path = make('f')
    os.utime(path, (1400000000, 1500000000))

    def look():
        status = os.stat(path)
        return status.st_ino, status.st_size, status.st_mtime, status.st_mode, status.st_ctime

    before = look()
    cache.ask(verb, path)
    cache.quiet(path)
    assert look() == before
    if verb == 'release':
        assert os.stat(path).st_blocks == 1


@row('H9-empty', 'stat of an empty released file', '0 blocks')
def test_stat_of_an_empty_file(cache, folder):
    path = folder.released('f', content=b'')
    assert (os.stat(path).st_size, os.stat(path).st_blocks) == (0, 0)


@row('H10-root', 'root reads trusted.hsm', 'it is there')
def test_xattr_of_root(cache, folder):
    assert os.getxattr(folder.clean('f'), 'trusted.hsm')


@row('H10-user', 'another user reads trusted.hsm', 'ENODATA')
def test_xattr_of_a_user(cache, folder):
    path = folder.clean('f')
    child = Child(os.getxattr, path, 'trusted.hsm', user=ARTIST)
    assert child.wait(cache.patience.limit(10)).errno == 61


@pytest.fixture
def two(folder):
    return folder.new('one'), folder.new('two')


@row('H1-order', 'three paths, one of them twice', 'lines in the order of the arguments')
def test_order(cache, two):
    one, two = two
    answer = cache.lfs('hsm_state', two, one, two)
    assert answer.out == b''.join(path + b': (0x00000000)\n' for path in (two, one, two))
