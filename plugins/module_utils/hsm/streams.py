# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and pipes that an option names, read and written in a child.

They may lie on the mount or on the filer, so nothing here runs in the process that has to
end (rule 6). A slow pipe is no stuck mount: beat() is called while one is waited for.
"""

import contextlib
import os
import select
import signal
import tempfile

from .errors import Refused
from .escape import escape

STANDARD = b'-'
BEAT_SECONDS = 1.0
_CHUNK = 1 << 18
_BUFFER = 1 << 16


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
            while not select.select([descriptor], [], [], BEAT_SECONDS)[0]:
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


@contextlib.contextmanager
def standard_output():
    """Give a descriptor that is the parent's standard output in its children too.

    Their own descriptor 1 is not: what a child prints by mistake must not land there.
    """
    descriptor = os.dup(1)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class Output(object):
    """A file that appears whole or not at all, or standard output."""

    def __init__(self, file, standard, beat):
        """standard: the descriptor of standard_output(), written to for `-`."""
        self._file = file
        self._beat = beat
        self._parts = []
        self._size = 0
        self._temporary = None
        self._descriptor = standard
        # That much never waits in a pipe that takes anything; the wait is select's.
        self._piece = select.PIPE_BUF if file == STANDARD else _BUFFER
        if file == STANDARD:
            # A reader that went away is an error to report, not the end of this process.
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        else:
            folder, name = os.path.split(file)
            try:
                self._descriptor, self._temporary = tempfile.mkstemp(
                    prefix=b'.' + name[:200] + b'.', dir=folder or b'.')
            except OSError as error:
                raise self._refusal(error)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        # Without a commit nothing stays, save what went to standard output.
        if self._temporary is not None:
            os.unlink(self._temporary)
            os.close(self._descriptor)

    def write(self, data):
        self._parts.append(data)
        self._size += len(data)
        if self._size > _BUFFER:
            self._flush()

    def _flush(self):
        data = memoryview(b''.join(self._parts))
        self._parts, self._size = [], 0
        try:
            while data:
                while not select.select([], [self._descriptor], [], BEAT_SECONDS)[1]:
                    self._beat()
                data = data[os.write(self._descriptor, data[:self._piece]):]
                self._beat()
        except OSError as error:
            raise self._refusal(error)

    def commit(self):
        """Write the rest, and let the file appear under its name."""
        self._flush()
        if self._temporary is None:
            return
        try:
            # mkstemp keeps others out; a result is for whoever may read the folder.
            os.fchmod(self._descriptor, 0o666 & ~_umask())
            os.fsync(self._descriptor)
            os.rename(self._temporary, self._file)
        except OSError as error:
            raise self._refusal(error)
        os.close(self._descriptor)
        self._temporary = None

    def _refusal(self, error):
        return Refused('%s cannot be written: %s.' % (
            'Standard output' if self._file == STANDARD else '"%s"' % escape(self._file),
            error.strerror))


def _umask():
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
