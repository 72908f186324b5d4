# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""User data as EC2 and fleets hold it: base64, once."""

import base64
import binascii
import re

from . import document as plain
from .refusal import Refusal

# How gzip and the documents that cloud-init knows begin.
_DOCUMENT = re.compile(br'\x1f\x8b|\s*(#|<|mime-version:|content-type:)', re.I)


def add(text, script):
    """Return base64 text (or None) with the block in its document: see document.add()."""
    return _encode(plain.add(_decode(text), script), text)


def remove(text):
    """Return base64 text (or None) without the block: see document.remove()."""
    return _encode(plain.remove(_decode(text)), text)


def size(text):
    """Return the bytes of the document in a base64 text: what EC2 limits."""
    return len(_decode(text) or b'')


def _decode(text):
    if not text:
        return None if text is None else b''
    try:
        content = base64.b64decode(re.sub(r'\s', '', text).encode('ascii'), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raise Refusal('The user data is not base64, as EC2 and fleets hold it. Encode it, or say'
                      ' that it is plain.')
    if _DOCUMENT.match(_once_more(content)):
        raise Refusal('The user data is encoded in base64 twice, so nothing of it runs. Encode it'
                      ' once.')
    return content


def _once_more(content):
    try:
        return base64.b64decode(b''.join(content.split()), validate=True)
    except binascii.Error:
        return b''


def _encode(content, like):
    """Return base64 in lines as long as those of LIKE, so that a removal gives the same text."""
    if not content:
        return None if content is None else ''
    text = base64.b64encode(content).decode('ascii')
    if not like or '\n' not in like:
        return text
    eol = '\r\n' if '\r\n' in like else '\n'
    width = len(like.split(eol)[0]) if eol in like.rstrip() else len(text)
    lines = [text[start:start + width] for start in range(0, len(text), width)]
    return eol.join(lines) + (eol if like.endswith(eol) else '')
