# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in a child process that may sleep in the kernel and cannot always be killed (H80)."""

import os
import pickle
import select
import signal
import time


class Blocked(Exception):
    """The child did not end within its time."""


class Outcome(object):
    """What a child's function returned, or the errno it failed with."""

    def __init__(self, value, errno):
        self.value = value
        self.errno = errno

    def __repr__(self):
        return 'Outcome(value=%r, errno=%r)' % (self.value, self.errno)


class Child(object):
    """Runs function(*args) in a fork. Nothing here ever waits for it without a limit."""

    def __init__(self, function, *args, **options):
        reader, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _become(writer, function, args, options.get('user'))
        os.close(writer)
        self._reader = reader
        self._reaped = False

    def wait(self, seconds):
        """The outcome; Blocked when there is none in time."""
        data = b''
        end = time.time() + seconds
        while True:
            left = end - time.time()
            if left <= 0 or not select.select([self._reader], [], [], left)[0]:
                raise Blocked('process %d has not ended after %.1f s' % (self.pid, seconds))
            piece = os.read(self._reader, 65536)
            if not piece:
                break
            data += piece
        os.close(self._reader)
        self._reader = None
        self.gone(seconds)
        if not data:
            raise RuntimeError('process %d died without an outcome' % self.pid)
        value, errno, problem = pickle.loads(data)
        if problem:
            raise RuntimeError('in the child: ' + problem)
        return Outcome(value, errno)

    def sleeps(self, seconds):
        """True when it has not ended after that time."""
        return not select.select([self._reader], [], [], seconds)[0]

    def gone(self, seconds):
        """True when the process has ended, at the latest after that time."""
        end = time.time() + seconds
        while not self._reaped:
            self._reaped = os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
            if self._reaped or time.time() >= end:
                break
            time.sleep(0.02)
        return self._reaped

    def kill(self):
        if not self._reaped:
            os.kill(self.pid, signal.SIGKILL)

    def abandon(self):
        """Let go of it, dead or not."""
        self.kill()
        self.gone(1)
        if self._reader is not None:
            os.close(self._reader)
            self._reader = None


def _become(writer, function, args, user):
    """The child's life: no descriptor of ours is held by a process that may stay for ever."""
    answer = (None, None, None)
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.closerange(3, writer)
        os.closerange(writer + 1, 4096)
        os.chdir('/')
        if user is not None:
            drop_to(user)
        answer = (function(*args), None, None)
    except OSError as error:
        answer = (None, error.errno, None)
    except BaseException as error:
        answer = (None, None, repr(error))
    finally:
        try:
            os.write(writer, pickle.dumps(answer))
        finally:
            os._exit(0)


def drop_to(user):
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
