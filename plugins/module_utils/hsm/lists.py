# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of names (--from): read to the end, checked whole, each name taken once.

A list is checked before anything is requested, so a slip in its last line stops the run
before it began. It may come from a pipe that never ends, so its size has a limit.
"""

import collections

from .entry import below, covers
from .errors import Refused
from .escape import escape
from .streams import read_chunks, title
from .table import NameTable

# file: path (bytes), or b'-' for standard input; null: NUL ends a name, else newline.
ListSource = collections.namedtuple('ListSource', 'file null max_bytes max_names')

MAX_BYTES = 1 << 30
MAX_NAMES = 10 * 1000 * 1000
# Deeper than any tree that a tool can still handle; more is a list of another form.
MAX_NAME = 1 << 20

_BOM = b'\xef\xbb\xbf'


def read(source, roots, beat):
    """Read and check a list; return its names as an iterator of (root index, rel).

    Raises Refused for anything that the list should not hold. beat() is called while the
    list is waited for.
    """
    table = NameTable()
    splitter = Splitter(source)
    for chunk in read_chunks('list', source.file, beat):
        _keep(table, splitter.feed(chunk), splitter, source, roots)
    _keep(table, splitter.finish(), splitter, source, roots)
    return (_unkey(key) for key in table)


def _keep(table, names, splitter, source, roots):
    for name in names:
        number = splitter.number
        try:
            index, rel = resolve(name, roots)
        except Refused as refused:
            raise Refused('%s is refused: its entry %d, "%s", %s Nothing was requested.'
                          % (title('list', source.file), number, _short(name), refused))
        table.add(b'%d/%s' % (index, rel))


def _unkey(key):
    index, _slash, rel = key.partition(b'/')
    return int(index), rel


def _short(name):
    return escape(name if len(name) <= 300 else name[:300] + b'...')


def resolve(name, roots):
    """Return (root index, rel) of a name as a list gives it.

    Only what cannot change the meaning is put in order: repeated '/' and '.' components.
    Raises Refused with the end of a sentence about the entry.
    """
    parts = [part for part in name.split(b'/') if part not in (b'', b'.')]
    if b'..' in parts:
        raise Refused('has a ".." component. Give the name without it.')
    plain = b'/'.join(parts)
    if not name.startswith(b'/'):
        if len(roots) != 1:
            raise Refused('is relative, and there are %d roots. Give absolute names.' % len(roots))
        if not plain:
            raise Refused('names the root itself. Give names of files below it.')
        if roots[0].only not in (None, plain):
            raise Refused('is not the one file that PATH names. Name its folder as PATH.')
        return 0, plain
    for index, root in enumerate(roots):
        if covers(root, b'/' + plain):
            rel = b'/' + plain
            rel = rel[len(below(root.path, b'')):]
            if not rel:
                raise Refused('names the root itself. Give names of files below it.')
            return index, rel
    raise Refused('lies below none of the roots of this run. Name its root as PATH, or take '
                  'it out.')


class Splitter(object):
    """Cuts a stream into names and refuses what cannot be a list of this form."""

    def __init__(self, source):
        self._source = source
        self._end = b'\0' if source.null else b'\n'
        self._rest = b''
        self._bytes = 0
        self._names_seen = 0
        self._returns = 0
        self.number = 0

    def feed(self, chunk):
        self._bytes += len(chunk)
        if self._bytes > self._source.max_bytes:
            self._refuse('is longer than %d bytes, the limit. Cut it into several runs.'
                         % self._source.max_bytes)
        if not self._source.null and self._bytes == len(chunk) and chunk.startswith(_BOM):
            self._refuse('begins with a byte order mark, which would become part of the first '
                         'name. Save it without one.')
        pieces = (self._rest + chunk).split(self._end)
        self._rest = pieces.pop()
        if len(self._rest) > MAX_NAME:
            self._refuse('has no %s within %d bytes after entry %d. %s' % (
                'NUL' if self._source.null else 'newline', MAX_NAME, self.number,
                'Is it newline ended? Then leave out -0.' if self._source.null
                else 'Is it NUL ended? Then give -0.'))
        return self._names(pieces)

    def finish(self):
        """Return the last name when nothing ended it, and judge the list as a whole."""
        last = [self._rest] if self._rest else []
        yield from self._names(last)
        if self._returns and self._returns == self._names_seen:
            self._refuse('has a carriage return at the end of every line, as Windows tools '
                         'write it. Convert it (tr -d "\\r"), or if the names really end so, '
                         'give it NUL ended with -0.')

    def _names(self, pieces):
        for name in pieces:
            self.number += 1
            if not name and not self._source.null:
                continue
            self._names_seen += 1
            if self._names_seen > self._source.max_names:
                self._refuse('holds more than %d names, the limit. Cut it into several runs.'
                             % self._source.max_names)
            if not name:
                self._refuse('has an empty entry, number %d.' % self.number)
            if b'\0' in name:
                self._refuse('holds a NUL in entry %d. Is it NUL ended? Then give -0.'
                             % self.number)
            if not self._source.null and name.endswith(b'\r'):
                self._returns += 1
            yield name

    def _refuse(self, why):
        raise Refused('%s %s Nothing was requested.' % (title('list', self._source.file), why))
