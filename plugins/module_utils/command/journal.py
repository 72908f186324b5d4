# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line in the system's journal for each call through sudo (design.md, safety rule 7)."""

import os
import socket
import sys
import syslog

from ..hsm.escape import escape
from .arguments import raw

DEVICE = '/dev/log'
PRIORITY = syslog.LOG_AUTHPRIV | syslog.LOG_INFO
PATIENCE = 5.0  # seconds

# The journal cuts a line that is too long, and its end tells how the call ended.
MOST_PATHS = 8


def line(caller, arguments, counts, code):
    """The line: user, verb, what it named, counts that are not 0, exit status.

    caller: Caller; arguments: the namespace of the call; counts: {name: number}.
    """
    named = getattr(arguments, 'paths', None) or [getattr(arguments, 'folder', '-')]
    figures = ['%s=%d' % (name, counts[name]) for name in sorted(counts) if counts[name]]
    return ' '.join(
        ['user=%s' % caller.name, 'uid=%d' % caller.uid, 'verb=%s' % arguments.verb]
        + ['path="%s"' % escape(raw(word)).replace('"', '\\x22') for word in named[:MOST_PATHS]]
        + figures + ['exit=%d' % code])


def write(text):
    """Send a line to the journal; where nothing takes it in time, the call is not held up.

    syslog(3) would wait for ever for a logger that is stopped.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as logger:
        logger.settimeout(PATIENCE)
        try:
            logger.connect(DEVICE)
            logger.send(b'<%d>file-cache[%d]: %s' % (PRIORITY, os.getpid(), text.encode('utf-8')))
        except OSError as problem:
            sys.stderr.write('file-cache: this call could not be journalled: %s\n' % problem)
