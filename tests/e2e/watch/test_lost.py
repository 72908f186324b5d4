# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are gone before their event is read: a gap by open files, none by handles."""

import subprocess
import time

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.watch.test_writers import sh


class TestByOpenFiles:
    """fanotify F12, F13, F16: the kernel does not say which file it was."""

    def test_an_unlinked_file_is_a_gap(self, watching):
        """It hides nothing of what was written beside it."""
        since = time.time()
        with watching.held_up():
            sh(watching.mount, 'for i in 1 2 3 4 5; do echo x > $i; done; rm 3')
        assert sorted(watching.names()) == [b'1', b'2', b'4', b'5']
        assert watching.fallback(since) == 'gap'
        assert watching.fallback(time.time()) is None

    def test_a_replaced_file_is_a_gap(self, watching):
        since = time.time()
        with watching.held_up():
            sh(watching.mount, 'echo old > a; echo new > b; mv b a')
        entry = watching.names()[b'a']
        assert entry.inode == (watching.mount / 'a').stat().st_ino
        assert watching.fallback(since) == 'gap'

    def test_a_namespace_that_nobody_knows_any_more_is_a_gap(self, watching, tmp_path):
        (watching.mount / 'sub').mkdir()
        since = time.time()
        with watching.held_up():
            subprocess.run(['unshare', '-m', 'sh', '-ec',
                            'mount --bind "$1/sub" /mnt; echo x > /mnt/frame', '-',
                            watching.mount], check=True)
        assert watching.listed() == []
        assert watching.fallback(since) == 'gap'
        assert 'a mount that is not known here' in watching.journal


class TestByHandles:
    """fanotify F12: each file is named, so that what is gone is known to be gone."""

    @pytest.mark.parametrize('line, left', [
        ('for i in 1 2 3 4 5; do echo x > $i; done; rm 3', [b'1', b'2', b'4', b'5']),
        ('echo old > a; echo new > b; mv b a', [b'a']),
        ('mkdir d; echo x > d/a; rm -r d; echo y > b', [b'b']),
        ('mkdir d; echo x > d/a; mv d/a a; rmdir d', [b'a']),
        ('mkdir d; echo x > d/a; mv d e', [b'e/a']),
        ('unshare -m sh -ec "mkdir d; mount --bind d /mnt; echo x > /mnt/a"', [b'd/a']),
    ], ids=['unlinked', 'replaced', 'with its folder', 'moved out', 'folder moved', 'namespace'])
    def test_what_is_gone_is_no_gap(self, named, line, left):
        since = time.time()
        with named.held_up():
            sh(named.mount, line)
        assert sorted(named.names()) == left
        assert named.fallback(since) is None
