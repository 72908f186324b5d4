# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of /etc/fstab, as mount(8) reads them."""

import collections
import re

from ..hsm.errors import Refused
from ..hsm.escape import escape

PATH = b'/etc/fstab'

# source, point, fstype: bytes, nothing escaped; options: list of bytes.
Line = collections.namedtuple('Line', 'source point fstype options')

# What ends a field; a name may hold what else is space.
_FIELD = re.compile(br'[^ \t\n]+')
_OCTAL = re.compile(br'\\([0-7]{3})')


def line_of(point, path=PATH):
    """Return the Line of a mount point, None when there is none; raise Refused for two."""
    try:
        with open(path, 'rb') as lines:
            found = [line for line in parse(lines) if line.point == point]
    except OSError as error:
        raise Refused('%s cannot be read: %s.' % (escape(path), error.strerror))
    if len(found) > 1:
        raise Refused('%s has %d lines for %s. Leave one of them.'
                      % (escape(path), len(found), escape(point)))
    return found[0] if found else None


def parse(lines):
    """Yield the Line of each line that is one."""
    for text in lines:
        fields = _FIELD.findall(text)
        if len(fields) >= 3 and not fields[0].startswith(b'#'):
            fields = [_plain(field) for field in fields]
            point = b'/' + fields[1].strip(b'/') if fields[1].startswith(b'/') else fields[1]
            options = fields[3].split(b',') if len(fields) > 3 else []
            yield Line(fields[0], re.sub(b'/+', b'/', point), fields[2],
                       [option for option in options if option])


def _plain(field):
    return _OCTAL.sub(lambda found: bytes([int(found.group(1), 8) & 255]), field)
