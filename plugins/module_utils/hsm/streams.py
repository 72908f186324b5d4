# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and pipes that an option names, read and written in a child.

They may lie on the mount or on the filer, so nothing here runs in the process that has to
end (rule 6). A slow pipe is no stuck mount: beat() is called while one is waited for.
"""

import binascii
import collections
import contextlib
import os
import select
import signal

from .child import CallJob
from .errors import Refused
from .escape import escape

STANDARD = b'-'
BEAT_SECONDS = 1.0
_CHUNK = 1 << 18
_BUFFER = 1 << 16
_REMOVE_SECONDS = 5

# file: as the option names it; temporary: where it grows until it is whole; standard: a
# descriptor that is standard output in a child too, whose own one leads elsewhere.
Destination = collections.namedtuple('Destination', 'file temporary standard')


def title(what, file):
    """Return how an input is called in messages."""
    return 'The %s %s' % (what, 'on standard input' if file == STANDARD
                          else '"%s"' % escape(file))


def read_chunks(what, file, beat):
    """Yield the bytes of a file, or of standard input for `-`."""
    try:
        descriptor = 0 if file == STANDARD else os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise Refused('%s cannot be opened: %s.' % (title(what, file), error.strerror))
    try:
        while True:
            while not _ready(descriptor, select.POLLIN):
                beat()
            chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                return
            beat()
            yield chunk
    except OSError as error:
        raise Refused('%s cannot be read: %s.' % (title(what, file), error.strerror))
    finally:
        if descriptor:
            os.close(descriptor)


def _ready(descriptor, event):
    poll = select.poll()
    poll.register(descriptor, event)
    return poll.poll(BEAT_SECONDS * 1000)


@contextlib.contextmanager
def destination(children, file):
    """Give the Destination for an Output in a child; afterwards nothing half done is left."""
    folder, name = os.path.split(file)
    temporary = os.path.join(folder, b'.' + name[:200] + b'.' + binascii.hexlify(os.urandom(8)))
    standard = os.dup(1)
    try:
        yield Destination(file, temporary, standard)
    finally:
        os.close(standard)
        if file != STANDARD:
            _remove(children, temporary)


def _remove(children, name):
    """Remove what a child that was ended has left, in a child: the place may be dead."""
    results = []
    children.start(CallJob(_unlink, (name,), deadline=_REMOVE_SECONDS, done=results.append))
    while not results:
        children.wait(_REMOVE_SECONDS)


def _unlink(_out, name):
    try:
        os.unlink(name)
    except FileNotFoundError:
        pass


class Output(object):
    """A file that appears whole or not at all, or standard output; written in a child."""

    def __init__(self, place, beat):
        """place: a Destination."""
        self._place = place
        self._beat = beat
        self._parts = []
        self._size = 0
        self._standard = place.file == STANDARD
        # That much never waits in a pipe that takes anything; the wait is poll's.
        self._piece = select.PIPE_BUF if self._standard else _BUFFER
        if self._standard:
            # A reader that went away is an error to report, not the end of this process.
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
            self._descriptor = place.standard
        else:
            try:
                self._descriptor = os.open(
                    place.temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            except OSError as error:
                raise self._refusal(error)

    def write(self, data):
        self._parts.append(data)
        self._size += len(data)
        if self._size > _BUFFER:
            self._flush()

    def commit(self):
        """Write the rest, and let the file appear under its name."""
        self._flush()
        if not self._standard:
            try:
                os.fsync(self._descriptor)
                os.rename(self._place.temporary, self._place.file)
            except OSError as error:
                raise self._refusal(error)

    def _flush(self):
        data = memoryview(b''.join(self._parts))
        self._parts, self._size = [], 0
        try:
            while data:
                while not _ready(self._descriptor, select.POLLOUT):
                    self._beat()
                data = data[os.write(self._descriptor, data[:self._piece]):]
                self._beat()
        except OSError as error:
            raise self._refusal(error)

    def _refusal(self, error):
        return Refused('%s cannot be written: %s.' % (
            'Standard output' if self._standard else '"%s"' % escape(self._place.file),
            error.strerror))
