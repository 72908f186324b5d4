# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells one bad folder from a mount that is dead."""

import errno
import os

from .folders import listing_name

# An evicted client answers with these until it is mounted again (field-reports L10).
_CUT_OFF = frozenset([errno.ESHUTDOWN, errno.ENOTCONN])


class Evicted(Exception):
    """The mount no longer answers: nothing more can be learnt below it."""


def reporter(sender, index, folder):
    """Return what to call with (rel, errno) for each name below a root that failed."""
    def problem(rel, number):
        sender.problem(index, rel, number)
        give_up_when_evicted(number, folder)
    return problem


def give_up_when_evicted(number, folder=None):
    """Raise Evicted when an error of something below a root says so.

    EIO says it too (field-reports L10), but may also be one folder's own trouble
    (field-reports L4): so the root is asked whether it still can be listed.
    """
    if number in _CUT_OFF or number == errno.EIO and not _lists(folder):
        raise Evicted()


def _lists(folder):
    if folder is None:
        return False
    try:
        with os.scandir(listing_name(folder)) as listing:
            next(listing, None)
        return True
    except OSError:
        return False
