# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a multipart document, as cloud-init sees them: what runs, and in which order."""

import email
import string

from . import config
from .kinds import CLOUD_CONFIG, SCRIPT, kind_of
from .refusal import Refusal

# cloud-init looks into parts of these types; the others it takes at their word.
_BY_CONTENT = ('text/plain', 'text/x-not-multipart', 'text/x-shellscript')
_BY_WORD = {'text/cloud-config': CLOUD_CONFIG}
_KEPT = string.ascii_letters + string.digits + '_-.()'
# A script of a cloud-config's runcmd.
_RUNCMD = 'runcmd'


class Parts:
    """A multipart document that was read: its boundary (bytes), and the names of its scripts."""

    def __init__(self, document):
        try:
            message = email.message_from_string(document.decode('utf-8'))
        except UnicodeDecodeError:
            raise Refusal('The document is multipart and not UTF-8, so cloud-init cannot read it'
                          ' and it does not run as it is.')
        boundary = message.get_boundary()
        if not message.is_multipart() or not boundary:
            raise Refusal('The document has MIME headers and is not multipart, or its boundary is'
                          ' not there, so it does not run as it is.')
        self.boundary = boundary.encode('utf-8')
        self.scripts = [_RUNCMD]
        for number, part in enumerate(_leaves(message), 1):
            self._judge(part, number)

    def _judge(self, part, number):
        name = part.get_filename() or 'part-%03d' % number
        said = part.get_content_type()
        try:
            # Seen with cloud-init 22.4: neither a script nor a cloud-config of such a part is run.
            if max(part.get_payload() or ' ') > '\x7f':
                raise Refusal('It has other characters than ASCII and is not encoded, so cloud-init'
                              ' cannot read it and it does not run as it is. Encode the part in'
                              ' base64.')
            content = part.get_payload(decode=True)
            if said in _BY_CONTENT:
                kind = kind_of(content)
            elif said in _BY_WORD:
                kind = _BY_WORD[said]
            else:
                raise Refusal('It has the type %s, which may run before our script or is not'
                              ' known.' % said)
            if kind == CLOUD_CONFIG:
                config.check(content)
            elif kind != SCRIPT:
                raise Refusal('It is a multipart document inside a part.')
        except Refusal as refusal:
            raise Refusal('Part %d (%s) of the multipart document is refused:'
                          ' %s' % (number, name, refusal))
        if kind == SCRIPT:
            self.scripts.append(''.join(
                letter for letter in name.replace('/', '_') if letter in _KEPT))

    def name_before(self):
        """Return a name that sorts before all scripts: cloud-init runs them in that order."""
        for name in ('000-file-cache', '(000-file-cache'):
            if name < min(self.scripts):
                return name
        raise Refusal('The script %r sorts before any name that ours could have, so ours would not'
                      ' run first. Rename that part.' % min(self.scripts))


def _leaves(message):
    return [part for part in message.walk() if part.get_content_maintype() != 'multipart']
