# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reader of one mount tells the service, as frames (hsm/wire.py)."""

import struct
from collections import namedtuple

# It is marked since `at` in this way; a file was written; something was missed from began
# to ended; everything until `at` has been told.
Marked = namedtuple('Marked', 'at how')
Seen = namedtuple('Seen', 'at path device inode pid program uid')
Missed = namedtuple('Missed', 'began ended reason')
Covered = namedtuple('Covered', 'at')

_MARKED, _SEEN, _MISSED, _COVERED = b'M', b'W', b'G', b'K'
_AT = struct.Struct('<d')
_FILE = struct.Struct('<dQQqqB')
_SPAN = struct.Struct('<dd')


def pack(news):
    """Return (kind, payload) of a frame."""
    if isinstance(news, Seen):
        program = news.program[:255]
        return _SEEN, _FILE.pack(news.at, news.device, news.inode, news.pid, news.uid,
                                 len(program)) + program + news.path
    if isinstance(news, Missed):
        return _MISSED, _SPAN.pack(news.began, news.ended) + news.reason.encode('utf-8')
    if isinstance(news, Marked):
        return _MARKED, _AT.pack(news.at) + news.how.encode('ascii')
    return _COVERED, _AT.pack(news.at)


def unpack(kind, payload):
    """Return the news of a frame."""
    if kind == _SEEN:
        at, device, inode, pid, uid, length = _FILE.unpack_from(payload)
        program = payload[_FILE.size:_FILE.size + length]
        return Seen(at, payload[_FILE.size + length:], device, inode, pid, program, uid)
    if kind == _MISSED:
        began, ended = _SPAN.unpack_from(payload)
        return Missed(began, ended, payload[_SPAN.size:].decode('utf-8'))
    at, = _AT.unpack_from(payload)
    if kind == _MARKED:
        return Marked(at, payload[_AT.size:].decode('ascii'))
    return Covered(at)
