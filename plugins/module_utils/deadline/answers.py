# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What deadlinecommand prints, read.

Its output is shared by Deadline's own log lines, warnings of its runtime and the answer, old
versions print an error and exit with 0 (deadline 128), new ones can wrap the answer in JSON (125).
"""

import json
import re

MARK = 'file-cache-result'

_VERSION = re.compile(r'(?<![\w.])v?(\d+\.\d+\.\d+\.\d+)(?![\w.])')
_ERROR = re.compile(r'^\W*(?:Error|Exception|Unhandled Exception)\b\s*:.*', re.I | re.M)
_LONGEST_QUOTE = 400


def version(text):
    """The version that Version prints among other words (deadline 127), or None."""
    found = _VERSION.findall(text)
    return found[-1] if found else None


def error(text):
    """The line by which a sub-command says that it failed, or None."""
    found = _ERROR.search(text)
    return quote(found.group(0)) if found else None


def envelope(text):
    """The object {"ok": ..., "result": ...} that --json prints, or None."""
    decoder = json.JSONDecoder()
    found = None
    # Alone on its line: log lines may hold such objects too.
    for start in re.finditer(r'^\s*(?=\{)', text, re.M):
        try:
            value, _end = decoder.raw_decode(text, start.end())
        except ValueError:
            continue
        if isinstance(value, dict) and isinstance(value.get('ok'), bool):
            found = value
    return found


def lines(text):
    """The lines that hold anything."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def marked(text, nonce):
    """The object that our script printed under this nonce, or None.

    Nothing else knows the nonce, so no text of the farm can pass for an answer.
    """
    mark = '%s %s ' % (MARK, nonce)
    start = text.rfind(mark)
    if start < 0:
        return None
    try:
        value, _end = json.JSONDecoder().raw_decode(text, start + len(mark))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def quote(text):
    """A text of Deadline's, short enough and safe to stand in a sentence."""
    words = ' '.join(''.join(char if char.isprintable() else ' ' for char in text).split())
    return words if len(words) <= _LONGEST_QUOTE else words[:_LONGEST_QUOTE] + ' ...'
