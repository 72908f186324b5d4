# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H60 - H62: what a user who is not root may do."""

import os

from kit.cache import ARTIST, CLEAN, DIRTY, RELEASED, cannot_send
from kit.case import case, row, rows

OWN, OTHER = ARTIST, 0
OK, EPERM, EACCES = 0, 1, 13
TEXT = {EPERM: b'Operation not permitted', EACCES: b'Permission denied'}

# whose, mode, then rc of: hsm_state and hsm_action, hsm_archive, hsm_release, hsm_restore
FILES = (
    ('own-644', OWN, 0o644, OK, EPERM, OK, OK),
    ('own-444', OWN, 0o444, OK, EPERM, EACCES, OK),
    ('own-000', OWN, 0o000, EACCES, EPERM, EACCES, OK),
    ('own-200', OWN, 0o200, EACCES, EPERM, OK, OK),
    ('other-644', OTHER, 0o644, OK, EPERM, EACCES, OK),
    ('other-666', OTHER, 0o666, OK, EPERM, OK, OK),
    ('other-600', OTHER, 0o600, EACCES, EPERM, EACCES, OK),
    ('other-000', OTHER, 0o000, EACCES, EPERM, EACCES, OK),
)


def cases(number, verb, column):
    for each in FILES:
        rc = each[column]
        yield case('%s-%s-%s' % (number, verb, each[0]), '%s by uid 1000 of %s' % (verb, each[0]),
                   'rc %d' % rc, verb=verb, owner=each[1], mode=each[2], rc=rc)


def belonging(path, case):
    os.chown(path, case.data['owner'], case.data['owner'])
    os.chmod(path, case.data['mode'])
    return path


def closed_to(case, cache):
    """An older lfs has to read the file itself before it can ask for anything."""
    readable = case.data['mode'] & (0o400 if case.data['owner'] == OWN else 0o004)
    return cache.texts.opens and not readable


@rows(*(list(cases('H61', 'state', 3)) + list(cases('H61', 'action', 3))))
def test_reading_the_state(case, cache, folder):
    path, verb = belonging(folder.new('f'), case), 'hsm_' + case.data['verb']
    answer = cache.lfs(verb, path, user=ARTIST)
    if case.data['rc']:
        assert answer == (EACCES, b'', cache.texts.failed(verb, path, TEXT[EACCES]))
    else:
        assert (answer.rc, answer.err) == (0, b'') and answer.out.startswith(path + b': ')


@rows(*(list(cases('H60', 'archive', 4)) + list(cases('H60', 'release', 5))
        + list(cases('H60', 'restore', 6))))
def test_requests(case, cache, folder):
    verb, rc = case.data['verb'], case.data['rc']
    make = {'archive': folder.dirty, 'release': folder.clean, 'restore': folder.released}[verb]
    path = belonging(make('f'), case)
    before = cache.state(path)
    answer = cache.lfs('hsm_' + verb, path, user=ARTIST)
    if closed_to(case, cache):
        assert answer == (EACCES, b'', b'Cannot read FID of ' + path + b': Permission denied\n')
        assert cache.state(path) == before
    elif rc:
        assert answer == (rc, b'', cannot_send(path, TEXT[rc]))
        assert cache.state(path) == before
    else:
        assert answer == (0, b'', b'')
        cache.wait_state(path, RELEASED if verb == 'release' else CLEAN)


@row('H60-remove', 'hsm_remove by the owner', 'EPERM, rc 1')
def test_remove(cache, folder):
    path = folder.clean('f')
    os.chown(path, ARTIST, ARTIST)
    answer = cache.lfs('hsm_remove', path, user=ARTIST)
    assert answer == (1, b'', cannot_send(path, TEXT[EPERM]))


@row('H60-cancel-nothing', 'hsm_cancel by a user when nothing runs', 'rc 0')
def test_cancel_of_nothing(cache, folder):
    path = folder.clean('f')
    os.chown(path, ARTIST, ARTIST)
    assert cache.lfs('hsm_cancel', path, user=ARTIST) == (0, b'', b'')


@row('H60-cancel-waiting', 'hsm_cancel by a user of an archive that waits', 'EPERM, rc 1')
def test_cancel_of_something(cache, folder, control):
    path = folder.new('f')
    os.chown(path, ARTIST, ARTIST)
    control('copytool', 'stop')
    cache.ask('archive', path)
    answer = cache.lfs('hsm_cancel', path, user=ARTIST)
    assert answer == (1, b'', cannot_send(path, TEXT[EPERM]))
    control.copytool_up()
    cache.wait_state(path, CLEAN)


@row('H61-path2fid', 'path2fid by a user of a file with mode 000',
     'works from 2.16 on; an older lfs opens the file: rc 13')
def test_path2fid(cache, folder):
    path = folder.new('f')
    os.chmod(path, 0)
    answer = cache.lfs('path2fid', path, user=ARTIST)
    if cache.texts.opens:
        assert answer.rc == EACCES and answer.err.endswith(b': Permission denied\n')
        return
    assert answer.rc == 0 and answer.out.startswith(b'[0x')


@row('H61-path2fid-closed', 'path2fid by a user below a closed folder', 'rc 13')
def test_path2fid_needs_search(cache, folder):
    os.mkdir(folder('closed'), 0o700)
    path = folder.new('closed/f')
    answer = cache.lfs('path2fid', path, user=ARTIST)
    assert answer == (13, b'', b"lfs path2fid: cannot get fid for '" + path
                      + b"': Permission denied\n")


@row('H61-find', 'lfs find -L released by a user, one folder closed to him',
     'a message and rc 13, the other hits are printed')
def test_find(cache, folder):
    os.mkdir(folder('closed'), 0o700)
    shown, _hidden = folder.released('shown', 'closed/hidden')
    answer = cache.lfs('find', folder.path, '-L', 'released', user=ARTIST)
    assert (answer.rc, answer.out) == (13, shown + b'\n')
    assert b'Permission denied' in answer.err


@rows(*[case('H62-%s' % option.strip('-'), 'hsm_set %s by the owner' % option, 'rc 0, and cleared',
             option=option, bit=bit) for option, bit in (('--norelease', 0x10),
                                                         ('--noarchive', 0x20))])
def test_owner_protects_a_file(case, cache, folder):
    path = folder.new('f')
    os.chown(path, ARTIST, ARTIST)
    assert cache.lfs('hsm_set', case.data['option'], path, user=ARTIST) == (0, b'', b'')
    assert cache.state(path) == case.data['bit']
    assert cache.lfs('hsm_clear', case.data['option'], path, user=ARTIST) == (0, b'', b'')
    assert cache.state(path) == 0


@row('H62-other', "hsm_set --noarchive of another's 0644 file", 'EACCES, rc 13')
def test_user_may_not_mark_others_files(cache, folder):
    path = folder.new('f')
    answer = cache.lfs('hsm_set', '--noarchive', path, user=ARTIST)
    assert answer == (13, b'', cache.texts.set_failed('hsm_set', path,
                                                         TEXT[EACCES]))


@row('H60-sudo', 'root releases what another owns, mode 000', 'works')
def test_root_may_all(cache, folder):
    path = folder.dirty('f')
    os.chown(path, ARTIST, ARTIST)
    os.chmod(path, 0)
    assert cache.state(path) == DIRTY
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)
    cache.ask('release', path)
    assert cache.state(path) == RELEASED
