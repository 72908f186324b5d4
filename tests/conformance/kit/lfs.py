# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of `lfs`: every one in a child with a deadline, everything as bytes."""

import collections
import os
import subprocess
import tempfile

from .child import Blocked, drop_to

Result = collections.namedtuple('Result', 'rc out err')

# The locale decides strerror's words; the transcripts are in C.
ENVIRONMENT = dict(os.environ, LC_ALL='C')


def raw(value):
    return value if isinstance(value, bytes) else os.fsencode(str(value))


class Call(object):
    """One running command. Its output goes to files, so that it can be left behind."""

    def __init__(self, words, user=None, cwd=None, fds=()):
        self.words = [raw(word) for word in words]
        self._out = tempfile.TemporaryFile()
        self._err = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(
                self.words, stdin=subprocess.DEVNULL, stdout=self._out, stderr=self._err,
                cwd=cwd, env=ENVIRONMENT, pass_fds=fds,
                preexec_fn=None if user is None else lambda: drop_to(user))
        except OSError:
            self._out.close()
            self._err.close()
            raise

    def wait(self, seconds):
        try:
            rc = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Blocked('%r has not ended after %.1f s' % (self.words[:4], seconds))
        return Result(rc, self._read(self._out), self._read(self._err))

    def sleeps(self, seconds):
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def abandon(self):
        if self.process.poll() is None:
            self.process.kill()
            self.sleeps(1)
        self._out.close()
        self._err.close()

    @staticmethod
    def _read(stream):
        stream.seek(0)
        return stream.read()


def run(words, seconds, **options):
    call = Call(words, **options)
    try:
        return call.wait(seconds)
    finally:
        call.abandon()
