# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block as a part of a multipart document, and a multipart document around another one.

Bytes of the studio are moved, never written anew.
"""

import base64
import re

from . import block
from .parts import Parts
from .refusal import Refusal

# Says which part is ours, and what the document was before it had parts.
_HEADER = b'X-Renderfarm-File-Cache'
_BOUNDARY = b'==renderfarm.file_cache=='
_OUTER = (b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="' + _BOUNDARY + b'"\n'
          + _HEADER + b': around\n\n')
_CLOSE = b'--' + _BOUNDARY + b'--\n'
_TYPES = {'script': b'text/x-shellscript', 'cloud-config': b'text/cloud-config'}


def splice(document, lines):
    """Return a multipart document with the block as the first of its parts."""
    parts = Parts(document)
    delimiter = _delimiters(document, parts.boundary)[0]
    eol = delimiter.group('eol')
    part = _part(b'text/x-shellscript', block.alone(lines), parts.name_before(), b'block')
    ours = b'--' + parts.boundary + b'\n' + part
    return document[:delimiter.start()] + ours.replace(b'\n', eol) + document[delimiter.start():]


def cut(document):
    """Return a multipart document without our part, or None when it has none."""
    found = re.search(br'^' + _HEADER + br': block\r?$', document, re.M)
    if not found:
        return None
    delimiters = _delimiters(document, Parts(document).boundary)
    before = [match for match in delimiters if match.start() < found.start()]
    after = [match for match in delimiters if match.start() > found.start()]
    if not before or not after:
        raise Refusal('Our part of the multipart document is damaged. Take the part with the header'
                      ' %s out by hand.' % _HEADER.decode())
    return document[:before[-1].start()] + document[after[0].start():]


def wrap(document, kind, lines):
    """Return a multipart document of the block and of a script or cloud-config, as it is."""
    return b''.join([
        _OUTER,
        b'--' + _BOUNDARY + b'\n',
        _part(b'text/x-shellscript', block.alone(lines), '000-file-cache', b'block'),
        b'--' + _BOUNDARY + b'\n',
        _part(_TYPES[kind], document, 'part-001', b'document'),
        _CLOSE])


def unwrap(document):
    """Return what wrap() was given, or None when this is not what it makes."""
    if not document.startswith(_OUTER):
        return None
    start = document.find(_HEADER + b': document\n')
    body = document.find(b'\n\n', start) + 2
    if start < 0 or not document.endswith(b'\n' + _CLOSE):
        raise Refusal('The multipart document that this collection made was changed. Put the'
                      ' original document back by hand.')
    content = document[body:-len(_CLOSE) - 1]
    if b'Content-Transfer-Encoding: base64\n' in document[start:body]:
        return base64.b64decode(content)
    return content


def _part(kind, content, name, role):
    # cloud-init reads other than ASCII bytes of a part as Latin-1 unless they are encoded.
    plain = max(bytearray(content)) < 128 and _BOUNDARY not in content
    return b'\n'.join([
        b'Content-Type: ' + kind,
        b'MIME-Version: 1.0',
        _HEADER + b': ' + role,
        b'Content-Disposition: attachment; filename="' + name.encode('ascii') + b'"',
        b'Content-Transfer-Encoding: ' + (b'7bit' if plain else b'base64'),
        b'',
        content if plain else base64.encodebytes(content).rstrip(b'\n'),
        b''])


def _delimiters(document, boundary):
    found = list(re.finditer(
        br'^--' + re.escape(boundary) + br'(?:--)?[ \t]*(?P<eol>\r?\n|\Z)', document, re.M))
    if len(found) < 2:
        raise Refusal('The multipart document does not have its boundary around a part, so it does'
                      ' not run as it is.')
    return found
