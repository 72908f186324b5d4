# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block in a shell script: right after the shebang, before what does not return (D35)."""

import re

from . import block

_SHELL = re.compile(
    br'#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-S[ \t]+)?)?(?:\S*/)?(?:ba|da|a|k|z)?sh(?:\s|\Z)')


def runs(document):
    """Return whether a document is the script of a shell that understands the block."""
    return bool(_SHELL.match(document))


def add(document, lines):
    """Return a script with the block as its second line. A last line without an end keeps none."""
    first, newline, rest = document.partition(b'\n')
    # cloud-init turns CRLF into LF by what the first line has (D26): it keeps its end.
    eol = b'\r\n' if first.endswith(b'\r') else b'\n'
    if not newline:
        return first + b'\n' + block.inside(lines, b'\n')
    return first + newline + block.inside(lines, eol) + eol + rest


def remove(document, mark):
    """Return a script without the block that MARK (block.find) stands for."""
    before = document[:mark.start()]
    return before + document[mark.end():] if mark.group('end') else before[:-1]
