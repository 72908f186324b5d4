# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H34, H35, H38: how files are named in a request."""

import os
import re

import pytest
from kit.cache import CLEAN, RELEASED, cannot_send
from kit.case import case, row, rows
from kit.lfs import run

MISSING = b': No such file or directory\n'

# contents of the list ({D} is the folder), rc, stderr, which of a, `b c`, d are released
LISTS = (
    ('newlines', b'{D}/a\n{D}/b c\n', 0, b'', 'ab'),
    ('no-last-newline', b'{D}/a\n{D}/b c', 0, b'', 'ab'),
    ('one-empty-line', b'\n', 2, b'Cannot stat ' + MISSING, ''),
    ('empty-line-inside', b'{D}/a\n\n{D}/d\n', 2, b'Cannot stat ' + MISSING, ''),
    ('cr', b'{D}/a\r\n', 2, b'Cannot stat {D}/a\r' + MISSING, ''),
    ('comment', b'# no\n{D}/a\n', 2, b'Cannot stat # no' + MISSING, ''),
    ('quotes', b'"{D}/a"\n', 2, b'Cannot stat "{D}/a"' + MISSING, ''),
    ('nul', b'{D}/a\0{D}/d\0', 0, b'', 'a'),
    ('relative', b'a\nd\n', 0, b'', 'ad'),
    ('missing-first', b'{D}/missing\n{D}/a\n', 2, b'Cannot stat {D}/missing' + MISSING, ''),
    ('empty', b'', 19, b"Could not find path '(null)': Invalid argument\n"
     + cannot_send(b'(null)', b'No such device'), ''),
)


@rows(*[case('H34-' + word, 'hsm_release --filelist of %r' % text,
             'rc %d; released: %s' % (rc, released or 'none'), text=text, rc=rc, err=err,
             released=released) for word, text, rc, err, released in LISTS])
def test_list(case, cache, folder):
    paths = folder.clean('a', 'b c', 'd')
    listed = folder.new('list', case.data['text'].replace(b'{D}', folder.path))
    answer = cache.lfs('hsm_release', '--filelist', listed, cwd=folder.path)
    assert answer == (case.data['rc'], b'', case.data['err'].replace(b'{D}', folder.path))
    assert cache.states(paths) == [RELEASED if letter in case.data['released'] else CLEAN
                                   for letter in 'abd']


@row('H34-list-and-path', 'a list and a path beside it', 'both are sent')
def test_list_and_path(cache, folder):
    one, two = folder.clean('one', 'two')
    listed = folder.new('list', one + b'\n')
    assert cache.lfs('hsm_release', '--filelist', listed, two) == (0, b'', b'')
    assert cache.states((one, two)) == [RELEASED, RELEASED]


@rows(case('H34-stdin', '--filelist -', 'is not stdin: rc 2', name='-'),
      case('H34-no-list', 'a list that is not there', 'rc 2', name='/no-such-list'))
def test_no_list(case, cache, folder):
    name = case.data['name']
    answer = cache.lfs('hsm_archive', '--filelist', name, cwd=folder.path)
    assert answer == (2, b'', b'Cannot read the file list ' + name.encode() + MISSING)


@row('H34-no-null', 'hsm_archive -0', 'there is no such option: rc 4')
def test_no_null(cache, folder):
    answer = cache.lfs('hsm_archive', '-0', folder.new('f'))
    assert answer.rc == 4 and b"unrecognized option '-0'" in answer.err


def fid(cache, path):
    answer = cache.lfs('path2fid', path)
    assert answer.rc == 0 and re.match(br'\[0x[0-9a-f]+:0x[0-9a-f]+:0x[0-9a-f]+\]\n$', answer.out)
    return answer.out.strip()


@row('H35-path2fid', 'path2fid of one and of two', '`[fid]`, and `name: [fid]` a line')
def test_path2fid(cache, folder):
    one, two = folder.new('one'), folder.new('two')
    answer = cache.lfs('path2fid', one, two)
    assert answer == (0, b''.join(path + b': ' + fid(cache, path) + b'\n'
                                  for path in (one, two)), b'')


@rows(case('H35-brackets', '--mntpath MNT [FID] [FID]', 'both are released', strip=b''),
      case('H35-no-brackets', '--mntpath MNT FID FID', 'both are released', strip=b'[]'))
def test_by_fid(case, cache, folder):
    paths = folder.clean('one', 'two')
    fids = [fid(cache, path).strip(case.data['strip']) for path in paths]
    assert cache.lfs('hsm_release', '--mntpath', cache.mount, *fids) == (0, b'', b'')
    assert cache.states(paths) == [RELEASED, RELEASED]


@row('H35-gone', 'the FID of a deleted file', 'ENOENT, rc 2')
def test_unknown_fid(cache, folder):
    path = folder.new('f')
    number = fid(cache, path)
    os.unlink(path)
    answer = cache.lfs('hsm_archive', '--mntpath', cache.mount, number)
    assert (answer.rc, answer.out) == (2, b'') and answer.err.endswith(MISSING)


@row('H35-not-a-fid', 'a name instead of a FID', 'rc 22')
def test_not_a_fid(cache, folder):
    path = folder.new('f')
    answer = cache.lfs('hsm_archive', '--mntpath', cache.mount, path)
    assert answer.rc == 22 and b"hsm: '" + path + b"' is not a valid FID" in answer.err


@rows(case('H38-relative', 'a relative path', 'works', name='f'),
      case('H38-dot-dot', 'a path with ..', 'works', name='sub/../f'),
      case('H38-linked-folder', 'a path through a linked folder', 'works', name='here/f'),
      case('H38-doubled-slash', 'a path with //', 'works', name='sub//..//f'))
def test_spelling(case, cache, folder):
    path = folder.clean('f')
    os.mkdir(folder('sub'))
    os.symlink('.', folder('here'))
    assert cache.lfs('hsm_release', case.data['name'], cwd=folder.path) == (0, b'', b'')
    assert cache.state(path) == RELEASED


@row('H38-second-mount', 'one path by this mount, one by another of the same cache',
     'both are released')
def test_second_mount(cache, folder, second):
    one, two = folder.clean('one', 'two')
    there = second + two[len(cache.mount.rstrip(b'/')):]
    assert cache.lfs('hsm_release', one, there) == (0, b'', b'')
    assert cache.states((one, two)) == [RELEASED, RELEASED]
    assert cache.state(there) == RELEASED


@pytest.fixture
def bound(folder, tmp_path):
    """Binds things of the mount elsewhere; unbinds them at the end."""
    made = []

    def bind(source, *options):
        target = os.fsencode(str(tmp_path / ('bound%d' % len(made))))
        (os.mkdir if os.path.isdir(source) else lambda path: open(path, 'w').close())(target)
        if run(('mount', '--bind', source, target), 20).rc:
            pytest.skip('this host may not bind mounts')
        made.append(target)
        if options and run(('mount', '-o', ','.join(options), target), 20).rc:
            pytest.skip('this host may not remount')
        return target

    yield bind
    for target in reversed(made):
        run(('umount', target), 20)


@rows(case('H38-bind', 'a path by a bind mount', 'all verbs work', options=()),
      case('H38-bind-ro', 'a path by a read-only bind mount', 'all verbs work',
           options=('remount', 'bind', 'ro')))
def test_bind_mount(case, cache, folder, bound):
    folder.clean('f')
    path = os.path.join(bound(folder.path, *case.data['options']), b'f')
    assert (cache.state(path), cache.action(path)) == (CLEAN, b'NOOP')
    cache.ask('release', path)
    assert cache.state(path) == RELEASED
    cache.ask('restore', path)
    cache.wait_state(path, CLEAN)


@row('H38-bind-file', 'a bind mount of a single file', 'state works, a request is ENOTDIR rc 20')
def test_bound_file(cache, folder, bound):
    path = bound(folder.clean('f'))
    assert cache.state(path) == CLEAN
    answer = cache.lfs('hsm_release', path)
    assert answer.rc == 20 and answer.err.endswith(b'Not a directory\n')


def read_only(mount):
    return bool(os.statvfs(mount).f_flag & os.ST_RDONLY)


@pytest.fixture
def second_ro(control):
    """A read-only client: CONTROL gives one, or its second mount can be remounted."""
    mount = os.fsencode(control('second-mount', 'ro'))
    if read_only(mount):
        yield mount
        return
    if run(('mount', '-o', 'remount,ro', mount), 30).rc or not read_only(mount):
        pytest.skip('CONTROL second-mount ro gives no read-only mount, and remount does not either')
    yield mount
    assert run(('mount', '-o', 'remount,rw', mount), 30).rc == 0


@rows(*[case('H38-ro-mount-%s' % verb, 'hsm_%s on a client mounted read-only' % verb,
             'works' if verb == 'restore' else 'Read-only file system, rc 30', verb=verb)
        for verb in ('archive', 'release', 'restore')])
def test_read_only_client(case, cache, folder, second_ro):
    verb = case.data['verb']
    make = {'archive': folder.dirty, 'release': folder.clean, 'restore': folder.released}[verb]
    path = make('f')
    there = second_ro + path[len(cache.mount.rstrip(b'/')):]
    assert cache.state(there) == cache.state(path)
    answer = cache.lfs('hsm_' + verb, there)
    if verb == 'restore':
        assert answer == (0, b'', b'')
        cache.wait_state(path, CLEAN)
    else:
        assert answer == (30, b'', cannot_send(there, b'Read-only file system'))
