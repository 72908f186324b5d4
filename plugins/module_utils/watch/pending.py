# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to go on the list, and stays in memory while the disk takes nothing."""

from .database import Unavailable
from .store import Gap

MOST_EVENTS = 50000
_RETRY_SECONDS = 1.0


class Pending(object):
    """Events, gaps and spans on their way to a Keeper: all that is here, or nothing.

    So a time counts as covered only together with what happened in it.
    """

    def __init__(self, keeper, clock, say, most=MOST_EVENTS):
        self._keeper = keeper
        self._clock = clock
        self._say = say
        self._most = most
        self._events = []
        self._gaps = {}
        self._spans = {}
        self._written_at = self._failed_at = None

    def event(self, event):
        """Take a Written without id."""
        self._events.append(event)
        if len(self._events) > self._most:
            for lost in self._events:
                self.gap(Gap(lost.mount, lost.closed_at, lost.closed_at,
                             'the list could not be written'))
            self._events = []

    def gap(self, gap):
        """Take a Gap; those of one mount and reason become one."""
        key = (gap.mount, gap.reason)
        last = self._gaps.get(key, gap)
        self._gaps[key] = Gap(gap.mount, min(last.began, gap.began), max(last.ended, gap.ended),
                              gap.reason)

    def span(self, mount, how, began, seen):
        """Take a span, or how far one has come."""
        self._spans[mount, began] = (mount, how, began, seen)

    def forget_spans(self):
        self._spans = {}

    def is_due(self, now, every):
        """Whether to write: at once what happened, and spans only so often (seconds)."""
        if self._failed_at is not None:
            return abs(now - self._failed_at) >= _RETRY_SECONDS
        return bool(self._events or self._gaps or self._written_at is None
                    or abs(now - self._written_at) >= every)

    def write(self):
        """Write everything; return whether it worked."""
        now = self._clock()
        try:
            self._keeper.write(self._events, list(self._gaps.values()),
                               list(self._spans.values()))
        except Unavailable as problem:
            if self._failed_at is None:
                self._say('the list cannot be written: %s. What is written on this host is kept '
                          'in memory until it can: make room, or look at its folder.' % problem)
            self._failed_at = now
            return False
        if self._failed_at is not None:
            self._say('the list can be written again.')
        self._written_at, self._failed_at = now, None
        self._events, self._gaps, self._spans = [], {}, {}
        return True
