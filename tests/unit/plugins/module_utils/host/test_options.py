# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options asked for, and what the kernel shows of them."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.options import drift
from hypothesis import given
from hypothesis import strategies as st

PAIRS = [('rw', 'ro'), ('suid', 'nosuid'), ('dev', 'nodev'), ('exec', 'noexec')]
ATIMES = ['noatime', 'relatime', 'strictatime']
LOCKS = ['flock', 'localflock', 'noflock']
XATTRS = ['user_xattr', 'nouser_xattr']
# They never reach the kernel, or are shown without having been asked for.
SILENT = ['_netdev', 'nofail', 'defaults', 'auto', 'x-systemd.automount',
          'x-systemd.after=network-online.target', 'x-file-cache', 'comment=a']
CHATTER = ['checksum', 'lazystatfs', 'lruresize', 'encrypt', 'seclabel', 'user_fid2path']

COMPARED = [word for pair in PAIRS for word in pair] + ATIMES + LOCKS + XATTRS
ASKED = st.lists(st.sampled_from(COMPARED + SILENT), max_size=12)


def last(asked, words, otherwise):
    found = [word for word in asked if word in words]
    return found[-1] if found else otherwise


def shown_for(asked, old=False):
    """What a Lustre client shows that was mounted so; an old one shows no noflock."""
    shown = [last(asked, pair, pair[0]) for pair in PAIRS]
    shown = [word for word in shown if word not in ('suid', 'dev', 'exec')]
    shown.append(last(asked, ATIMES, 'strictatime'))
    lock = last(asked, LOCKS, 'noflock')
    shown += [] if old and lock == 'noflock' else [lock]
    shown.append(last(asked, XATTRS, 'user_xattr'))
    return [word for word in shown if word != 'strictatime' or 'strictatime' in asked] + CHATTER


@given(ASKED, st.booleans())
def test_a_mount_as_asked_has_no_drift(asked, old):
    assert drift(asked, shown_for(asked, old)) == []


@given(ASKED, ASKED)
def test_what_differs_is_named_with_what_was_asked_and_a_remount_puts_it_right(asked, before):
    missing = drift(asked, shown_for(before))
    assert set(missing) <= set(COMPARED)
    for pair in PAIRS:
        wanted, there = (last(words, pair, pair[0]) for words in (asked, before))
        assert (wanted in missing) == (wanted != there)
    for words in (ATIMES, LOCKS, XATTRS):
        wanted = last(asked, words, None)
        if wanted in missing:
            assert last(before, words, None) != wanted
    assert drift(asked, shown_for(asked)) == []


@pytest.mark.parametrize('asked, shown, missing', [
    # The defaults of the role, as a client of 2.12 and one of 2.15 show them.
    ('relatime,flock,_netdev,x-systemd.automount,nofail', 'rw,relatime,flock,lazystatfs', []),
    ('relatime,flock,_netdev,nofail', 'rw,relatime,checksum,flock,nouser_xattr,lazystatfs', []),
    # Automatic eviction needs atime (filecache-and-peers A2.2).
    ('relatime,flock', 'rw,noatime,flock,lazystatfs', ['relatime']),
    ('relatime,flock', 'ro,relatime,lazystatfs', ['rw', 'flock']),
    ('relatime,flock', 'rw,relatime,localflock', ['flock']),
    ('noflock', 'rw,relatime,lazystatfs', []),
    ('noflock', 'rw,relatime,flock', ['noflock']),
    ('ro,relatime', 'rw,relatime,flock', ['ro']),
    ('rw,ro', 'ro,relatime,flock', []),
    ('ro,rw', 'ro,relatime,flock', ['rw']),
    ('nosuid,nodev', 'rw,nosuid,relatime', ['nodev']),
    ('relatime', 'rw,nosuid,relatime', ['suid']),
    # user implies nosuid, nodev and noexec: no word about those.
    ('user,relatime', 'rw,nosuid,nodev,noexec,relatime', []),
    ('users,ro', 'rw,nosuid,nodev,noexec,relatime', ['ro']),
    ('user_xattr', 'rw,relatime,nouser_xattr', ['user_xattr']),
    # Who shows no word of a Lustre client does not tell of its locks.
    ('relatime,flock', 'rw,relatime', []),
    ('', '', []),
])
def test_drift(asked, shown, missing):
    assert drift(asked.split(','), shown.split(',')) == missing
