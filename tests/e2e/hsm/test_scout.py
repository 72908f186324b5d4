# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scout and the roots on a mounted cache: dead mounts, broken folders, late names."""

import errno
import os
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Root
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.lists import ListSource
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.roots import resolve
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.scout import Scout
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.selection import Selection

NAMES = ['a/one.exr', 'a/two words.exr', 'a/new\nline', 'b/x.tx', 'b/deep/er/y.tx', 'top']


@pytest.fixture(name='root')
def make_root(cache):
    for name in NAMES:
        path = os.path.join(cache.filer, 'shot', name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as target:
            target.write(name.encode())
    return Root(os.fsencode(cache.mount()) + b'/shot', None)


def gather(children, scout):
    entries = []
    while not scout.ended:
        children.wait(0.1)
        entries += scout.take(1000)
    return entries


def listed(tmp_path, *names):
    (tmp_path / 'list').write_bytes(b'\0'.join(os.fsencode(name) for name in names))
    return ListSource(os.fsencode(str(tmp_path / 'list')), True, 1 << 20, 1000)


def test_a_walk_brings_no_data(cache, children, root):
    scout = Scout(children, [root], Selection())
    entries = gather(children, scout)
    assert sorted(entry.rel for entry in entries) == sorted(os.fsencode(n) for n in NAMES)
    assert all(entry.size == len(entry.rel) for entry in entries)
    assert scout.complete
    assert cache.stats().get('restore', {'started': 0})['started'] == 0


def test_a_late_name_is_seen_only_when_it_is_named(cache, children, root, tmp_path):
    # filecache-and-peers A3.5: a folder is listed from the filer once.
    assert len(gather(children, Scout(children, [root], Selection()))) == len(NAMES)
    with open(os.path.join(cache.filer, 'shot', 'a', 'late.exr'), 'wb') as target:
        target.write(b'12345')
    assert len(gather(children, Scout(children, [root], Selection()))) == len(NAMES)
    scout = Scout(children, [root], Selection(), listed(tmp_path, 'a/late.exr', 'a/never.exr'))
    assert [(entry.rel, entry.size, entry.problem) for entry in gather(children, scout)] == [
        (b'a/late.exr', 5, None), (b'a/never.exr', 0, 'missing')]


def test_a_listing_that_breaks_off(cache, children, root):
    # field-reports L4: EIO in the middle of a listing is no end of the folder.
    cache.control('readdir-error', '/shot/a')
    scout = Scout(children, [root], Selection())
    found = {entry.rel for entry in gather(children, scout)}
    assert {b'b/x.tx', b'b/deep/er/y.tx', b'top'} <= found
    assert not scout.complete and not scout.evicted
    assert scout.problems == [(root.path + b'/a', errno.EIO)]
    assert 'Input/output error' in scout.error and 'incomplete' in scout.error


@pytest.mark.parametrize('number', [errno.ESHUTDOWN, errno.EIO])
def test_an_evicted_client(cache, children, root, tmp_path, number):
    # field-reports L10: the other mount of the same cache goes on.
    other = cache.mount()
    cache.control('evict-client', cache.instance(os.fsdecode(root.path[:-5])), number)
    for source in (None, listed(tmp_path, 'a/one.exr')):
        scout = Scout(children, [root], Selection(), source)
        assert gather(children, scout) == []
        assert scout.evicted and not scout.complete and 'evicted' in scout.error
    with pytest.raises(Refused) as refused:
        resolve(children, [root.path], True)
    assert 'evicted' in str(refused.value) and 'does not exist' not in str(refused.value)
    scout = Scout(children, [Root(os.fsencode(other) + b'/shot', None)], Selection())
    assert len(gather(children, scout)) == len(NAMES) and scout.complete


def test_a_frozen_mount_is_left_behind(cache, children, root):
    # field-reports L11, lustre-hsm H80: what sleeps in the kernel is abandoned, not waited for.
    cache.control('freeze-mount', cache.instance(os.fsdecode(root.path[:-5])), 'on')
    started = time.monotonic()
    scout = Scout(children, [root], Selection(), idle=1)
    assert gather(children, scout) == []
    assert scout.stuck and not scout.complete and 'no answer' in scout.error
    with pytest.raises(Refused) as refused:
        resolve(children, [root.path], True, idle=1)
    assert 'no answer' in str(refused.value)
    assert time.monotonic() - started < 10


def test_paths_on_two_mounts_of_one_cache(cache, children, root):
    # lustre-hsm H31: one request cannot hold files of two mounts.
    other = os.fsencode(cache.mount()) + b'/shot'
    with pytest.raises(Refused) as refused:
        resolve(children, [root.path, other], True)
    assert 'different mounts' in str(refused.value)
