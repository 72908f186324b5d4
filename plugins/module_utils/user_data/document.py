# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put the marked block into a document of user data, and take it out to the byte.

A document is bytes, or None where a launch specification has none.
"""

from . import block, config, multipart, shell
from .kinds import CLOUD_CONFIG, MULTIPART, kind_of
from .refusal import Refusal

# Of the document before it is encoded in base64 (EC2).
LIMIT = 16384

_EMPTY, _ABSENT = b'it was empty before', b'there was none before'


def add(document, script):
    """Return a document in which SCRIPT (text) runs before everything that the studio's own does.

    A block that is there is replaced. A Refusal where the document does not run as it is, where
    ours would not run first, or where the result is larger than EC2 takes.
    """
    lines = block.lines_of(script)
    document = remove(document)
    if not document:
        merged = block.alone(lines, _ABSENT if document is None else _EMPTY)
    else:
        merged = _merged(document, lines)
    if len(merged) > LIMIT:
        # What a template fills in later makes it longer still (D35).
        more = 'at least ' if b'${' in (document or b'') else ''
        raise Refusal(
            'The document would have %s%d bytes with the block, and EC2 takes %d. It has %d without'
            ' it: make it %d bytes shorter, or bake the image so that it needs less.' % (
                more, len(merged), LIMIT, len(document or b''), len(merged) - LIMIT))
    return merged


def remove(document):
    """Return a document without the block: the bytes that add() was given, or as it is."""
    if not document:
        return document
    for undo in (multipart.unwrap, multipart.cut):
        original = undo(document)
        if original is not None:
            return original
    mark = block.find(document)
    if mark is None:
        return document
    if mark.group('note') and mark.end() == len(document):
        return None if mark.group('note') == _ABSENT else b''
    return shell.remove(document, mark)


def _merged(document, lines):
    kind = kind_of(document)
    if kind == MULTIPART:
        return multipart.splice(document, lines)
    if kind == CLOUD_CONFIG:
        config.check(document)
    elif shell.runs(document):
        return shell.add(document, lines)
    return multipart.wrap(document, kind, lines)
