# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a child that looks at the mount tells its parent what it saw.

The child may have dropped to the rights of the caller, so its parent trusts nothing it
says: fixed binary frames, no pickle, a bounded length, only names that stay below a root.
"""

import os
import struct
import time

from .entry import PROBLEMS, SECOND, Entry, is_rel

# An entry; a name that could not be looked at; how much was seen; what differs between two
# manifests; what a path is; a refusal; one because nothing is there; the mount is dead; the
# end of everything.
ENTRY, PROBLEM, SEEN, CHANGES, PLACE = b'E', b'P', b'S', b'C', b'L'
REFUSED, MISSING, EVICTED, END = b'R', b'M', b'V', b'X'

_HEAD = struct.Struct('<cI')
_FACTS = struct.Struct('<IQqIQQB')
_PROBLEM = struct.Struct('<Ii')
_SEEN = struct.Struct('<QQQ')
_CHANGES = struct.Struct('<QQQQ')
_PLACE = struct.Struct('<Q?')

# A path may be longer than PATH_MAX when folders are opened one by one (field-reports L4),
# but not without end.
MAX_PAYLOAD = 4 << 20

_BUFFER = 32768
_BEAT_SECONDS = 0.5


class BrokenFrame(Exception):
    """The child sent what no child of ours sends."""


def pack_entry(entry):
    """Return an entry as the payload of a frame."""
    # Seconds and nanoseconds apart: together they leave 64 bits in the year 2262.
    seconds, nanoseconds = divmod(entry.mtime_ns, SECOND)
    return _FACTS.pack(
        entry.root, entry.size, seconds, nanoseconds, entry.ino, entry.nlink,
        PROBLEMS.index(entry.problem)) + entry.rel


def unpack_entry(payload, root_count):
    """Return the entry of a payload; raise BrokenFrame when it cannot be one."""
    try:
        root, size, seconds, nanoseconds, ino, nlink, problem = _FACTS.unpack_from(payload)
        rel = payload[_FACTS.size:]
        if root < root_count and nanoseconds < SECOND and is_rel(rel):
            return Entry(root, rel, size, seconds * SECOND + nanoseconds, ino, nlink,
                         PROBLEMS[problem])
    except (struct.error, IndexError):
        pass
    raise BrokenFrame('not an entry: %r' % payload[:80])


def unpack_problem(payload, root_count):
    """Return (root, name, errno) of a payload; the name is b'' for the root itself."""
    try:
        root, number = _PROBLEM.unpack_from(payload)
    except struct.error:
        raise BrokenFrame('not a problem: %r' % payload[:80])
    rel = payload[_PROBLEM.size:]
    if root >= root_count or rel and not is_rel(rel):
        raise BrokenFrame('not a problem: %r' % payload[:80])
    return root, rel, number


def unpack_seen(payload):
    """Return (names seen, files taken, their bytes) of a payload."""
    return _fixed(_SEEN, payload)


def unpack_changes(payload):
    """Return the numbers of (new, changed, same, deleted) names of a payload."""
    return _fixed(_CHANGES, payload)


def unpack_place(payload):
    """Return (device, whether it is a folder) of a payload."""
    return _fixed(_PLACE, payload)


def _fixed(form, payload):
    try:
        return form.unpack(payload)
    except struct.error:
        raise BrokenFrame('not of its form: %r' % payload[:80])


class Sender(object):
    """The child's end: frames in large writes, and a sign of life when there is nothing."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._parts = []
        self._size = 0
        self._sent_at = time.monotonic()
        self.seen = self.taken = self.size = 0
        self.problems = 0

    def entry(self, entry):
        self.count(entry.size)
        self.send(ENTRY, pack_entry(entry))

    def count(self, size):
        """Count one file that is taken."""
        self.taken += 1
        self.size += size

    def problem(self, root, rel, number):
        self.problems += 1
        self.send(PROBLEM, _PROBLEM.pack(root, number) + rel)

    def changes(self, new, changed, same, deleted):
        self.send(CHANGES, _CHANGES.pack(new, changed, same, deleted))

    def place(self, device, is_folder):
        self.send(PLACE, _PLACE.pack(device, is_folder))

    def refuse(self, text, kind=REFUSED):
        self.send(kind, text.encode('utf-8', 'surrogateescape'))
        self.flush()

    def evicted(self):
        self.send(EVICTED, b'')
        self.flush()

    def end(self):
        self.send(END, _SEEN.pack(self.seen, self.taken, self.size))
        self.flush()

    def tick(self):
        """Count one name; tell the parent now and then that work goes on."""
        self.seen += 1
        if not self.seen & 127:
            self.beat()

    def beat(self):
        """Tell the parent that work goes on, unless it has heard from us just now."""
        if time.monotonic() - self._sent_at > _BEAT_SECONDS:
            self.send(SEEN, _SEEN.pack(self.seen, self.taken, self.size))
            self.flush()

    def send(self, kind, payload):
        self._parts.append(_HEAD.pack(kind, len(payload)) + payload)
        self._size += len(self._parts[-1])
        if self._size >= _BUFFER:
            self.flush()

    def flush(self):
        data = b''.join(self._parts)
        self._parts, self._size = [], 0
        while data:
            data = data[os.write(self._descriptor, data):]
        self._sent_at = time.monotonic()


class Frames(object):
    """The parent's end: cuts a stream into frames, whatever pieces it arrives in."""

    def __init__(self):
        self._rest = b''

    def feed(self, data):
        """Return the list of (kind, payload) that these bytes complete."""
        data = self._rest + data if self._rest else data
        frames = []
        offset = 0
        while len(data) - offset >= _HEAD.size:
            kind, length = _HEAD.unpack_from(data, offset)
            if length > MAX_PAYLOAD:
                raise BrokenFrame('a frame of %d bytes' % length)
            end = offset + _HEAD.size + length
            if end > len(data):
                break
            frames.append((kind, data[offset + _HEAD.size:end]))
            offset = end
        self._rest = data[offset:]
        return frames
