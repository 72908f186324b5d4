# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a run has to end early."""

import os
import pty
import signal
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.stop import (
    SIGNALS,
    Stop,
)


@pytest.fixture(autouse=True)
def handlers():
    # The tests themselves may run under nohup, which means something to Stop.
    before = [(number, signal.signal(number, signal.SIG_DFL)) for number in SIGNALS]
    yield
    for number, handler in before:
        signal.signal(number, handler)


@pytest.mark.parametrize('path', [os.devnull, None])
def test_a_file_never_closes(path, tmp_path):
    with open(str(path or tmp_path / 'out'), 'w') as output:
        assert Stop(output.fileno())() is None


def test_a_pipe_that_nobody_reads_any_more():
    reader, writer = os.pipe()
    stop = Stop(writer)
    assert stop() is None
    os.close(reader)
    assert stop() == 'closed'
    os.close(writer)


def test_a_terminal_that_went_away():
    master, slave = pty.openpty()
    stop = Stop(slave)
    assert stop() is None
    os.close(master)
    assert stop() == 'closed'
    os.close(slave)


@pytest.mark.parametrize('number', ['SIGINT', 'SIGTERM', 'SIGHUP'])
def test_a_signal_and_the_first_one_counts(number):
    with open(os.devnull, 'w') as output:
        stop = Stop(output.fileno())
        os.kill(os.getpid(), getattr(signal, number))
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop() == number


def _orphan(hangup):
    """Start Stop in a process whose parent ends; return what it said then."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        if os.fork():
            time.sleep(0.3)
            os._exit(0)
        signal.signal(signal.SIGHUP, hangup)
        with open(os.devnull, 'w') as output:
            stop = Stop(output.fileno())
            before = stop()
            time.sleep(0.8)
            os.write(writer, repr((before, stop())).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as stream:
        return stream.read()


def test_a_parent_that_died():
    assert _orphan(signal.SIG_DFL) == repr((None, 'closed'))


def test_nohup_outlives_its_parent():
    assert _orphan(signal.SIG_IGN) == repr((None, None))
