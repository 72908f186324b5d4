# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What says of a file that it is not finished (safety rule 8; field-reports D3, D8)."""

import errno
import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.config import NOTHING
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import writers
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.look import UNFINISHED
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback import finished
from hypothesis import given
from hypothesis import strategies as st

RULES = NOTHING.settings['unfinished']


class Facts(object):
    def __init__(self, size=100, inode=7, mtime=1000):
        self.st_size, self.st_ino, self.st_mtime = size, inode, mtime


@pytest.fixture
def folder(tmp_path):
    descriptor = os.open(str(tmp_path), os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


@pytest.mark.parametrize('name, beside, size, is_open, sign', [
    ('a.exr', (), 100, False, None),
    ('a.exr', ('a.exr.mantra_checkpoint',), 100, False, 'sidecar'),      # D3
    ('a.exr.mantra_checkpoint', (), 100, False, 'partial'),
    ('a.exr', ('a.exr.lock',), 100, False, 'locked'),
    ('a.exr', ('a.exr.lck',), 100, False, 'locked'),
    ('a.exr', ('a.lock', 'b.exr.lock', 'a.exr.lock.txt'), 100, False, None),
    ('a.exr.lock', (), 100, False, 'partial'),
    ('a.tmp', (), 100, False, 'partial'), ('a.tmpx', (), 100, False, None),
    ('.a.part', (), 100, False, 'partial'),
    ('a.exr', (), 0, False, 'placeholder'), ('a.exr', (), 1, False, 'placeholder'),    # D8
    ('a.exr', (), 2, False, None),
    ('a.exr', (), 100, True, 'open'),
    # The first sign is told, and one is enough.
    ('a.tmp', ('a.tmp.lock',), 0, True, 'partial'), ('a.exr', ('a.exr.lock',), 0, True,
                                                     'placeholder'),
    ('a.exr', ('a.exr.lock', 'a.exr.mantra_checkpoint'), 100, False, 'sidecar'),
])
def test_signs(tmp_path, folder, name, beside, size, is_open, sign):
    for other in beside:
        (tmp_path / other).write_text('')
    told = finished.sign_of(RULES, {7} if is_open else set(), None, name.encode(), folder,
                            Facts(size))
    assert told == sign and (told is None or told in UNFINISHED)


def test_a_link_beside_it_is_a_sign_wherever_it_leads(tmp_path, folder):
    """Programs make locks as links to a name of the host that leads nowhere."""
    (tmp_path / 'a.exr.lock').symlink_to('host:4711')
    assert finished.sign_of(RULES, set(), None, b'a.exr', folder, Facts()) == 'locked'


def test_a_name_that_leaves_no_room_for_a_sign_has_none(folder):
    assert finished.sign_of(RULES, set(), None, b'x' * 255, folder, Facts()) is None


def test_a_folder_that_answers_with_an_error_is_no_proof(folder, monkeypatch):
    """Whether there is a lock is not known then, so the file is not taken for finished."""
    def refuse(*_words, **_more):
        raise OSError(errno.EIO, 'no')
    monkeypatch.setattr(finished.os, 'stat', refuse)
    with pytest.raises(OSError):
        finished.sign_of(RULES, set(), None, b'a.exr', folder, Facts())


@given(st.binary(min_size=1, max_size=20), st.integers(0, 3))
def test_without_rules_only_size_counts(name, size):
    rules = dict(RULES, sidecars=(), locks=(), partial=(), placeholder_bytes=1)
    assert finished.sign_of(rules, set(), None, name, -1, Facts(size)) == (
        'placeholder' if size <= 1 else None)


def test_the_processes_are_looked_at_again_when_a_second_has_passed(monkeypatch, folder):
    looks, now = [], [0.0]

    def holders(_children, _mounts):
        looks.append(now[0])
        held = writers.Held(1, 7, 4711, 'maya', True, False)
        return writers.Holders([held] if len(looks) == 1 else [], [(len(looks), 'asleep')], True)
    monkeypatch.setattr(finished.writers, 'writers', holders)
    one = finished.Finished(RULES, b'/proc', clock=lambda: now[0])
    for moment in (0.0, 0.9, 1.0):
        now[0] = moment
        assert one.judge()(b'a.exr', folder, Facts()) == 'open'
    now[0] = 1.1
    assert one.judge()(b'a.exr', folder, Facts()) is None
    assert looks == [0.0, 1.1]
    assert one.unknown == {1: 'asleep', 2: 'asleep'}
