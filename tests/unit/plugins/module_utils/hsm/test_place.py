# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names below descriptors: what is swapped after the walk wins nothing (safety rule 7, M5)."""

import errno
import os
import resource
import subprocess
import sys

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import place
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import (
    Children,
    ExecJob,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import (
    Entry,
    Root,
    troubled,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.place import (
    Places,
    RootPlace,
    batches,
)
from hypothesis import given
from hypothesis import strategies as st

COLLECTIONS = sys.modules[Children.__module__].__file__.split('/ansible_collections/')[0]


def entry(rel, root=0):
    return troubled(root, rel, None)


@pytest.fixture
def tree(tmp_path):
    """An empty folder as the bytes of its path, which holds no link."""
    return os.path.realpath(os.fsencode(str(tmp_path)))


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(text)


def read_all(roots, entries, devices=None):
    """Return (output of cat given the names, {index: errno})."""
    return run(b'/bin/cat', Places(roots, entries, devices))


def run(program, places):
    children = Children()
    results = []
    children.start(ExecJob(program, [b'--'], places, [], deadline=60, done=results.append))
    while not results:
        children.wait(1)
    assert results[0].failure is None
    return results[0].out, results[0].place_errors


@pytest.mark.parametrize('name', [
    b'plain', b'sp ace', b'new\nline', b'bad\xff\xfe', b'-dash', b'q\'q"', b'back\\slash',
    b'x: (0x00000009) exists archived', b'per%cent%d', b'n' * 255, b'...', b'*'])
def test_any_name_in_any_folder(tree, name):
    """H3, H7."""
    write(tree + b'/' + name, b'1')
    write(tree + b'/folder ' + name[:200] + b'/' + name, b'2')
    entries = [entry(name), entry(b'folder ' + name[:200] + b'/' + name)]
    assert read_all([Root(tree, None)], entries) == (b'12', {})


def test_a_tree_deeper_than_a_path_can_be(tree):
    """A path of 5000 bytes is no path for the kernel; component by component it is."""
    level = b'd' * 250
    above = os.open(tree, os.O_RDONLY)
    for _number in range(20):
        os.mkdir(level, dir_fd=above)
        below = os.open(level, os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(os.open(b'f', os.O_WRONLY | os.O_CREAT, dir_fd=above))
    os.close(above)
    rel = b'/'.join([level] * 20 + [b'f'])
    assert read_all([Root(tree, None)], [entry(rel)]) == (b'', {})
    missing = read_all([Root(tree, None)], [entry(rel), entry(rel[:-2] + b'x/f')])
    assert missing == (b'', {1: errno.ENOENT})


def test_a_folder_swapped_for_a_link_is_not_entered(tree):
    write(tree + b'/root/shot/f', b'ours')
    write(tree + b'/secret/f', b'secret')
    roots, entries = [Root(tree + b'/root', None)], [entry(b'shot/f'), entry(b'g')]
    write(tree + b'/root/g', b'-g-')
    assert read_all(roots, entries) == (b'ours-g-', {})
    os.rename(tree + b'/root/shot', tree + b'/root/aside')
    os.symlink(b'../secret', tree + b'/root/shot')
    assert read_all(roots, entries) == (b'-g-', {0: errno.ENOTDIR})


def test_a_link_anywhere_in_the_root_is_not_followed(tree):
    write(tree + b'/real/sub/f', b'f')
    os.symlink(b'real', tree + b'/link')
    assert read_all([Root(tree + b'/link/sub', None)], [entry(b'f')]) == (b'', {0: errno.ENOTDIR})
    assert read_all([Root(tree + b'/link', None)], [entry(b'sub/f')])[0] == b''


SWAPPER = '''
import os, sys
os.chdir(sys.argv[1])
os.symlink('../secret', 'link')
print('ready', flush=True)
while True:
    os.rename('shot', 'aside')
    os.rename('link', 'shot')
    os.rename('shot', 'link')
    os.rename('aside', 'shot')
'''


@pytest.mark.slow
def test_a_folder_that_is_swapped_all_the_time(tree):
    """Whatever the moment is: ours, or an error; never what the link shows."""
    write(tree + b'/root/shot/f', b'ours')
    write(tree + b'/secret/f', b'secret')
    swapper = subprocess.Popen(
        [sys.executable, '-c', SWAPPER, os.fsdecode(tree + b'/root')], stdout=subprocess.PIPE)
    try:
        assert swapper.stdout.readline() == b'ready\n'
        seen = [read_all([Root(tree + b'/root', None)], [entry(b'shot/f')]) for _n in range(200)]
    finally:
        swapper.kill()
        swapper.wait()
        swapper.stdout.close()
    assert {out for out, _errors in seen} <= {b'ours', b''}
    assert {number for _out, errors in seen for number in errors.values()} <= {
        errno.ENOTDIR, errno.ENOENT}


def test_a_folder_of_another_mount_is_refused(tree):
    """Rule 7: stay on the file system; a mount over a folder is somebody else's."""
    if os.geteuid() != 0:
        pytest.skip('mounts a tmpfs: needs root')
    write(tree + b'/root/sub/f', b'under')
    write(tree + b'/root/g', b'g')
    subprocess.check_call(['mount', '-t', 'tmpfs', 'none', tree + b'/root/sub'])
    try:
        write(tree + b'/root/sub/f', b'over')
        answer = read_all([Root(tree + b'/root', None)], [entry(b'sub/f'), entry(b'g')])
        inside = read_all([Root(tree + b'/root/sub', None)], [entry(b'f')])
    finally:
        subprocess.check_call(['umount', tree + b'/root/sub'])
    assert answer == (b'g', {0: errno.EXDEV})
    # A root that is a mount itself is as good as any.
    assert inside == (b'over', {})


def test_a_root_on_another_device_than_before_is_no_proof_of_anything(tree):
    """A cache unmounted meanwhile leaves an empty folder: nothing "vanished" there."""
    write(tree + b'/f', b'f')
    device = os.stat(tree).st_dev
    assert read_all([Root(tree, None)], [entry(b'f')], [device]) == (b'f', {})
    assert read_all([Root(tree, None)], [entry(b'f')], [device + 1]) == (b'', {0: errno.ENODEV})
    assert run(b'/bin/ls', RootPlace(Root(tree, None), device)) == (b'f\n', {})
    assert run(b'/bin/ls', RootPlace(Root(tree, None), device + 1)) == (b'', {0: errno.ENODEV})


def test_many_roots_in_any_order(tree):
    """Working descriptors never reach the numbers that the names use."""
    roots = [Root(tree + b'/%d' % number, None) for number in range(60)]
    for number, root in enumerate(roots):
        write(root.path + b'/s/f', b'%d,' % number)
    order = [(number * 17 + shift) % 60 for shift in (0, 1) for number in range(60)]
    out, errors = read_all(roots, [entry(b's/f', number) for number in order])
    assert out == b''.join(b'%d,' % number for number in order) and errors == {}


def test_a_call_with_as_many_folders_as_are_allowed(tree):
    entries = [entry(b'%d/f' % number) for number in range(place.MOST_FOLDERS)]
    for one in entries:
        write(tree + b'/' + one.rel, b'x')
    assert read_all([Root(tree, None)], entries) == (b'x' * place.MOST_FOLDERS, {})


LIMITED = '''
import sys; sys.path.insert(0, %r)
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (%s, %s))
from %s import *
tree = %r
count = place.folders_a_call()
entries = [entry(b'%%d/f' %% number) for number in range(count)]
out, errors = read_all([Root(tree, None)], entries)
assert out == b'x' * count and not errors, errors
print(count)
'''


@pytest.mark.parametrize('soft, hard, folders', [(256, 256, 236), (64, 1024, 400), (100, 100, 80)])
def test_a_low_limit_of_open_files_lowers_the_folders_of_a_call(tree, soft, hard, folders):
    for number in range(folders):
        write(tree + b'/%d/f' % number, b'x')
    script = LIMITED % (COLLECTIONS, soft, hard, __name__, tree)
    out = subprocess.check_output([sys.executable, '-c', script],
                                  env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)))
    assert int(out) == folders


def test_a_limit_of_open_files_that_is_too_low_is_refused(monkeypatch):
    monkeypatch.setattr(resource, 'getrlimit', lambda _which: (60, 60))
    with pytest.raises(Refused, match='only 60 files here .* 70 are needed. Raise the limit'):
        place.folders_a_call()


def test_no_limit_of_open_files(monkeypatch):
    unlimited = resource.RLIM_INFINITY
    monkeypatch.setattr(resource, 'getrlimit', lambda _which: (unlimited, unlimited))
    assert place.folders_a_call() == place.MOST_FOLDERS


def test_one_file_as_root(tree):
    write(tree + b'/f', b'f')
    assert run(b'/bin/cat', RootPlace(Root(tree, b'f'))) == (b'f', {})
    assert read_all([Root(tree, b'f')], [entry(b'f')]) == (b'f', {})
    assert run(b'/bin/cat', RootPlace(Root(tree + b'/none', b'f'))) == (b'', {0: errno.ENOENT})


def test_what_is_printed_shows_real_folders():
    places = Places([Root(b'/mnt/cache', None), Root(b'/', None)],
                    [entry(b'a'), entry(b'shot/sub/b'), entry(b'c', 1), entry(b'tmp/d', 1)])
    assert b' '.join(map(places.readable, places.names)) == (
        b'/mnt/cache/a /mnt/cache/shot/sub/b /c /tmp/d')
    assert places.readable(b'use of /proc/self/fd/20/a: no') == b'use of /mnt/cache/a: no'
    assert places.readable(b'/proc/self/fd/99/a') == b'/proc/self/fd/99/a'
    assert RootPlace(Root(b'/mnt/c', None)).readable(b'/proc/self/fd/20/x') == b'/mnt/c/x'


REL = st.lists(st.sampled_from([b'a', b'b', b'c' * 200]), min_size=1, max_size=3).map(b'/'.join)


@given(st.lists(st.builds(entry, REL, st.integers(0, 2)), max_size=60), st.integers(1, 4),
       st.integers(1, 10))
def test_batches_hold_every_entry_in_order_and_no_more_than_fits(entries, folders, most):
    cut = list(batches(entries, folders, most))
    assert [one for batch in cut for one in batch] == entries
    for batch in cut:
        assert 0 < len(batch) <= most
        assert len({(one.root, one.rel.rpartition(b'/')[0]) for one in batch}) <= folders


def test_batches_stay_below_the_kernels_argument_size():
    entries = [Entry(0, b'%0255d' % number, 0, 0, 0, 1, None) for number in range(2000)]
    cut = list(batches(entries, 400))
    for batch in cut:
        names = Places([Root(b'/mnt', None)], batch).names
        assert sum(len(name) + 1 for name in names) < 128 * 1024 - 4096
    assert all(len(batch) > 300 for batch in cut[:-1])
