# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One folder where a cache is to be mounted: what is there, and who reads its events."""

import os

from ..hsm.escape import escape
from . import marks, news
from .reading import Reading, why
from .span import Span
from .store import UNMOUNTED, Gap, Written

# Between two tries to watch a mount that cannot be watched, and two words about the same.
_PAUSES = (1, 2, 5, 15, 60)
_QUIET_SECONDS = 60

_HOW = {
    marks.FID_FS: 'the whole file system, by file handles',
    marks.FD_FS: 'the whole file system, by open files',
    marks.FD_MOUNT: 'this mount only. A mark on the whole file system is not taken here, so what '
                    'containers and bind mounts write is not seen',
}


class Watched(object):
    """A mount point, and always the reader that fits what is mounted there."""

    def __init__(self, point, children, pending, clock, say):
        """pending: a Pending for what is found out; say(text) is for people."""
        self.point = point
        self._children = children
        self._pending = pending
        self._clock = clock
        self._say = say
        self._mount = None
        self._reader = None
        self._span = None
        self._failures = 0
        self._resume_at = 0
        self._left_behind = None
        self._said = None
        self._missed = {}
        self._missed_said_at = 0

    @property
    def is_marked(self):
        return self._reader is not None and self._reader.span is not None

    @property
    def is_settled(self):
        """Whether it is known how this mount is watched, or that it cannot be."""
        return self._mount is None or self.is_marked or self._failures > 0

    @property
    def is_idle(self):
        """Whether no reader is at work."""
        return self._reader is None

    def look(self, mount):
        """See to it that the Mount that is there now, or None, is watched."""
        now = self._clock()
        if mount != self._mount:
            self.stop()
            self._mount = mount
            self._span = None
            self._failures = self._resume_at = 0
            self._left_behind = None
        if mount is None:
            # Nothing can be written there: that time is covered, too.
            if self._span is None:
                self._span = Span(self._pending, self.point, UNMOUNTED, now)
            self._span.cover(now)
        elif self._reader is None and now >= self._resume_at and not self._is_stuck():
            self._reader = Reading(self._children, mount, self._take, self._over)
        self._say_missed(now)

    def stop(self):
        """Have the reader tell what is left, and end."""
        if self._reader is not None:
            self._reader.stop()

    def forget(self):
        """Nothing until now counts as covered any more."""
        for span in (self._span, self._reader and self._reader.span):
            if span is not None:
                span.restart(self._clock())

    def _take(self, item):
        """Take one piece of news of the reader."""
        if isinstance(item, news.Seen):
            self._pending.event(Written(
                None, self.point, item.path, item.device, item.inode, item.at, item.pid,
                item.program, item.uid))
        elif isinstance(item, news.Missed):
            self._pending.gap(Gap(self.point, item.began, item.ended, item.reason))
            self._missed[item.reason] = self._missed.get(item.reason, 0) + 1
        elif isinstance(item, news.Marked):
            self._reader.span = Span(self._pending, self.point, item.how, item.at)
            self._failures = 0
            self._said = None
            self._say('%s is watched: %s.' % (escape(self.point), _HOW[item.how]))
        else:
            self._reader.span.cover(item.at)

    def _over(self, result):
        """The reader has ended, or was left behind."""
        reader, self._reader = self._reader, None
        if result.stuck:
            self._left_behind = self._children.abandoned[-1][0]
        if reader.was_stopped or (reader.span and result.rc == 0 and not result.failure):
            # As it should: look() goes on with what is mounted now.
            return
        pause = _PAUSES[min(self._failures, len(_PAUSES) - 1)]
        self._resume_at = self._clock() + pause
        self._failures += 1
        text = '%s is not watched: %s. This is tried again.' % (escape(self.point), why(result))
        if text != self._said:
            self._said = text
            self._say(text)

    def _is_stuck(self):
        """Whether the last reader still sleeps on this mount: a second one would join it."""
        if self._left_behind is None or not os.path.exists('/proc/%d' % self._left_behind):
            self._left_behind = None
        return self._left_behind is not None

    def _say_missed(self, now):
        """Say what was missed, and seldom: a thousand files may be missed in a second."""
        if self._missed and now >= self._missed_said_at + _QUIET_SECONDS:
            for reason in sorted(self._missed):
                self._say('%s: something was written and not seen, %d times: %s. For that time '
                          'writeback looks at the states of the files.' % (
                              escape(self.point), self._missed[reason], reason))
            self._missed = {}
            self._missed_said_at = now
