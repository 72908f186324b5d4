# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader (reader.py) as the service sees it: a child that may have to be left behind."""

import os

from ..hsm.child import CallJob
from ..hsm.wire import Frames
from . import news
from .reader import read_mount

# A reader speaks twice a second. One that is silent for so long sleeps on a dead mount.
SILENCE_SECONDS = 60


class Reading(object):
    """One reader at work on one Mount.

    span: the Span that it covers, set by who takes its news; was_stopped: whether it was
    told to end.
    """

    def __init__(self, children, mount, take, over):
        """take(news) is called for each piece of news, over(result) once, at the end."""
        self.span = None
        self.was_stopped = False
        self._take = take
        self._over = over
        self._frames = Frames()
        heard, self._stop = os.pipe()
        try:
            children.start(CallJob(read_mount, (mount, heard), deadline=SILENCE_SECONDS,
                                   done=self._done, data=self._data))
        finally:
            os.close(heard)

    def stop(self):
        """Have it tell what is in the queue, and end."""
        if not self.was_stopped:
            self.was_stopped = True
            try:
                os.write(self._stop, b'.')
            except BrokenPipeError:
                # It has ended just now.
                pass

    def _data(self, data):
        for kind, payload in self._frames.feed(data):
            self._take(news.unpack(kind, payload))

    def _done(self, result):
        os.close(self._stop)
        self._over(result)


def why(result):
    """Return why a reader ended that should not have, for people."""
    if result.stuck:
        return ('the mount gave no answer for %d seconds, and the process that waits for it '
                'cannot be ended' % SILENCE_SECONDS)
    if result.timed_out:
        return 'the mount gave no answer for %d seconds' % SILENCE_SECONDS
    if result.failure:
        return result.failure
    return 'the process that reads its events ended (%s)' % result.rc
