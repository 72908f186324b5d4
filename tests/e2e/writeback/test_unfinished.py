# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not finished stays where it is, is named, and is saved once it is (safety rule 8)."""

import os
import subprocess
import sys
import time

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running
from ansible_collections.renderfarm.file_cache.tests.e2e.writeback.host import CLEAN

# Writes the first half, says so, and writes the second when it is told to.
TWO_HALVES = """
import sys
with open(sys.argv[1], 'ab', buffering=0) as file:
    file.write(b'first half, ')
    print(flush=True)
    sys.stdin.readline()
    file.write(b'second half')
"""


def write(folder, *names, data=b'pixels'):
    for name in names:
        (folder / name).write_bytes(data)


def left(summary):
    """{name: why} of what was left."""
    return {os.path.basename(one['path']): one['why'] for one in summary['unfinished']}


def on_list(host):
    return sorted(os.path.basename(entry.path) for entry in host.listed())


@pytest.mark.parametrize('enter', [[], ['unshare', '-m']])
def test_a_file_that_somebody_writes(host, enter):
    """fanotify F49, F50: the bits say nothing of an open writer, the processes do."""
    write(host.shot, 'done.exr', 'frame.exr', data=b'header, ')
    with running(enter + [sys.executable, '-c', TWO_HALVES, str(host.shot / 'frame.exr')],
                 stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        writer.stdout.read(1)
        code, summary = host.save()
        assert (code, left(summary)) == (3, {'frame.exr': 'open'})
        assert host.on_filer() == {b'done.exr': b'header, '}
        assert on_list(host) == [b'frame.exr']
        writer.communicate(b'\n')
    assert host.save()[0] == 0
    assert host.on_filer()[b'frame.exr'] == b'header, first half, second half'
    assert on_list(host) == []


@pytest.mark.parametrize('name, beside, why', [
    ('beauty.1002.exr', 'beauty.1002.exr.mantra_checkpoint', 'sidecar'),
    ('beauty.1002.exr', 'beauty.1002.exr.lock', 'locked'),
    ('beauty.1002.exr', 'beauty.1002.exr.lck', 'locked'),
])
def test_what_lies_beside_it_says_that_it_is_not_finished(host, name, beside, why):
    """field-reports D3: its header reads well, and its size and time stay for minutes."""
    write(host.shot, 'beauty.1001.exr', name, beside)
    old = time.time() - 360
    os.utime(str(host.shot / name), (old, old))
    code, summary = host.save()
    assert (code, left(summary)) == (3, {name: why, beside: 'partial'})
    assert summary['reasons']['skipped'] == {'unfinished': 2}
    assert host.on_filer() == {b'beauty.1001.exr': b'pixels'}
    assert on_list(host) == [name.encode(), beside.encode()]
    # The renderer takes the sign away when it is done.
    (host.shot / beside).unlink()
    assert host.save()[0] == 0
    assert host.on_filer() == host.in_cache() and len(host.on_filer()) == 2
    assert on_list(host) == []


def test_own_frame_with_its_sidecar_is_suspect(host):
    """field-reports D3: the task ended and says that it wrote this file."""
    write(host.shot, 'beauty.1002.exr', 'beauty.1002.exr.mantra_checkpoint')
    code, summary = host.save(names=[host.shot / 'beauty.1002.exr'])
    assert code == 3 and left(summary)['beauty.1002.exr'] == 'sidecar'
    assert host.on_filer() == {}


@pytest.mark.parametrize('named', [True, False])
def test_placeholders(host, named):
    """field-reports D8: zero bytes or one, minutes old, and the frame in the middle of a pause."""
    write(host.shot, 'f_0009.png')
    write(host.shot, 'f_0010.png', data=b'')
    write(host.shot, 'f_0011.png', data=b'0')
    old = time.time() - 240
    for name in ('f_0010.png', 'f_0011.png'):
        os.utime(str(host.shot / name), (old, old))
    with running([sys.executable, '-c', TWO_HALVES, str(host.shot / 'f_0012.png')],
                 stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        writer.stdout.read(1)
        # The last of them is not on the list yet: nothing was closed.
        names = ['f_0009.png', 'f_0010.png', 'f_0011.png', 'f_0012.png']
        code, summary = host.save(names=[host.shot / name for name in names] if named else None)
    placeholders = {'f_0010.png': 'placeholder', 'f_0011.png': 'placeholder'}
    assert (code, left(summary)) == (
        3, dict(placeholders, **{'f_0012.png': 'open'}) if named else placeholders)
    assert host.on_filer() == {b'f_0009.png': b'pixels'}


def test_the_lists_are_settings(host):
    host.settings['unfinished'] = {'sidecars': ['.wip'], 'locks': [], 'partial': ['draft_*'],
                                   'placeholder_bytes': 100}
    host.configure()
    write(host.shot, 'a', 'a.wip', 'draft_1', 'b.lock', 'c.tmp', data=b'x' * 101)
    write(host.shot, 'small', data=b'x' * 100)
    code, summary = host.save()
    assert (code, left(summary)) == (3, {'a': 'sidecar', 'a.wip': 'partial', 'draft_1': 'partial',
                                         'small': 'placeholder'})
    assert sorted(host.on_filer()) == [b'b.lock', b'c.tmp']


def test_a_folder_in_which_somebody_writes(host):
    """Only that file waits for its end; a folder that was asked for is no reason to wait."""
    for name in ('a', 'b'):
        (host.shot / name).mkdir()
        write(host.shot / name, '1', '2')
    with running([sys.executable, '-c', TWO_HALVES, str(host.shot / 'a' / '2')],
                 stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        writer.stdout.read(1)
        code, summary = host.save(host.shot / 'a')
        assert (code, left(summary)) == (3, {'2': 'open'})
        assert sorted(host.on_filer()) == [b'a/1']
        assert {os.path.relpath(os.fsdecode(entry.path), str(host.shot))
                for entry in host.listed()} == {'a/2', 'b/1', 'b/2'}
    assert host.save()[0] == 0
    assert host.on_filer() == host.in_cache()
    assert {host.state(os.fsdecode(name)) for name in host.in_cache()} == {CLEAN}
