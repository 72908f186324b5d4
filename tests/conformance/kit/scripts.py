# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shell scripts: run to their end, or held at a point by a pipe until they may go on."""

import shutil
import subprocess

import pytest

from .child import drop_to
from .lfs import run


def script(cache, folder, line, needs=()):
    """Run a line of sh in a folder; a program that is not installed skips the case."""
    for program in needs:
        if not shutil.which(program):
            pytest.skip('%s is not installed here' % program)
    done = run(('sh', '-ec', line), cache.patience.limit(60), cwd=folder)
    assert done.rc == 0, done


class Held(object):
    """A script that has said a line (`echo`) and waits for one (`read line`)."""

    def __init__(self, *words, **options):
        user = options.pop('user', None)
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            preexec_fn=None if user is None else lambda: drop_to(user), **options)
        self._wait()

    @property
    def pid(self):
        return self.process.pid

    def go_on(self):
        """Let it go on to where it waits again."""
        self.process.stdin.write(b'\n')
        self.process.stdin.flush()
        self._wait()

    def _wait(self):
        if not self.process.stdout.readline():
            self.release()
            raise AssertionError('the script has ended: rc %d' % self.process.returncode)

    def release(self):
        """Let it go on to its end."""
        try:
            self.process.communicate(b'\n', timeout=60)
        finally:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.release()
