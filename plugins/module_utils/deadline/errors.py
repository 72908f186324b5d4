# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between us and a Deadline, as full sentences for people."""


class DeadlineError(Exception):
    """Deadline could not be asked, refused, or answered what it must not; it says what to do."""


class Refusal(DeadlineError):
    """A server answered with an error; status: its number."""

    def __init__(self, message, status):
        super(Refusal, self).__init__(message)
        self.status = status


class Unsupported(DeadlineError):
    """This way to Deadline cannot do that; the sentence names the one that can."""


class StaleToken(DeadlineError):
    """Somebody else changed the data since it was read."""
