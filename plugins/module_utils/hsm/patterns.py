# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""File name patterns of --include and --exclude.

A pattern without '/' is compared with the last component of a name. One that holds a '/'
is compared with the whole name relative to the root, component by component:

    *       any bytes within one component        ?      one byte
    [abc]   one of these ASCII characters         [!abc] one byte that is none of them
    \\x      the character x itself                **     as a whole component: any number
                                                         of folders, none too (at the end:
                                                         everything below)

A '/' in front only says "from the root". Case counts. A leading '.' is nothing special.
Anything that could match no file is refused, so that a slip is seen.
"""

import re

from .errors import Refused
from .escape import escape

_ANY_FOLDERS = object()
_STAR = object()


class Pattern(object):
    """One compiled pattern."""

    def __init__(self, text):
        self.text = text
        self._parts = _compile(text)
        self._whole = b'/' in text

    def matches(self, rel):
        """Whether the pattern picks this root-relative name (of a file or a folder)."""
        if not self._whole:
            return self._parts[0](rel[rel.rfind(b'/') + 1:]) is not None
        return _match_components(self._parts, rel.split(b'/'))


def _compile(text):
    if not text:
        raise Refused('An empty pattern matches nothing. Leave the option out.')
    if text.endswith(b'/'):
        _refuse(text, 'ends in "/" and so names no file; write "%s**" for everything below it'
                % escape(text))
    parts = (text[1:] if text.startswith(b'/') else text).split(b'/')
    compiled = []
    for part in parts:
        if part in (b'', b'.', b'..'):
            _refuse(text, 'has an empty, "." or ".." component, which no file has')
        if part == b'**' and b'/' in text:
            compiled.append(_ANY_FOLDERS)
        else:
            compiled.append(_component(part, text))
    if compiled[-1] is _ANY_FOLDERS:
        compiled.append(_component(b'*', text))
    return compiled


def _refuse(text, why):
    raise Refused('The pattern "%s" %s.' % (escape(text), why))


def _component(part, text):
    """Return the match method of one component's regular expression.

    Each run up to a star is taken at its first fit and never tried again (the lookahead
    does that): so a pattern with many stars cannot take exponential time.
    """
    runs = [b'']
    for token in _tokens(part, text):
        if token is _STAR:
            runs.append(b'')
        else:
            runs[-1] += token
    expression = runs[0]
    for number, run in enumerate(runs[1:-1]):
        if run:
            expression += b'(?=(?P<run%d>.*?%s))(?P=run%d)' % (number, run, number)
    if len(runs) > 1:
        expression += b'.*' + runs[-1]
    return re.compile(expression + br'\Z', re.DOTALL).match


def _tokens(part, text):
    position = 0
    while position < len(part):
        char = part[position:position + 1]
        position += 1
        if char == b'*':
            yield _STAR
        elif char == b'?':
            yield b'.'
        elif char == b'[':
            token, position = _bracket(part, position, text)
            yield token
        elif char == b'\\':
            if position == len(part):
                _refuse(text, 'has a "\\" with nothing to quote behind it; write "\\\\" for '
                              'the character itself')
            yield re.escape(part[position:position + 1])
            position += 1
        elif char == b'\0':
            _refuse(text, 'holds a NUL, which no name can have')
        else:
            yield re.escape(char)


def _bracket(part, position, text):
    """Return (expression, position behind it) of the set that opened before `position`."""
    negated = part[position:position + 1] in (b'!', b'^')
    start = position + 1 if negated else position
    end = part.find(b']', start + 1)
    if end < 0:
        _refuse(text, 'has a "[" without its "]"; write "\\[" for the character itself')
    members = part[start:end]
    if b'[:' in members:
        _refuse(text, 'uses a "[:class:]", which is not known here; list the characters')
    if any(byte > 127 for byte in bytearray(members)):
        _refuse(text, 'has a character in "[...]" that is not ASCII; use "*" in its place')
    expression = b''
    index = 0
    while index < len(members):
        first = members[index:index + 1]
        if members[index + 1:index + 2] == b'-' and index + 2 < len(members):
            last = members[index + 2:index + 3]
            if last < first:
                _refuse(text, 'has a range "%s" that runs backwards'
                        % escape(members[index:index + 3]))
            expression += re.escape(first) + b'-' + re.escape(last)
            index += 3
        else:
            expression += re.escape(first)
            index += 1
    return b'[' + (b'^' if negated else b'') + expression + b']', end + 1


def _match_components(parts, names):
    """Whether components match; on a misfit only the last `**` takes one folder more."""
    part = name = 0
    retry_part = retry_name = -1
    while name < len(names):
        if part < len(parts) and parts[part] is _ANY_FOLDERS:
            retry_part, retry_name = part, name
            part += 1
        elif part < len(parts) and parts[part](names[name]) is not None:
            part += 1
            name += 1
        elif retry_part >= 0:
            retry_name += 1
            part, name = retry_part + 1, retry_name
        else:
            return False
    return part == len(parts)
