# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest: what the filer holds, as one line of proof a file.

    SIZE NUL MTIME NUL CTIME NUL RELATIVE-PATH NUL        for each regular file
    COUNT NUL end NUL NUL NUL                             at the very end

Times are SECONDS.NNNNNNNNN since 1970. Without its last record a manifest was cut short
and proves nothing, so reading it is refused, as it is for anything that no scan writes.
"""

import collections
import re

from .entry import SECOND, is_rel
from .errors import Refused
from .escape import escape
from .streams import read_chunks, title

Record = collections.namedtuple('Record', 'size mtime_ns ctime_ns rel')

MAX_BYTES = 1 << 33

_FIELDS = 4
_END = b'end'
_SIZE = re.compile(br'[0-9]{1,19}\Z')
_TIME = re.compile(br'(-?)([0-9]{1,18})(?:\.([0-9]{1,20}))?\Z')
_MAX_FIELD = 1 << 20
_REMEDY = 'Make it again with "file-cache manifest".'


def encode(record):
    """Return the bytes of one record."""
    return b'%d\0%s\0%s\0%s\0' % (
        record.size, encode_time(record.mtime_ns), encode_time(record.ctime_ns), record.rel)


def encode_end(count):
    """Return the bytes that say a manifest of this many records is whole."""
    return b'%d\0%s\0\0\0' % (count, _END)


def encode_time(nanoseconds):
    """Return nanoseconds since 1970 as SECONDS.NNNNNNNNN."""
    return b'%s%d.%09d' % ((b'-' if nanoseconds < 0 else b'',)
                           + divmod(abs(nanoseconds), SECOND))


def decode_time(text):
    """Return nanoseconds since 1970, or None for what is no time; digits past nine are cut."""
    found = _TIME.match(text)
    if not found:
        return None
    sign, seconds, fraction = found.groups(b'')
    nanoseconds = int(seconds) * SECOND + int(fraction[:9].ljust(9, b'0'))
    if not sign:
        return nanoseconds
    return -nanoseconds - (1 if fraction[9:].strip(b'0') else 0)


def read(file, beat, max_bytes=MAX_BYTES):
    """Yield the records of a manifest file (`-`: standard input), then prove its end."""
    parser = Parser(title('manifest', file), max_bytes)
    for chunk in read_chunks('manifest', file, beat):
        yield from parser.feed(chunk)
    parser.finish()


class Parser(object):
    """Cuts a stream into records; raises Refused for what no scan writes.

    The records say nothing until finish() has come back: only then is the end proven.
    """

    def __init__(self, name, max_bytes=MAX_BYTES):
        self._name = name
        self._max_bytes = max_bytes
        self._bytes = 0
        self._rest = b''
        self._fields = []
        self._ended = False
        self.count = 0

    def feed(self, chunk):
        """Yield the records that these bytes complete."""
        self._bytes += len(chunk)
        if self._bytes > self._max_bytes:
            self._refuse('is longer than %d bytes, the limit.' % self._max_bytes)
        fields = (self._rest + chunk).split(b'\0')
        self._rest = fields.pop()
        if len(self._rest) > _MAX_FIELD:
            self._refuse('has no NUL within %d bytes after record %d: it is no manifest.'
                         % (_MAX_FIELD, self.count))
        fields = self._fields + fields
        whole = len(fields) - len(fields) % _FIELDS
        self._fields = fields[whole:]
        for start in range(0, whole, _FIELDS):
            record = self._record(*fields[start:start + _FIELDS])
            if record is not None:
                yield record

    def finish(self):
        """Prove that the manifest came to its own end."""
        if not self._bytes:
            self._refuse('is empty.')
        if not self._ended:
            self._refuse('has no end record after record %d, so it was cut short and proves '
                         'nothing.' % self.count)
        if self._fields or self._rest:
            self._refuse('goes on after its end record.')

    def _record(self, size, mtime, ctime, rel):
        if self._ended:
            self._refuse('goes on after its end record.')
        if mtime == _END:
            self._end(size, ctime, rel)
            return None
        self.count += 1
        if not _SIZE.match(size):
            self._refuse_record('"%s" where its size should be' % _short(size))
        times = []
        for text in (mtime, ctime):
            times.append(decode_time(text))
            if times[-1] is None:
                self._refuse_record('"%s" where a time in seconds should be%s' % (
                    _short(text), ' (a decimal comma comes from the locale)'
                    if b',' in text else ''))
        if not is_rel(rel):
            self._refuse_record('the name "%s", which is not a plain path relative to the root'
                                % _short(rel))
        return Record(int(size), times[0], times[1], rel)

    def _end(self, count, third, fourth):
        if third or fourth or not _SIZE.match(count):
            self._refuse('has a broken end record.')
        if int(count) != self.count:
            self._refuse('says that it holds %d records, and holds %d.' % (int(count), self.count))
        self._ended = True

    def _refuse_record(self, what):
        self._refuse('has in record %d %s.' % (self.count, what))

    def _refuse(self, why):
        raise Refused('%s %s %s' % (self._name, why, _REMEDY))


def _short(raw):
    return escape(raw if len(raw) <= 300 else raw[:300] + b'...')
