# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CONTROL: the command that plays the operator of the server (issue: verbs of `CONTROL`)."""

import shlex
import subprocess

import pytest

# What undoes a verb, in the order in which a cache is mended.
MENDING = (
    ('coordinator', ('coordinator', 'enable')),
    ('copytool', ('copytool', 'start')),
    ('filer-full', ('filer-full', 'off')),
)


class ControlFailed(Exception):
    pass


class Control(object):
    def __init__(self, command, strict, patience):
        self._command = shlex.split(command) if command else None
        self._strict = strict
        self._patience = patience
        self._broken = set()
        self._slowed = False
        self._orphans = False
        self._full_osts = set()

    def __call__(self, *words):
        """Do it and return what it prints. What CONTROL cannot do skips the case, with its words."""
        if not self._command:
            pytest.skip('needs CONTROL for: ' + ' '.join(words))
        self._remember(words)
        try:
            return self._run(words)
        except ControlFailed as failure:
            if self._strict:
                raise
            pytest.skip(str(failure))

    def available(self):
        return self._command is not None

    def slow_copytool(self, megabytes):
        """Restart the copytool at that many MB/s, so that a copy can be seen while it runs."""
        self('copytool', 'stop')
        self('copytool', 'start', str(megabytes))

    def copytool_up(self):
        """After a stop or kill: the plain copytool again."""
        self._run(('copytool', 'start'))
        self._broken.discard('copytool')
        self._slowed = False

    def mend(self):
        """Everything back as it was: no fault outlives its test, no caller stays asleep."""
        if self._orphans:
            self.free_the_stuck()
        if self._slowed and 'copytool' not in self._broken:
            self._run(('copytool', 'stop'))
            self._broken.add('copytool')
        for name, words in MENDING:
            if name in self._broken:
                self._run(words)
        for number in sorted(self._full_osts):
            self._run(('ost-full', number, 'off'))
        self._broken.clear()
        self._full_osts.clear()
        self._slowed = False

    def free_the_stuck(self):
        """End orphaned restores: only a coordinator that is shut down does it (H84)."""
        self._run(('coordinator', 'shutdown'))
        self._run(('coordinator', 'enable'))
        self._broken.discard('coordinator')
        self._orphans = False

    def _remember(self, words):
        verb = words[0]
        if words[:2] == ('copytool', 'kill'):
            self._orphans = True
        if words[:2] == ('copytool', 'start'):
            self._broken.discard('copytool')
            self._slowed = len(words) > 2
        elif verb == 'ost-full':
            (self._full_osts.add if words[2] == 'on' else self._full_osts.discard)(words[1])
        elif verb in ('copytool', 'coordinator', 'filer-full'):
            mended = words[1] in ('enable', 'off')
            (self._broken.discard if mended else self._broken.add)(verb)

    def _run(self, words):
        if not self._command:
            return ''
        process = subprocess.Popen(self._command + list(words), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            output = process.communicate(timeout=self._patience.limit(120))[0]
        except subprocess.TimeoutExpired:
            process.kill()
            raise ControlFailed('CONTROL %s: does not end' % ' '.join(words))
        text = output.decode('utf-8', 'replace').strip()
        if process.returncode:
            raise ControlFailed('CONTROL %s: rc %d, %s' % (' '.join(words), process.returncode,
                                                           text or 'no text'))
        return text
