# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H5, H6 and V1: what has no state, and how that is said."""

import os
import socket
import stat

import pytest
from kit.cache import ARTIST
from kit.case import case, row, rows

WORDS = {2: b'No such file or directory', 6: b'No such device or address', 13: b'Permission denied',
         20: b'Not a directory', 25: b'Inappropriate ioctl for device', 36: b'File name too long',
         40: b'Too many levels of symbolic links'}
GOOD = {'hsm_state': b': (0x00000000)\n', 'hsm_action': b': NOOP\n'}


def directory(folder):
    os.mkdir(folder('x'))
    return folder('x')


def fifo(folder):
    os.mkfifo(folder('x'))
    return folder('x')


def unix_socket(folder):
    # A socket's address holds 107 bytes: bound from inside its folder.
    server = socket.socket(socket.AF_UNIX)
    before = os.open('.', os.O_RDONLY)
    os.chdir(folder.path)
    try:
        server.bind('x')
    finally:
        os.fchdir(before)
        os.close(before)
        server.close()
    return folder('x')


def character_device(folder):
    os.mknod(folder('x'), stat.S_IFCHR | 0o600, os.makedev(1, 3))
    return folder('x')


def link_to(target):
    def make(folder):
        os.symlink(target, folder('x'))
        return folder('x')
    return make


def below_a_file(folder):
    return folder.new('file') + b'/x'


BAD = (
    ('missing', lambda folder: folder('missing'), 2),
    ('directory', directory, 25), ('fifo', fifo, 25), ('socket', unix_socket, 6),
    ('chardev', character_device, 25), ('mount-root', lambda folder: folder.cache.mount, 25),
    ('broken-link', link_to('nowhere'), 2), ('looping-link', link_to('x'), 40),
    ('not-lustre', lambda folder: b'/proc/version', 25),
    ('below-a-file', below_a_file, 20), ('empty-name', lambda folder: b'', 2),
    ('long-name', lambda folder: folder('n' * 300), 36),
)
VERBS = ('hsm_state', 'hsm_action')
H5 = ('directory', 'fifo', 'chardev', 'mount-root', 'not-lustre', 'socket')


@rows(*[case('%s-%s-%s' % ('H5' if name in H5 else 'H6', name, verb.split('_')[1]),
             '%s of %s' % (verb, name), 'rc %d, %s on stderr' % (number, WORDS[number].decode()),
             verb=verb, make=make, errno=number)
        for name, make, number in BAD for verb in VERBS])
def test_one_bad_path(case, cache, folder):
    path, verb, number = case.data['make'](folder), case.data['verb'], case.data['errno']
    answer = cache.lfs(verb, path)
    assert answer == (number, b'', cache.texts.failed(verb, path, WORDS[number]))


@rows(*[case('H5-link-' + verb.split('_')[1], verb + ' of a link to a file',
             "the file's answer under the link's name", verb=verb) for verb in VERBS])
def test_link(case, cache, folder):
    folder.new('file')
    os.symlink('file', folder('x'))
    expected = folder('x') + GOOD[case.data['verb']]
    assert cache.lfs(case.data['verb'], folder('x')) == (0, expected, b'')


@rows(*[case('H6-middle-' + verb.split('_')[1], verb + ' of good, missing, good',
             'from 2.16 on all good ones print (before: V1), rc 2', verb=verb) for verb in VERBS])
def test_bad_path_in_the_middle(case, cache, folder):
    verb = case.data['verb']
    one, missing, two = folder.new('one'), folder('missing'), folder.new('two')
    answer = cache.lfs(verb, one, missing, two)
    printed = (one, two) if cache.texts.goes_on else (one,)
    assert answer.out == b''.join(path + GOOD[verb] for path in printed)
    assert (answer.rc, answer.err) == (2, cache.texts.failed(verb, missing, WORDS[2]))


@rows(*[case('H6-first-errno-' + verb.split('_')[1], verb + ' of missing, folder, good',
             "rc is the first failure's errno", verb=verb) for verb in VERBS])
def test_first_failure_counts(case, cache, folder):
    verb = case.data['verb']
    good = folder.new('good')
    answer = cache.lfs(verb, folder('missing'), folder.path, good)
    assert answer.rc == 2
    both = [cache.texts.failed(verb, folder('missing'), WORDS[2]),
            cache.texts.failed(verb, folder.path, WORDS[25])]
    if cache.texts.goes_on:
        assert (answer.out, answer.err) == (good + GOOD[verb], b''.join(both))
    else:
        assert (answer.out, answer.err) == (b'', both[0])


@rows(*[case('H6-no-rights-' + verb.split('_')[1], verb + ' by a user of a file closed to him',
             'rc 13, Permission denied', verb=verb) for verb in VERBS])
def test_no_rights(case, cache, folder):
    path = folder.new('f')
    os.chmod(path, 0o600)
    answer = cache.lfs(case.data['verb'], path, user=ARTIST)
    assert answer == (13, b'', cache.texts.failed(case.data['verb'], path, WORDS[13]))


@rows(*[case('H6-no-argument-' + verb.split('_')[1], verb + ' without a path',
             'a usage on stdout, rc 4', verb=verb) for verb in VERBS])
def test_no_argument(case, cache):
    answer = cache.lfs(case.data['verb'])
    assert (answer.rc, answer.err) == (4, b'') and b'usage' in answer.out.lower()


@row('H6-unknown-command', 'lfs hsm_bogus', 'rc 1 and one line on stderr')
def test_unknown_command(cache):
    answer = cache.lfs('hsm_bogus')
    assert (answer.rc, answer.out) == (1, b'')
    if not cache.texts.goes_on:
        pytest.skip('the words are measured on 2.17 only: rc 1 was checked, this lfs is older')
    assert answer.err == (b"lfs: 'hsm_bogus' is not a valid command. "
                          b"See 'lfs --list-commands'.\n")


@row('V1-stops', 'hsm_state and hsm_action of missing, good with an lfs of 2.10 - 2.15',
     'nothing after the first failure')
def test_old_lfs_stops(cache, folder):
    if cache.texts.goes_on:
        pytest.skip('this lfs is 2.16 or newer: H6 holds instead')
    good = folder.new('good')
    for verb in VERBS:
        answer = cache.lfs(verb, folder('missing'), good)
        assert answer == (2, b'', cache.texts.failed(verb, folder('missing'), WORDS[2]))


@row('V1-goes-on', 'hsm_state and hsm_action of missing, good with an lfs of 2.16 or newer',
     'the good one prints')
def test_new_lfs_goes_on(cache, folder):
    if not cache.texts.goes_on:
        pytest.skip('this lfs is < 2.16: V1 holds instead')
    good = folder.new('good')
    for verb in VERBS:
        assert cache.lfs(verb, folder('missing'), good).out == good + GOOD[verb]
