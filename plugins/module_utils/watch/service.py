# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service behind `file-cache watch`: it touches no mount, and waits for none.

Each mount has a reader, a child that may hang with it. What the readers tell is put on the
list at once; each second a sign of life says how far that is complete.
"""

import select
import time

from ..host import mountinfo
from ..hsm.child import Children
from ..hsm.escape import escape
from . import notify
from .pending import Pending
from .span import Span
from .store import SERVICE, Gap
from .watched import Watched

BEAT_SECONDS = 1.0
# How late a mount that comes or goes is noticed.
_TURN_SECONDS = 0.25
# How long readers may take to empty their queues at the end, and to begin at the start.
END_SECONDS = 10
START_SECONDS = 10
# Clocks are set back a little all the time.
_SLACK_SECONDS = 1.0


class Service(object):
    def __init__(self, points, keeper, say, clock=time.time):
        """points: where caches are mounted (bytes); keeper: a Keeper; say(text): for people."""
        self._say = say
        self._clock = clock
        self._keeper = keeper
        self._renewed = keeper.renewed
        self._children = Children()
        self._pending = Pending(keeper, clock, say)
        self._mounts = [Watched(point, self._children, self._pending, clock, say)
                        for point in points]
        self._began = self._beat_at = clock()
        self._span = Span(self._pending, SERVICE, 'watch', self._began)
        self._is_ready = False

    def run(self, stop):
        """Watch until stop() gives a reason."""
        with open('/proc/self/mountinfo', 'rb') as mounts:
            changes = select.poll()
            changes.register(mounts, select.POLLERR | select.POLLPRI)
            self._look()
            try:
                while stop() is None:
                    self._turn(changes)
                self._finish()
            finally:
                self._children.close()
                self._keeper.close()

    def _turn(self, changes):
        self._children.wait(_TURN_SECONDS)
        now = self._clock()
        if changes.poll(0):
            self._look()
        if abs(now - self._beat_at) >= BEAT_SECONDS:
            self._beat(now)
        self._write(now)
        self._tell_ready(now)

    def _look(self):
        mounts = mountinfo.read()
        for watched in self._mounts:
            watched.look(mountinfo.at(watched.point, mounts))

    def _beat(self, now):
        if now < self._beat_at - _SLACK_SECONDS:
            # Files of one hour are on the list under times of another.
            self._pending.gap(Gap(SERVICE, now, self._beat_at, 'the clock was set back'))
        self._beat_at = now
        self._look()
        self._span.cover(now)
        notify.tell(notify.ALIVE)

    def _write(self, now):
        if self._pending.is_due(now, BEAT_SECONDS):
            self._pending.write()
        if self._renewed != self._keeper.renewed:
            # What stood in the damaged file is lost.
            self._renewed = self._keeper.renewed
            self._pending.forget_spans()
            self._span.restart(now)
            for watched in self._mounts:
                watched.forget()

    def _tell_ready(self, now):
        """Tell the service manager once that what is written from now on is seen."""
        settled = all(watched.is_settled for watched in self._mounts)
        if not self._is_ready and (settled or abs(now - self._began) >= START_SECONDS):
            self._is_ready = True
            notify.tell(notify.READY, notify.status('%d of %d mounts are watched' % (
                sum(watched.is_marked for watched in self._mounts), len(self._mounts))))

    def _finish(self):
        """Put down what is in the queues: unread events hold an unmount up (fanotify F20)."""
        notify.tell(notify.STOPPING)
        for watched in self._mounts:
            watched.stop()
        ends = time.monotonic() + END_SECONDS
        while not all(watched.is_idle for watched in self._mounts) and time.monotonic() < ends:
            self._children.wait(_TURN_SECONDS)
        for watched in self._mounts:
            if not watched.is_idle:
                self._say('%s gave no answer at the end: what was written there last may be '
                          'missing on the list.' % escape(watched.point))
        self._span.cover(self._clock())
        if not self._pending.write():
            self._say('the list could not be written at the end: what was written last is missing '
                      'on it.')
