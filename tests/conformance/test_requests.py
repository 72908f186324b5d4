# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H30 - H33, H36: what a request may hold, and what stops it before or at the server."""

import os
import subprocess

import pytest
from kit.cache import ARTIST, CLEAN, DIRTY, RELEASED, cannot_send
from kit.case import case, row, rows
from kit.lfs import run

VERBS = ('archive', 'restore', 'release')
LIMIT = 52
TOO_LONG = b'Argument list too long'


@rows(*[case('H30-%s-%d' % (verb, count), '%d files in one hsm_%s' % (count, verb),
             'taken' if count == LIMIT else 'E2BIG, rc 7, blamed on the first, nothing sent',
             verb=verb, count=count)
        for verb in VERBS for count in (LIMIT, LIMIT + 1)])
def test_limit(case, cache, folder):
    verb, count = case.data['verb'], case.data['count']
    names = ['f%02d' % number for number in range(count)]
    if verb == 'archive':
        paths, before, after = [folder.new(name, b'x') for name in names], 0, CLEAN
    elif verb == 'restore':
        paths, before, after = folder.released(*names), RELEASED, CLEAN
    else:
        paths, before, after = folder.clean(*names), CLEAN, RELEASED
    answer = cache.lfs('hsm_' + verb, *paths)
    if count > LIMIT:
        assert answer == (7, b'', cannot_send(paths[0], TOO_LONG))
        assert set(cache.states(paths)) == {before}
        assert {cache.action(path) for path in paths} == {b'NOOP'}
    else:
        assert answer == (0, b'', b'')
        assert {cache.quiet(path) for path in paths} == {after}


@row('H30-filelist', '53 files by --filelist', 'the same refusal')
def test_limit_of_a_list(cache, folder):
    paths = [folder.new('f%02d' % number, b'x') for number in range(LIMIT + 1)]
    listed = folder.new('list', b'\n'.join(paths))
    answer = cache.lfs('hsm_archive', '--filelist', listed)
    assert answer == (7, b'', cannot_send(paths[0], TOO_LONG))
    assert set(cache.states(paths)) == {0}


def regular(folder, _cache):
    return folder('missing'), 2, b'Cannot stat %s: No such file or directory\n'


def not_regular(make):
    def build(folder, _cache):
        make(folder('x'))
        return folder('x'), 4, b'error: "%s" is not a regular file\n'
    return build


def character_device(path):
    os.mknod(path, 0o020600, os.makedev(1, 3))


def link_to_the_first(path):
    os.symlink('one', path)


def mount_root(folder, cache):
    return cache.mount, 4, b'error: "%s" is not a regular file\n'


def elsewhere(folder, _cache):
    return b'/etc/hosts', 22, b'All files should be on the same filesystem: %s\n'


def below_a_file(folder, _cache):
    return folder.new('file') + b'/x', 20, b'Cannot stat %s: Not a directory\n'


def empty(folder, _cache):
    return b'', 2, b'Cannot stat %s: No such file or directory\n'


SECOND_PATH = (
    ('missing', regular), ('directory', not_regular(os.mkdir)), ('fifo', not_regular(os.mkfifo)),
    ('chardev', not_regular(character_device)), ('link', not_regular(link_to_the_first)),
    ('broken-link', not_regular(lambda path: os.symlink('nowhere', path))),
    ('mount-root', mount_root), ('elsewhere', elsewhere), ('below-a-file', below_a_file),
    ('empty', empty),
)


@rows(*[case('H31-%s%s' % (word, '' if verb == 'archive' else '-' + verb),
             'hsm_%s of a good file and %s' % (verb, word), 'an error, and nothing is sent',
             verb=verb, build=build)
        for verb in VERBS for word, build in SECOND_PATH])
def test_aborts_before_it_sends(case, cache, folder):
    verb = case.data['verb']
    one = {'archive': folder.new, 'restore': folder.released, 'release': folder.clean}[verb]('one')
    before = cache.state(one)
    bad, rc, text = case.data['build'](folder, cache)
    answer = cache.lfs('hsm_' + verb, one, bad)
    assert (answer.rc, answer.err) == (rc, text % bad)
    assert (b'usage' in answer.out.lower()) == (rc == 4)
    assert (cache.action(one), cache.state(one)) == (b'NOOP', before)


@rows(*[case('H31-not-lustre' + ('' if verb == 'archive' else '-' + verb),
             'hsm_%s of a file that is not on Lustre' % verb, 'Cannot read FID, rc 61', verb=verb)
        for verb in VERBS])
def test_not_lustre(case, cache):
    answer = cache.lfs('hsm_' + case.data['verb'], '/etc/hosts')
    assert answer == (61, b'', b'Cannot read FID of /etc/hosts: No data available\n')


@rows(*[case('H31-no-search-' + verb, 'hsm_%s by a user below a closed folder' % verb,
             'Cannot stat, Permission denied, rc 13', verb=verb) for verb in VERBS])
def test_no_search_right(case, cache, folder):
    os.mkdir(folder('closed'), 0o700)
    path = folder.new('closed/f')
    answer = cache.lfs('hsm_' + case.data['verb'], path, user=ARTIST)
    assert answer == (13, b'', b'Cannot stat ' + path + b': Permission denied\n')


@row('H31-tmpfs-inside', 'a tmpfs is mounted in a folder of the cache',
     'All files should be on the same filesystem, rc 22')
def test_tmpfs_inside(cache, folder):
    one = folder.new('one')
    os.mkdir(folder('tmp'))
    if run(('mount', '-t', 'tmpfs', 'none', folder('tmp')), 20).rc:
        pytest.skip('this host may not mount a tmpfs')
    try:
        inside = folder.new('tmp/f')
        answer = cache.lfs('hsm_archive', one, inside)
        assert answer == (22, b'', b'All files should be on the same filesystem: ' + inside + b'\n')
    finally:
        subprocess.check_call(['umount', folder('tmp')])


@rows(*[case('H31-no-argument-' + verb, 'hsm_%s without a path' % verb, 'usage, rc 4', verb=verb)
        for verb in VERBS])
def test_no_argument(case, cache):
    answer = cache.lfs('hsm_' + case.data['verb'])
    assert answer.rc == 4 and b'usage' in answer.out.lower()


@rows(*[case('H31-unknown-option-' + verb, 'hsm_%s --bogus FILE' % verb,
             'usage, rc 4, nothing sent', verb=verb) for verb in VERBS])
def test_unknown_option(case, cache, folder):
    path = folder.new('f')
    answer = cache.lfs('hsm_' + case.data['verb'], '--bogus', path)
    assert answer.rc == 4 and b"unrecognized option '--bogus'" in answer.err
    assert cache.action(path) == b'NOOP'


@row('H32-blames-first', 'release of clean, new', 'EPERM is reported against the clean one')
def test_blames_the_first(cache, folder):
    cache.refused('release', folder.clean('good'), folder.new('culprit'))


@row('H33-archive', 'archive of x1, never_archive, x2', 'x1 is archived, x2 is not')
def test_archive_is_not_atomic(cache, folder):
    paths = [folder.new(name) for name in ('x1', 'never', 'x2')]
    cache.lfs('hsm_set', '--noarchive', paths[1])
    cache.refused('archive', *paths)
    cache.wait_state(paths[0], CLEAN)
    assert cache.states(paths[1:]) == [0x20, 0]


@row('H33-release', 'release of clean, new, clean', 'the first is released, the third is not')
def test_release_is_not_atomic(cache, folder):
    y1, y3 = folder.clean('y1', 'y3')
    y2 = folder.new('y2')
    cache.refused('release', y1, y2, y3)
    assert cache.states((y1, y2, y3)) == [RELEASED, 0, CLEAN]


@row('H33-restore', 'restore of released, clean, dirty, released',
     'the first is restored, the last is not')
def test_restore_is_not_atomic(cache, folder):
    z1, z4 = folder.released('z1', 'z4')
    z2, z3 = folder.clean('z2'), folder.dirty('z3')
    cache.refused('restore', z1, z2, z3, z4)
    cache.wait_state(z1, CLEAN)
    assert cache.states((z1, z2, z3, z4)) == [CLEAN, CLEAN, DIRTY, RELEASED]


@rows(*[case('H36-%s' % verb, 'hsm_%s --archive 1' % verb, 'only of archive and remove, rc 4',
             verb=verb) for verb in ('restore', 'release')])
def test_archive_id_of_other_verbs(case, cache, folder):
    answer = cache.lfs('hsm_' + case.data['verb'], '--archive', '1', folder.new('f'))
    assert answer.rc == 4 and b'usage' in answer.out.lower()
    assert answer.err == b'error: -a is supported only when archiving or removing\n'


@rows(*[case('H36-archive-%s' % number, 'hsm_archive --archive %s' % number,
             'the file is archived as id 1', number=number) for number in ('1', '0', 'x')])
def test_archive_id(case, cache, folder):
    path = folder.new('f')
    assert cache.lfs('hsm_archive', '--archive', case.data['number'], path) == (0, b'', b'')
    cache.wait_state(path, CLEAN)
    assert cache.line(path).endswith(b', archive_id:1')
