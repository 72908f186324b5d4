# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
r"""File names as text that is safe to print, one line each; nothing is lost in it.

A name may hold any byte but NUL and '/': a newline in it would start a second line in
a report, an escape sequence would talk to the terminal. Printed names show a
backslash as \\ and whatever is not plain printable UTF-8 byte by byte as \xNN.
"""

import unicodedata

# Control, format (bidirectional overrides among them) and line separating characters,
# unassigned ones and surrogates: nothing that a reader could see.
HIDDEN = frozenset(['Cc', 'Cf', 'Cn', 'Cs', 'Zl', 'Zp'])


def _bytes_as_hex(raw):
    return ''.join('\\x%02x' % byte for byte in bytearray(raw))


def escape(name):
    """Return the bytes of a name or path as printable text (str)."""
    parts = []
    for char in name.decode('utf-8', 'surrogateescape'):
        if char == '\\':
            parts.append('\\\\')
        elif unicodedata.category(char) in HIDDEN:
            parts.append(_bytes_as_hex(char.encode('utf-8', 'surrogateescape')))
        else:
            parts.append(char)
    return ''.join(parts)
