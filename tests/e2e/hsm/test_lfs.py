# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of `lfs` on a mounted cache, as a client of 2.12 and of 2.17 answers."""

import errno
import os
import subprocess
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.answers import Stuck
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Root, troubled
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.lfs import Lfs
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.look import Looker
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.report import (
    Action,
    Failure,
    State,
)

# lustre-hsm H3: names that come out raw, some of them like a line of `lfs`.
NAMES = [b'plain', b'sp ace', b'new\nline', b'tab\tq\'q"', b'back\\slash', b'-dash',
         b'x: (0x00000009) exists archived', b'x', b'caf\xc3\xa9', b'bad\xff\xfe', b'per%cent',
         b'[br]{ac}e*?', b"y' failed: No such file or directory", b'n' * 255, b'z: NOOP\n']
CLEAN, RELEASED = State(0x9, 1), State(0xd, 1)
IDLE = Action(None, False, 0)


def entry(rel, root=0):
    return troubled(root, rel, None)


@pytest.fixture(params=['2.12', '2.17'])
def version(cache, request):
    cache.control('personality', request.param)
    return request.param


@pytest.fixture
def root(cache, version):
    folder = os.fsencode(cache.mount()) + b'/shot'
    os.mkdir(folder)
    return Root(folder, None)


@pytest.fixture
def lfs(cache, children, root):
    return client(cache, children, [root])


def client(cache, children, roots, **kwargs):
    return Lfs(children, roots, os.fsencode(os.path.join(cache.tools, 'lfs')), **kwargs)


def write(root, rel, text=b'text'):
    path = root.path + b'/' + rel
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(text)


def settle(lfs, entries, state, seconds=60):
    """Wait until every file has this state and no action."""
    ends = time.monotonic() + seconds
    while set(lfs.sync(lfs.states, entries)) != {state} or (
            set(lfs.sync(lfs.actions, entries)) != {IDLE}):
        assert time.monotonic() < ends, lfs.sync(lfs.states, entries)
        time.sleep(0.02)


def request(lfs, verb, entries):
    for at in range(0, len(entries), 50):
        answer = lfs.sync(lfs.request, verb, entries[at:at + 50])
        assert answer == (0, '', False, {})


def test_one_life_of_any_names(lfs, root):
    """H1, H3, H4, H40-H44: new, archived, released, restored, marked dirty."""
    entries = [entry(name) for name in NAMES] + [entry(b'f ' + name[:200] + b'/s/' + name)
                                                 for name in NAMES]
    for one in entries:
        write(root, one.rel)
    settle(lfs, entries, State(0, 0))
    request(lfs, 'archive', entries)
    settle(lfs, entries, CLEAN)
    request(lfs, 'release', entries)
    settle(lfs, entries, RELEASED)
    request(lfs, 'restore', entries)
    settle(lfs, entries, CLEAN)
    assert lfs.sync(lfs.set_dirty, entries[:1]).rc == 0
    settle(lfs, entries[:1], State(0xb, 1))


def test_what_fails_is_told_file_by_file(lfs, root):
    """H5, H6; V1: the older lfs stops at the first, so it is asked again for the rest."""
    for name in NAMES:
        write(root, name)
    os.mkdir(root.path + b'/folder')
    os.mkfifo(root.path + b'/fifo')
    os.symlink(b'nowhere', root.path + b'/broken')
    bad = {b'folder': errno.ENOTTY, b'fifo': errno.ENOTTY, b'broken': errno.ENOENT,
           b'gone': errno.ENOENT, b'none/f': errno.ENOENT, b'plain/f': errno.ENOTDIR,
           b"gone' failed: No such file or directory": errno.ENOENT}
    names = sorted(NAMES + list(bad), key=lambda name: (hash(name), name))
    for ask, good in ((lfs.states, State(0, 0)), (lfs.actions, IDLE)):
        for name, answer in zip(names, lfs.sync(ask, [entry(name) for name in names])):
            if name in bad:
                assert answer == Failure(bad[name], os.strerror(bad[name]))
            else:
                assert answer == good


def test_requests_that_are_refused(lfs, root):
    """H31, H32, H33: what came before the culprit was done, and the first one is blamed."""
    names = [b'y1', b'y2', b'y3']
    for name in names:
        write(root, name)
    entries = [entry(name) for name in names]
    request(lfs, 'archive', [entries[0], entries[2]])
    settle(lfs, [entries[0], entries[2]], CLEAN)
    answer = lfs.sync(lfs.request, 'release', entries)
    assert answer.rc == errno.EPERM
    assert answer.text == ('Cannot send HSM request (use of %s/y1): Operation not permitted'
                           % os.fsdecode(root.path))
    assert lfs.sync(lfs.states, entries) == [RELEASED, State(0, 0), CLEAN]
    answer = lfs.sync(lfs.request, 'archive', [entries[1], entry(b'gone')])
    assert (answer.rc, answer.text) == (
        errno.ENOENT, 'Cannot stat %s/gone: No such file or directory' % os.fsdecode(root.path))
    assert lfs.sync(lfs.states, entries[1:2]) == [State(0, 0)]


def test_fifty_files_of_fifty_folders_fit_a_request(lfs, root):
    """H30."""
    entries = [entry(b'%d/f' % number) for number in range(50)]
    for one in entries:
        write(root, one.rel)
    request(lfs, 'archive', entries)
    settle(lfs, entries, CLEAN)


def test_actions_while_nobody_copies(lfs, cache, root):
    """H20, H22."""
    write(root, b'f', b'x' * 1000)
    cache.control('copytool', 'stop')
    request(lfs, 'archive', [entry(b'f')])
    assert lfs.sync(lfs.actions, [entry(b'f')]) == [Action('ARCHIVE', False, 0)]
    cache.control('copytool', 'start')
    settle(lfs, [entry(b'f')], CLEAN)


def test_a_running_copy_and_its_bytes(lfs, cache, root):
    """H20, H23."""
    write(root, b'f', b'x' * (8 << 20))
    cache.control('copytool', 'rate', '2')
    request(lfs, 'archive', [entry(b'f')])
    moved = set()
    ends = time.monotonic() + 60
    while lfs.sync(lfs.states, [entry(b'f')]) != [CLEAN]:
        assert time.monotonic() < ends
        action = lfs.sync(lfs.actions, [entry(b'f')])[0]
        if action.running:
            assert action.verb == 'ARCHIVE'
            moved.add(action.moved)
        cache.control('copytool', 'rate', '2' if len(moved) < 2 else '0')
        time.sleep(0.05)
    assert moved


def test_a_release_below_a_stuck_restore_is_left_behind(cache, children, root):
    """H80: the call cannot be killed; the states of all files are still told."""
    lfs = client(cache, children, [root], call_timeout=1)
    for name in (b'stuck', b'other'):
        write(root, name)
    both = [entry(b'stuck'), entry(b'other')]
    request(lfs, 'archive', both)
    settle(lfs, both, CLEAN)
    request(lfs, 'release', both[:1])
    cache.control('stuck-restore', '/shot/stuck')
    request(lfs, 'restore', both[:1])
    started = time.monotonic()
    answer = lfs.sync(lfs.request, 'release', both)
    assert (answer.rc, answer.stuck) == (None, True) and 'cannot be ended' in answer.text
    assert time.monotonic() - started < 5
    assert len(children.abandoned) == 1
    assert lfs.sync(lfs.states, both)[1] in (CLEAN, RELEASED)
    assert lfs.sync(lfs.actions, both)[0].verb == 'RESTORE'


def test_a_mount_that_answers_nothing(cache, children, root):
    """L11: every question ends."""
    write(root, b'f')
    lfs = client(cache, children, [root], call_timeout=0.3)
    looker = Looker(children, [root], deadline=0.3)
    cache.control('freeze-mount', cache.instance(os.fsdecode(os.path.dirname(root.path))), 'on')
    started = time.monotonic()
    looks = []
    looker.look([entry(b'f')], True, looks.extend)
    for ask in (lfs.states, lfs.actions):
        assert isinstance(lfs.sync(ask, [entry(b'f')])[0], Stuck)
    for ask in (lfs.df, lfs.fsname):
        assert isinstance(lfs.sync(ask, 0), Stuck)
    assert 'no answer' in lfs.sync(lfs.released, 0, list)
    assert lfs.sync(lfs.request, 'archive', [entry(b'f')]).stuck
    assert isinstance(looks[0], Stuck)
    assert time.monotonic() - started < 20


def test_a_cache_that_is_unmounted_in_the_middle(cache, children, root):
    """What lies below an empty mount point is nobody's proof."""
    write(root, b'f')
    mount = os.path.dirname(root.path)
    lfs = client(cache, children, [Root(mount, None)], devices=[os.stat(mount).st_dev])
    assert lfs.sync(lfs.states, [entry(b'shot/f')]) == [State(0, 0)]
    cache.unmount(os.fsdecode(mount))
    os.mkdir(mount + b'/shot')
    answer = Failure(errno.ENODEV, os.strerror(errno.ENODEV))
    assert lfs.sync(lfs.states, [entry(b'shot/f')]) == [answer]
    assert lfs.sync(lfs.fsname, 0) == answer
    assert lfs.sync(lfs.released, 0, list) == 'No such device'


def test_an_evicted_client(cache, children, root):
    """L10."""
    write(root, b'f')
    lfs = client(cache, children, [root])
    instance = cache.instance(os.fsdecode(os.path.dirname(root.path)))
    cache.control('evict-client', instance, errno.ESHUTDOWN)
    answer = lfs.sync(lfs.states, [entry(b'f')])[0]
    assert answer.errno == errno.ESHUTDOWN
    cache.control('evict-client', instance, 0)


def test_a_swapped_folder_wins_nothing(lfs, root, cache):
    """Rule 7, M5: what was planned below a folder is not asked of the link in its place."""
    write(root, b'shot/f')
    write(root, b'other/f')
    os.rename(root.path + b'/shot', root.path + b'/aside')
    os.symlink(b'other', root.path + b'/shot')
    answer = lfs.sync(lfs.request, 'archive', [entry(b'shot/f')])
    assert answer.place_errors == {0: errno.ENOTDIR}
    settle(lfs, [entry(b'aside/f'), entry(b'other/f')], State(0, 0))
    assert cache.stats().get('archive', {'requested': 0})['requested'] == 0


def test_a_link_in_place_of_a_file_is_refused(lfs, root):
    """H31: lfs itself refuses links in a request."""
    write(root, b'other')
    os.symlink(b'other', root.path + b'/f')
    answer = lfs.sync(lfs.request, 'archive', [entry(b'f')])
    assert answer.rc == 4 and answer.text == 'error: "%s/f" is not a regular file' % (
        os.fsdecode(root.path))


def test_listing_by_find(lfs, root):
    """H70, M5."""
    names = NAMES + [b'sub/' + name for name in NAMES]
    entries = [entry(name) for name in names]
    for name in names:
        write(root, name)
    request(lfs, 'archive', entries)
    settle(lfs, entries, CLEAN)
    request(lfs, 'release', entries[::2])
    got = []
    assert lfs.sync(lfs.released, 0, got.extend) is None
    assert sorted(got) == sorted(names[::2])


def test_a_listing_with_a_broken_folder_proves_nothing(lfs, cache, root):
    """L4: an error in the middle of a folder looks like its end, so no count may rest on it."""
    both = [entry(b'a/f'), entry(b'b/f')]
    for one in both:
        write(root, one.rel)
    request(lfs, 'archive', both)
    settle(lfs, both, CLEAN)
    request(lfs, 'release', both)
    cache.control('readdir-error', '/shot/a')
    got = []
    lfs.sync(lfs.released, 0, got.extend)
    assert set(got) <= {b'a/f', b'b/f'}


def test_space_and_names(lfs, cache, root):
    """H73, H74."""
    osts = lfs.sync(lfs.df, 0)
    assert [ost.index for ost in osts] == list(range(len(osts)))
    assert all(0 < ost.free <= ost.total for ost in osts)
    cache.control('ost-full', '1', 'on')
    full = lfs.sync(lfs.df, 0)
    assert full[1].free < osts[1].free // 100 and full[0].free > osts[0].free // 2
    fsname, instance = lfs.sync(lfs.fsname, 0)
    assert fsname == 'cache'
    assert '%s-%s' % (fsname, instance) == cache.instance(os.fsdecode(os.path.dirname(root.path)))


def test_what_is_not_lustre(cache, children, version, tmp_path):
    """H5, H74."""
    (tmp_path / 'f').write_text('')
    lfs = client(cache, children, [Root(os.path.realpath(os.fsencode(str(tmp_path))), None)])
    assert lfs.sync(lfs.fsname, 0).errno == errno.ENOTTY
    assert lfs.sync(lfs.states, [entry(b'f')])[0].errno == errno.ENOTTY
    assert lfs.sync(lfs.request, 'archive', [entry(b'f')]).rc != 0
    assert isinstance(lfs.sync(lfs.df, 0), Failure)


def test_an_immutable_file_is_seen_and_nothing_is_restored(lfs, children, cache, root):
    """H51, H11."""
    for name in (b'free', b'fixed'):
        write(root, name)
    both = [entry(b'free'), entry(b'fixed')]
    request(lfs, 'archive', both)
    settle(lfs, both, CLEAN)
    request(lfs, 'release', both)
    settle(lfs, both, RELEASED)
    subprocess.check_call(['chattr', '+i', root.path + b'/fixed'])
    try:
        looks = []
        Looker(children, [root]).look(both, True, looks.extend)
        while not looks:
            children.wait(1)
    finally:
        subprocess.check_call(['chattr', '-i', root.path + b'/fixed'])
    assert [found.immutable for found in looks] == [False, True]
    assert [found.size for found in looks] == [4, 4]
    assert lfs.sync(lfs.states, both) == [RELEASED] * 2
