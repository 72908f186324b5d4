# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cloud-init does with a document, by its first bytes, and what is refused.

cloud-init looks past leading blanks when it names the kind; the kernel and some data sources do
not (field-reports D26). Nothing is repaired here: such a document never ran, and a block in it
would not run either.
"""

import re

from .refusal import Refusal

SCRIPT, CLOUD_CONFIG, MULTIPART = 'script', 'cloud-config', 'multipart'

_GZIP = b'\x1f\x8b'
_MARKS = (b'\xef\xbb\xbf', b'\xff\xfe', b'\xfe\xff')
# The longest first, as cloud-init compares them.
_REFUSED = (
    (b'## template: jinja', 'is a Jinja template, of which only the host itself sees the result'),
    (b'#cloud-config-archive', 'is a cloud-config archive'),
    (b'#cloud-config-jsonp', 'is a JSON patch of a cloud-config'),
    (b'#cloud-boothook', 'is a boot hook, which runs before a mount is possible'),
    (b'#include-once', 'includes other documents by URL, which cannot be seen here'),
    (b'#include', 'includes other documents by URL, which cannot be seen here'),
    (b'#part-handler', 'is a part handler'),
)
_INSTEAD = ('Put the script that user_data of the role file_cache_client renders into it by hand,'
            ' so that it runs before the worker starts')


def kind_of(document):
    """Return SCRIPT, CLOUD_CONFIG or MULTIPART for bytes; a Refusal for anything else."""
    if document.startswith(_GZIP):
        raise Refusal('The document is compressed with gzip. Give it uncompressed.')
    if document.startswith(_MARKS):
        raise Refusal('The document begins with a byte order mark, so it does not run as it is.'
                      ' Save it as plain UTF-8 without one.')
    start = document.lstrip().lower()
    if re.match(br'<(powershell|script|persist)>', start):
        raise Refusal('The document is for Windows, and Windows workers cannot mount a cache. Leave'
                      ' this fleet out.')
    kind = _kind(start, document)
    if start[:1] != document[:1].lower():
        raise Refusal('The document begins with a blank or an empty line, so it does not run as it'
                      ' is. Let its first byte be the first of its first line.')
    return kind


def _kind(start, document):
    if start.startswith(b'#!'):
        return SCRIPT
    for words, reason in _REFUSED:
        if start.startswith(words):
            raise Refusal('The document %s. %s.' % (reason, _INSTEAD))
    if start.startswith(b'#cloud-config'):
        return CLOUD_CONFIG
    # Where cloud-init looks for it.
    if b'mime-version:' in document[:4096].lower():
        return MULTIPART
    if start.startswith(b'content-type:'):
        raise Refusal('The document has no MIME-Version in its first 4096 bytes, so cloud-init does'
                      ' not take it for a multipart document and it does not run as it is.')
    raise Refusal('The document begins with none of the lines that cloud-init knows (#!,'
                  ' #cloud-config, MIME headers), so it does not run as it is.')
