# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""M1 - M5, M9, L3, L4: client instances, FIDs, descriptors; the traps of lfs find."""

import os
import re
import subprocess

import pytest
from kit.cache import ARTIST, CLEAN, RELEASED
from kit.case import case, row, rows
from kit.lfs import run


def instances(cache):
    """The client superblocks of this host, as lctl names them."""
    answer = run(('lctl', 'get_param', '-N', 'llite.*.uuid'), cache.patience.limit(20))
    assert answer.rc == 0 and not answer.err
    lines = answer.out.splitlines()
    assert all(re.match(br'llite\.\S+-[0-9a-f]+\.uuid$', line) for line in lines)
    return lines


def line_of(cache, mount):
    return b'llite.' + cache.lfs('getname', mount).out.split()[0] + b'.uuid'


@row('M1-listed', 'lctl get_param -N llite.*.uuid', 'a line for this mount, as getname names it')
def test_instance_is_listed(cache):
    assert line_of(cache, cache.mount) in instances(cache)


@row('M1-user', 'the same as another user', 'the same lines')
def test_instances_for_a_user(cache):
    answer = run(('lctl', 'get_param', '-N', 'llite.*.uuid'), cache.patience.limit(20),
                 user=ARTIST)
    assert line_of(cache, cache.mount) in answer.out.splitlines()


@row('M1-second', 'the cache is mounted once more, and unmounted', 'one line more, and it goes')
def test_second_superblock(cache, third):
    before = instances(cache)
    mine = line_of(cache, third)
    assert mine in before and mine != line_of(cache, cache.mount)
    subprocess.check_call(['umount', third])
    cache.patience.until(lambda: mine not in instances(cache), 20, 'the line stays')
    assert sorted(instances(cache) + [mine]) == sorted(before)


@row('M1-lazy', 'umount -l with a file open', 'the line stays until the file is closed')
def test_lazy_unmount(cache, folder, third):
    path = folder.new('f')
    mine = line_of(cache, third)
    with open(third + path[len(cache.mount.rstrip(b'/')):], 'rb'):
        subprocess.check_call(['umount', '-l', third])
        assert mine in instances(cache)
        with open('/proc/mounts', 'rb') as table:
            assert third not in table.read()
    cache.patience.until(lambda: mine not in instances(cache), 20, 'the line stays')


@row('M1-namespace', 'umount while another mount namespace holds the mount',
     'the line stays until that namespace ends')
def test_other_namespace(cache, third):
    mine = line_of(cache, third)
    holder = subprocess.Popen(['unshare', '--mount', '--propagation', 'private', 'sleep', '600'])
    try:
        cache.patience.until(lambda: in_own_namespace(holder.pid), 10, 'no namespace was made')
        subprocess.check_call(['umount', third])
        assert mine in instances(cache)
    finally:
        holder.kill()
        holder.wait()
    cache.patience.until(lambda: mine not in instances(cache), 20, 'the line stays')


def in_own_namespace(pid):
    with open('/proc/%d/comm' % pid) as stream:
        return stream.read() == 'sleep\n'


@row('M3-busy', 'umount with a file open', 'rc 32, target is busy')
def test_busy(cache, folder, third):
    path = folder.new('f')
    with open(third + path[len(cache.mount.rstrip(b'/')):], 'rb'):
        answer = run(('umount', third), cache.patience.limit(30))
    assert answer.rc == 32 and b'target is busy' in answer.err


@row('M2-sys', '/sys/fs/lustre/llite', 'has a folder of the same name')
def test_sys(cache):
    if not os.path.isdir('/sys/fs/lustre/llite'):
        pytest.skip('no /sys/fs/lustre/llite: this client is not in the kernel, or an older one')
    name = line_of(cache, cache.mount)[len(b'llite.'):-len(b'.uuid')]
    assert os.path.isdir(b'/sys/fs/lustre/llite/' + name)


def fid(cache, path):
    return cache.lfs('path2fid', path).out.strip()


@row('M4-names', 'fid2path of a file with two hard links, then of another', 'a line each, in order')
def test_fid2path(cache, folder):
    one, other = folder.new('one'), folder.new('other')
    os.link(one, folder('link'))
    answer = cache.lfs('fid2path', cache.mount, fid(cache, one), fid(cache, other))
    lines = answer.out.splitlines()
    below = len(cache.mount.rstrip(b'/')) + 1
    assert (answer.rc, answer.err, len(lines)) == (0, b'', 3)
    shown = [line[below:] if line.startswith(cache.mount) else line for line in lines]
    assert sorted(shown[:2]) == sorted((one[below:], folder('link')[below:]))
    assert shown[2] == other[below:]


@row('M4-gone', 'fid2path of a deleted and of a living file', 'rc 2; the living one prints')
def test_fid2path_gone(cache, folder):
    gone, here = folder.new('gone'), folder.new('here')
    number = fid(cache, gone)
    os.unlink(gone)
    answer = cache.lfs('fid2path', cache.mount, number, fid(cache, here))
    assert answer.rc == 2 and b'No such file or directory' in answer.err
    assert answer.out.endswith(b'/here\n')


@row('M4-invalid', 'fid2path of a word that is no FID', 'rc 22')
def test_fid2path_invalid(cache):
    answer = cache.lfs('fid2path', cache.mount, 'x')
    assert answer.rc == 22 and answer.out == b''


@row('M4-user', 'fid2path by a user', 'Operation not permitted, rc 1')
def test_fid2path_by_a_user(cache, folder):
    answer = cache.lfs('fid2path', cache.mount, fid(cache, folder.new('f')), user=ARTIST)
    assert answer.rc == 1 and b'Operation not permitted' in answer.err


@pytest.fixture
def held_folder(folder):
    fd = os.open(folder.path, os.O_RDONLY | os.O_DIRECTORY)
    yield fd
    os.close(fd)


def by_fd(fd, name):
    return ('/proc/self/fd/%d/%s' % (fd, name)).encode()


@rows(*[case('M5-' + verb, '%s of /proc/self/fd/N/NAME and of a plain path' % verb,
             'works, the path is echoed as given', verb=verb)
        for verb in ('hsm_state', 'hsm_action', 'path2fid')])
def test_queries_by_descriptor(case, cache, folder, held_folder):
    plain, name = folder.new('plain'), by_fd(held_folder, 'with blank')
    folder.new('with blank')
    answer = cache.lfs(case.data['verb'], name, plain, fds=(held_folder,))
    assert (answer.rc, answer.err) == (0, b'')
    lines = answer.out.split(b'\n')
    assert lines[0].startswith(name + b': ') and lines[1].startswith(plain + b': ')


@rows(*[case('M5-' + verb, 'hsm_%s of /proc/self/fd/N/NAME and of a plain path' % verb, 'works',
             verb=verb) for verb in ('archive', 'restore', 'release')])
def test_requests_by_descriptor(case, cache, folder, held_folder):
    verb = case.data['verb']
    if verb == 'archive':
        paths = [folder.new('one'), folder.new('two')]
    else:
        paths = (folder.released if verb == 'restore' else folder.clean)('one', 'two')
    answer = cache.lfs('hsm_' + verb, by_fd(held_folder, 'one'), paths[1], fds=(held_folder,))
    assert answer == (0, b'', b'')
    for path in paths:
        cache.wait_state(path, RELEASED if verb == 'release' else CLEAN)


@row('M5-renamed', 'the folder of a held descriptor is renamed', 'the descriptor goes on working')
def test_renamed_folder(cache, folder):
    os.mkdir(folder('sub'))
    folder.clean('sub/f')
    fd = os.open(folder('sub'), os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.rename(folder('sub'), folder('elsewhere'))
        assert cache.lfs('hsm_release', by_fd(fd, 'f'), fds=(fd,)) == (0, b'', b'')
    finally:
        os.close(fd)
    assert cache.state(folder('elsewhere/f')) == RELEASED


@row('M9-migrate', 'lfs migrate of a clean file, then release', 'released')
def test_migrate(cache, folder):
    path = folder.clean('f')
    answer = cache.lfs('migrate', '-c', '1', path)
    if answer.rc:
        pytest.skip('lfs migrate does not work here: rc %d' % answer.rc)
    assert cache.quiet(path) == CLEAN
    cache.ask('release', path)
    assert cache.state(path) == RELEASED


@row('L3-two-roots', 'lfs find A B ! -L released --type f',
     'B is visited from 2.16 on; one root a call is right everywhere')
def test_two_roots(cache, folder):
    expected = []
    for name in ('a', 'b'):
        os.mkdir(folder(name))
        expected.append(folder.new(name + '/f'))
        answer = cache.lfs('find', folder(name), '!', '-L', 'released', '--type', 'f')
        assert answer == (0, expected[-1] + b'\n', b'')
    both = cache.lfs('find', folder('a'), folder('b'), '!', '-L', 'released', '--type', 'f')
    assert both.rc == 0
    assert both.out.splitlines() == expected or not cache.texts.goes_on


@row('L4-deep', 'lfs find in a tree whose paths come close to 4095 bytes',
     'every name is found, or stderr says that something is missing')
def test_deep_tree(cache, folder):
    fd = os.open(folder.path, os.O_RDONLY)
    files = 0
    for level in range(15):
        name = ('%02d' % level) + 'd' * 250
        os.mkdir(name, dir_fd=fd)
        below = os.open(name, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = below
        os.close(os.open('f', os.O_CREAT | os.O_WRONLY, dir_fd=fd))
        files += 1
    os.close(fd)
    answer = cache.lfs('find', folder.path, '--type', 'f', '-0', seconds=60)
    assert answer.err or answer.out.count(b'/f\0') == files
