# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H70 - H74, H64, V4: what is found, how full it is, and what it is called."""

import os
import re

import pytest
from kit.case import case, row, rows
from kit.lfs import run


@pytest.fixture
def tree(folder):
    """Two released and three other files, one with a newline in its name."""
    os.mkdir(folder('sub'))
    folder.clean('a')
    folder.new('b')
    folder.new('n\nl')
    folder.released('d e', 'sub/c')
    return folder


GONE, HERE, FOLDERS = ('d e', 'sub/c'), ('a', 'b', 'n\nl'), ('', 'sub')
SEARCHES = (
    ('released', ('-L', 'released'), GONE, b'\n'),
    ('layout', ('--layout', 'released'), GONE, b'\n'),
    ('not-released', ('!', '-L', 'released', '--type', 'f'), HERE, b'\n'),
    ('null', ('--type', 'f', '!', '-L', 'released', '-0'), HERE, b'\0'),
    ('released-null', ('--type', 'f', '-L', 'released', '-0'), GONE, b'\0'),
    ('name', ('--name', '*e', '-L', 'released'), ('d e',), b'\n'),
    ('files', ('--type', 'f', '-0'), GONE + HERE, b'\0'),
    ('folders', ('--type', 'd'), FOLDERS, b'\n'),
)


@rows(*[case('H70-' + word, 'lfs find DIR ' + ' '.join(options), 'finds %d names' % len(names),
             options=options, names=names, end=end) for word, options, names, end in SEARCHES])
def test_find(case, cache, tree):
    answer = cache.lfs('find', tree.path, *case.data['options'])
    end = case.data['end']
    assert (answer.rc, answer.err) == (0, b'')
    expected = [tree(name) if name else tree.path for name in case.data['names']]
    if end == b'\0':
        assert sorted(answer.out.split(end)[:-1]) == sorted(expected)
    else:
        whole = b''.join(name + end for name in expected)
        assert sorted(answer.out.split(end)) == sorted(whole.split(end))


@row('H70-no-hsm-state', 'lfs find --hsm-state dirty', 'unknown: usage, rc 4')
def test_no_test_for_dirty(cache, folder):
    answer = cache.lfs('find', folder.path, '--hsm-state', 'dirty')
    assert answer.rc == 4 and b"unrecognized option '--hsm-state'" in answer.err


@row('H70-missing', 'lfs find of a missing folder', 'rc 2')
def test_find_missing(cache, folder):
    answer = cache.lfs('find', folder('missing'))
    assert answer.rc == 2 and b'No such file or directory' in answer.err


@row('H70-restores-nothing', 'lfs find over released files', 'they stay released')
def test_find_restores_nothing(cache, tree):
    cache.lfs('find', tree.path, '--type', 'f', '!', '-L', 'released')
    assert cache.states([tree(name) for name in GONE]) == [0xd, 0xd]


@row('H71-printf', 'lfs find --printf', 'newer versions print; older know no such option')
def test_printf(cache, tree):
    answer = cache.lfs('find', tree.path, '-L', 'released', '--name', 'c', '--printf', '%p %LF\n')
    if answer.rc == 4:
        pytest.skip('this lfs has no find --printf')
    assert re.match(re.escape(tree('sub/c')) + br' \[?0x[0-9a-f]+:', answer.out)


@row('H72-data-version', 'lfs data_version around release and restore',
     '0 while released, another one after each restore')
def test_data_version(cache, folder):
    path = folder.clean('f')

    def version():
        answer = cache.lfs('data_version', path)
        assert answer.rc == 0
        return int(answer.out)

    seen = [version()]
    for _round in range(2):
        cache.ask('release', path)
        assert version() == 0
        cache.ask('restore', path)
        cache.quiet(path)
        seen.append(version())
    assert 0 not in seen and len(set(seen)) == 3


TARGET = re.compile(br'(\S+)-(MDT|OST)[0-9a-f]{4}_UUID +(\d+) +(\d+) +(\d+) +\d+% (.+)\[(MDT|OST):'
                    br'\d+\] ?$')


@row('H73-lines', 'lfs df', 'header, one line a target, an empty line, filesystem_summary')
def test_df(cache):
    answer = cache.lfs('df', cache.mount)
    lines = answer.out.split(b'\n')
    assert (answer.rc, answer.err) == (0, b'')
    assert lines[0] == cache.texts.df_header
    empty = lines.index(b'')
    assert empty >= 3  # an MDT and an OST at least
    for line in lines[1:empty]:
        assert TARGET.match(line) and TARGET.match(line).group(6).strip() == cache.mount
    assert lines[empty + 1].startswith(b'filesystem_summary: ')


@row('H73-statvfs', 'statvfs of the mount', "equals df's summary")
def test_statvfs(cache):
    answer = cache.lfs('df', cache.mount)
    total = int(answer.out.split(b'filesystem_summary:')[1].split()[0])
    status = os.statvfs(cache.mount)
    assert status.f_blocks * status.f_frsize // 1024 == total


@row('H73-sum', 'the summary', 'is the sum of the OSTs')
def test_df_sum(cache):
    answer = cache.lfs('df', cache.mount)
    totals = [int(match.group(3)) for match in map(TARGET.match, answer.out.split(b'\n'))
              if match and match.group(2) == b'OST']
    assert sum(totals) == int(answer.out.split(b'filesystem_summary:')[1].split()[0])


@row('H73-human', 'lfs df -h', 'the header says bytes')
def test_df_human(cache):
    answer = cache.lfs('df', '-h', cache.mount)
    assert answer.rc == 0 and answer.out.startswith(b'UUID                       bytes ')


@row('H73-not-lustre', 'lfs df /proc', 'Not a Lustre filesystem, on stdout, rc 95')
def test_df_not_lustre(cache):
    if not cache.texts.df_refuses:
        pytest.skip('an lfs < 2.16 says nothing, rc 0 [source]')
    assert cache.lfs('df', '/proc') == (95, b'df:/proc Not a Lustre filesystem\n', b'')


@row('H74-getname', 'lfs getname and getname -n', 'FSNAME-INSTANCE, and FSNAME alone')
def test_getname(cache, folder):
    if not cache.texts.getname_short:
        answer = cache.lfs('getname', folder.path)
        assert answer.rc == 0 and re.match(br'\S+-[0-9a-f]+ ' + re.escape(folder.path) + br'\n$',
                                           answer.out)
        return
    whole, short = cache.lfs('getname', folder.path), cache.lfs('getname', '-n', folder.path)
    assert (whole.rc, short.rc) == (0, 0)
    match = re.match(br'(\S+)-[0-9a-f]+\n$', whole.out)
    assert match and short.out == match.group(1) + b'\n'


@row('H74-getname-two', 'lfs getname of two paths', 'FSNAME-INSTANCE PATH, a line each')
def test_getname_of_two(cache, folder):
    name = cache.lfs('getname', folder.path).out.split()[0]
    answer = cache.lfs('getname', cache.mount, folder.path)
    assert answer == (0, name + b' ' + cache.mount + b'\n' + name + b' ' + folder.path + b'\n',
                      b'')


@row('H74-not-lustre', 'lfs getname /proc', 'rc 25')
def test_getname_not_lustre(cache):
    answer = cache.lfs('getname', '/proc')
    assert answer.rc == 25 and b'Inappropriate ioctl for device' in answer.err


@row('H64-no-parameter', 'lctl get_param -N of every client parameter with hsm in its name',
     'there is none under llite or mdc')
def test_no_parameter_of_the_server(cache):
    for branch in ('llite', 'mdc'):
        answer = run(('lctl', 'get_param', '-N', branch + '.*.*hsm*'), cache.patience.limit(20))
        assert answer.out == b''


@row('V4-version', 'lfs --version', 'lfs and a version number')
def test_version(cache):
    answer = cache.lfs('--version')
    assert answer.rc == 0 and re.match(br'lfs \d+\.\d+', answer.out)
