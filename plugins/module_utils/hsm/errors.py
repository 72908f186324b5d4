# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exceptions of the engine that people see: each ends a call before it requested anything."""

# What a shell reports of a process that a signal ended; others who end a run have no number.
SIGNAL_STATUS = {'SIGHUP': 129, 'SIGINT': 130, 'SIGTERM': 143}


class Refused(Exception):
    """The input or the place is not what it must be.

    The message is one or more full sentences: what is wrong, and what to do.
    status: what the command exits with; interrupted: who ended it, or None.
    """

    status = 2
    interrupted = None


class NotOnLustre(Refused):
    """The path is there and is no part of a cache: most likely the cache is not mounted."""


class Missing(Refused):
    """The path does not exist."""


class NoAnswer(Refused):
    """Nothing is wrong with the call: the mount or its servers do not answer.

    reason: the word (reasons.py) for the files that this is about.
    """

    status = 1

    def __init__(self, message, reason='stuck'):
        super(NoAnswer, self).__init__(message)
        self.reason = reason


class Interrupted(Refused):
    """The call was told to end before it had begun its work."""

    def __init__(self, reason):
        """reason: 'SIGINT', 'SIGTERM', 'SIGHUP' or 'closed'."""
        super(Interrupted, self).__init__('Interrupted before anything was requested (%s).'
                                          % reason)
        self.interrupted = reason
        self.status = SIGNAL_STATUS.get(reason, 1)
