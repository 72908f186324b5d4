# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The child that reads the events of one mount: all that touches it is done here.

To read an event may mean to open a file of a cache that does not answer (fanotify F12, F40):
then this process hangs, and no other.
"""

import select
import signal
import time

from ..hsm.wire import Sender
from . import fanotify, marks, news
from .named import NamedFiles
from .opened import OpenedFiles
from .sighting import Unseen, writer

BEAT_SECONDS = 0.5
_BATCH = 64


def read_mount(out, mount, stop):
    """Mark a Mount and tell what is written there, until a byte comes on `stop`.

    It ends by itself when the mount is gone. out: where frames of news.py are written.
    """
    # A service manager signals every process of a service, and the queue has to be emptied:
    # the service says when to end. If it dies, so does this process (hsm/forked.py).
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        mark = marks.attach(mount)
    except marks.MountGone:
        return
    _Reader(out, mount, mark).run(stop)


class _Reader(object):
    def __init__(self, out, mount, mark):
        self._sender = Sender(out)
        self._queue = mark.queue
        self._files = NamedFiles(mount) if mark.how == marks.FID_FS else OpenedFiles(mount)
        # Everything that happened until then has been told.
        self._covered = time.time()
        self._told_at = self._covered
        self._tell(news.Marked(self._covered, mark.how))
        self._sender.flush()

    def run(self, stop):
        poll = select.poll()
        poll.register(self._queue, select.POLLIN)
        poll.register(stop, select.POLLIN)
        stopping = False
        while not stopping:
            stopping = stop in dict(poll.poll(BEAT_SECONDS * 1000))
            try:
                while not self._batch() and stopping:
                    pass
            except marks.MountGone:
                stopping = True
            if not fanotify.is_marked(self._queue):
                stopping = True
            elif stopping or time.time() - self._told_at >= BEAT_SECONDS:
                self._told_at = time.time()
                self._tell(news.Covered(self._covered))
            self._sender.flush()

    def _batch(self):
        """Handle a number of events; return whether no more were there."""
        began = time.time()
        writers = {}
        try:
            for _number in range(_BATCH):
                try:
                    events = self._files.read(self._queue)
                except Unseen as problem:
                    self._miss(problem)
                    continue
                if not events:
                    self._covered = began
                    return True
                for event in events:
                    self._handle(event, writers)
        finally:
            self._files.end_batch()
        return False

    def _handle(self, event, writers):
        if event.mask & fanotify.OVERFLOW:
            self._miss('the queue of events was full')
            return
        try:
            sighting = self._files.sight(event)
        except Unseen as problem:
            self._miss(problem)
            return
        if sighting is None:
            return
        if event.pid not in writers:
            writers[event.pid] = writer(event.pid)
        program, uid = writers[event.pid]
        self._tell(news.Seen(time.time(), sighting.path, sighting.device, sighting.inode,
                             event.pid, program, uid))

    def _miss(self, reason):
        """What was missed was written after all that has been told was."""
        self._tell(news.Missed(self._covered, time.time(), str(reason)))

    def _tell(self, item):
        self._sender.send(*news.pack(item))
