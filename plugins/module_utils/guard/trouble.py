# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A trouble that comes back every few seconds is said when it begins, changes and ends."""

import time

REMIND_SECONDS = 3600


class Trouble(object):
    """say(text) gets the lines."""

    def __init__(self, say, clock=time.monotonic):
        self._say = say
        self._clock = clock
        self._text = None
        self._said = None
        self._began = None

    def met(self, text):
        """There is a trouble, as this text says."""
        now = self._clock()
        if self._text is None:
            self._began = now
        if text != self._text or now - self._said >= REMIND_SECONDS:
            self._say(text)
            self._said = now
        self._text = text

    def over(self, text):
        """There is none; where there was one, say this and how long it took."""
        if self._text is not None:
            self._say('%s, after %d s' % (text, self._clock() - self._began))
        self._text = None
