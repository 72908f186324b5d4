# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at files in a child, with answers of the same kinds as those of `lfs`."""

from . import look
from .answers import Stuck, of_errno

_LATE = Stuck('The mount gave no answer about some files within %d seconds.' % look.LOOK_SECONDS)


class Looker(object):
    """The second look of a run: right before a request, and after its end."""

    def __init__(self, children, roots, devices=None):
        self._children = children
        self._roots = roots
        self._devices = devices

    def look(self, entries, flags, done):
        """done(list aligned with entries: look.Look, Failure or Stuck).

        flags: whether immutable files are to be told too, for which files are opened.
        """
        look.look(self._children, self._roots, entries,
                  lambda looks: done([_answer(one) for one in looks]), flags, self._devices)


def _answer(one):
    if one is None:
        return _LATE
    return of_errno(one.errno) if one.errno else one
