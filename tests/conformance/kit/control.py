# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CONTROL: the command that plays the operator of the server (README.md)."""

import shlex
import subprocess

import pytest


class ControlFailed(Exception):
    pass


def _let_go(process):
    process.kill()
    process.stdout.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        pass  # asleep in the kernel: it is not waited for


class Control(object):
    """Knows what it has broken, so that it can mend all of it at the end of a case."""

    def __init__(self, command, strict, patience):
        self._command = shlex.split(command) if command else None
        self._strict = strict
        self._patience = patience
        self._coordinator_off = False
        self._copytool_changed = False
        self._orphans = False
        self._full = set()

    def __call__(self, *words):
        """Do it and return what it prints. What CONTROL cannot do skips the case."""
        if not self._command:
            pytest.skip('needs CONTROL for: ' + ' '.join(words))
        self._remember(words)
        try:
            return self._run(*words)
        except ControlFailed as failure:
            if self._strict:
                raise
            pytest.skip(str(failure))

    def slow_copytool(self, megabytes):
        """Restart the copytool at that many MB/s, so that a copy can be seen while it runs."""
        self('copytool', 'stop')
        self('copytool', 'start', str(megabytes))

    def copytool_up(self):
        """After a stop or kill: the plain copytool again."""
        self._run('copytool', 'start')
        self._copytool_changed = False

    def free_the_stuck(self):
        """End orphaned actions: only a coordinator that is shut down does it (H84). It forgets
        its copytools, too (H37)."""
        self._run('coordinator', 'shutdown')
        self._run('coordinator', 'enable')
        self._coordinator_off = self._orphans = False
        self._renew_copytool()

    def mend(self):
        """Everything back as it was: no fault outlives its case, no caller stays asleep."""
        if self._orphans:
            self.free_the_stuck()
        if self._coordinator_off:
            self._run('coordinator', 'enable')
            self._coordinator_off = False
        if self._copytool_changed:
            self._renew_copytool()
        for words in sorted(self._full):
            self._run(*(words + ('off',)))
        self._full.clear()

    def _renew_copytool(self):
        try:
            self._run('copytool', 'stop')
        except ControlFailed:
            pass  # none runs
        self.copytool_up()

    def _remember(self, words):
        if words[:2] == ('copytool', 'kill'):
            self._orphans = True
        if words[0] == 'copytool' or words[:2] == ('coordinator', 'shutdown'):
            self._copytool_changed = True
        if words[0] == 'coordinator' and words[1] != 'purge':
            self._coordinator_off = True
        if words[-1] == 'on':
            self._full.add(words[:-1])

    def _run(self, *words):
        process = subprocess.Popen(self._command + list(words), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            output = process.communicate(timeout=self._patience.limit(120))[0]
        except subprocess.TimeoutExpired:
            _let_go(process)
            raise ControlFailed('CONTROL %s: does not end' % ' '.join(words))
        text = output.decode('utf-8', 'replace').strip()
        if process.returncode:
            raise ControlFailed('CONTROL %s: rc %d, %s' % (' '.join(words), process.returncode,
                                                           text or 'no text'))
        return text
