# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marked block: what is put into user data, and how it is found there again."""

import re

from .refusal import Refusal

NAME = b'renderfarm.file_cache'
BEGIN = b'# BEGIN ' + NAME
END = b'# END ' + NAME
# Ends the here-document in which a studio's script carries ours.
_LIMIT = b'FILE_CACHE_USER_DATA'
_MARK = re.compile(
    br'^' + re.escape(BEGIN) + br'(?: \((?P<note>[a-z ]*)\))?\r?\n.*?^' + re.escape(END)
    + br'(?P<end>\r?\n|\Z)', re.M | re.S)


def lines_of(script):
    """Return a script (text) as lines (bytes, without ends); a Refusal when it cannot be marked."""
    if not script.strip():
        raise Refusal('The block is empty: give the script that user_data of the role'
                      ' file_cache_client renders.')
    if '\0' in script:
        raise Refusal('The block holds a NUL byte, which no script can.')
    lines = script.encode('utf-8').replace(b'\r\n', b'\n').rstrip(b'\n').split(b'\n')
    for line in lines:
        if line == _LIMIT or line.startswith((BEGIN, END)):
            raise Refusal('The block has the line "%s", which marks the block itself: give the'
                          ' script without its marks.' % line.decode('utf-8'))
    return lines


def alone(lines, note=b''):
    """Return the block as a script of its own. Note: what was there before, kept in its mark."""
    if not lines[0].startswith(b'#!'):
        lines = [b'#!/bin/sh'] + lines
    mark = BEGIN + (b' (' + note + b')' if note else b'')
    return b'\n'.join([lines[0], mark] + lines[1:] + [END, b''])


def inside(lines, eol):
    """Return the block as lines of another shell's script, the last without its end.

    A shell of its own runs it: nothing that ours sets, and no way in which it ends, reaches the
    studio's script, and the standard input stays as it was.
    """
    return eol.join([BEGIN, b"/bin/sh /dev/fd/3 3<<'" + _LIMIT + b"' || :"] + lines
                    + [_LIMIT, END])


def find(document):
    """Return the match (groups note, end) of the one block, or None; a Refusal when damaged."""
    found = list(_MARK.finditer(document))
    marks = len(re.findall(br'^# (?:BEGIN|END) ' + re.escape(NAME), document, re.M))
    if marks != 2 * len(found) or len(found) > 1:
        raise Refusal('The marks of the block are damaged, or it is there more than once. Take the'
                      ' lines from "%s" to "%s" out by hand.' % (BEGIN.decode(), END.decode()))
    return found[0] if found else None
