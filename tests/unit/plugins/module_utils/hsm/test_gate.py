# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One process of a host at a time asks for archives, and each gets its turn."""

import os
import signal

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import gate
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.gate import Gate


class Other(object):
    """Another process with a gate: does what it is told, and says how it went."""

    def __init__(self, folder):
        asked, self._ask = os.pipe()
        self._said, saying = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            # An end of its own pipe would keep it from seeing that its parent is done.
            os.close(self._ask)
            os.close(self._said)
            try:
                self._serve(Gate(folder), asked, saying)
            finally:
                os._exit(0)
        os.close(asked)
        os.close(saying)

    @staticmethod
    def _serve(one, asked, saying):
        while True:
            word = os.read(asked, 1)
            if word == b'e':
                os.write(saying, b'1' if one.enter() else b'0')
            elif word == b'l':
                one.leave()
                os.write(saying, b'1')
            elif word == b'f':
                # A child that outlives its parent, as one that is stuck on a mount does.
                if os.fork() == 0:
                    os.read(asked, 1)
                    os._exit(0)
                os.write(saying, b'1')
            else:
                return

    def _tell(self, word):
        os.write(self._ask, word)
        return os.read(self._said, 1) == b'1'

    def enter(self):
        return self._tell(b'e')

    def leave(self):
        return self._tell(b'l')

    def fork(self):
        return self._tell(b'f')

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def close(self):
        os.close(self._ask)
        os.close(self._said)


@pytest.fixture
def folder(tmp_path):
    return os.fsencode(str(tmp_path))


@pytest.fixture
def other(folder):
    one = Other(folder)
    yield one
    one.close()
    try:
        os.waitpid(one.pid, 0)
    except ChildProcessError:
        # The test has killed it.
        pass


def test_one_at_a_time(folder, other):
    mine = Gate(folder)
    assert mine.enter() and mine.enter()
    assert not other.enter()
    mine.leave()
    assert other.enter()
    assert not mine.enter()
    other.leave()
    assert mine.enter()
    mine.close()


def test_who_waits_is_next(folder, other):
    mine = Gate(folder)
    assert mine.enter()
    assert not other.enter()
    mine.leave()
    # Busier than the one that waits, and yet not before it.
    assert not mine.enter()
    assert other.enter()
    other.leave()
    assert mine.enter()
    mine.close()


def test_who_is_in_begins_nothing_more_after_a_while(folder):
    now = [0.0]
    mine = Gate(folder, lambda: now[0])
    assert mine.enter()
    now[0] += gate.LONGEST
    assert not mine.enter()
    mine.leave()
    assert mine.enter()
    mine.close()


def test_a_process_that_ends_lets_go(folder, other):
    mine = Gate(folder)
    assert other.enter()
    assert not mine.enter()
    other.kill()
    assert mine.enter()
    mine.close()


def test_a_child_that_is_left_behind_holds_nothing(folder):
    """A record lock is the process's own: rule 6, nothing waits for who cannot die."""
    one = Other(folder)
    assert one.enter()
    assert one.fork()
    one.kill()
    mine = Gate(folder)
    assert mine.enter()
    mine.close()
    one.close()


def test_where_no_file_can_be_made(tmp_path):
    with pytest.raises(OSError):
        Gate(os.fsencode(str(tmp_path / 'none')))
