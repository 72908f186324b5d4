# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs our script inside Deadline: text and orders in a private folder, one answer back."""

import binascii
import json
import os
import shutil
import tempfile

from . import answers, inside
from .errors import DeadlineError

# Deadline 10.1 runs a script on its Python 3 only when it asks for it (deadline 189).
FIRST_LINE = '#!/usr/bin/env python3\n'


def source():
    """The text of inside.py, also when this runs out of the archive of a module."""
    text = inside.__loader__.get_source(inside.__name__)
    if not text:
        raise DeadlineError('The script %s cannot be read. Install the collection again.'
                            % inside.__name__)
    return FIRST_LINE + text


class Scripts(object):
    """Carries out operations of inside.py by way of a Command."""

    def __init__(self, command, folder=None):
        """folder: where the private folders are made, None for the usual place."""
        self._command = command
        self._folder = folder

    def run(self, operation, **arguments):
        """Return the result of one operation; nothing of the arguments is in a command line."""
        nonce = binascii.hexlify(os.urandom(16)).decode('ascii')
        folder = tempfile.mkdtemp(prefix='file-cache-', dir=self._folder)
        try:
            script = _write(folder, 'script.py', source())
            order = _write(folder, 'order.json', json.dumps(
                {'operation': operation, 'arguments': arguments, 'nonce': nonce}))
            words = ['-ExecuteScriptNoGui', script, order]
            return self._result(operation, words, nonce)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _result(self, operation, words, nonce):
        said = self._command.call(words)
        answer = answers.marked(said.out, nonce)
        if answer is None:
            # Whatever the exit status: without our line the script did not come to its end.
            raise self._command.failed(words, said)
        if not answer.get('ok'):
            raise DeadlineError('Deadline could not %s: %s' % (
                operation.replace('_', ' '), answers.quote(str(answer.get('error')))))
        return answer.get('result')


def _write(folder, name, text):
    path = os.path.join(folder, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'w',
              encoding='utf-8') as file:
        file.write(text)
    return path
