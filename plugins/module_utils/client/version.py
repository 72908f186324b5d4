# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions as versions: 8.10 is later than 8.2 (filecache-and-peers A1.2)."""

import re

_LEADING = re.compile(r'[0-9]+(?:[.-][0-9]+)*')


def key(text):
    """Return the leading numbers, to compare by: (5, 14, 0, 427, 13, 1) of
    5.14.0-427.13.1.el9_4.x86_64."""
    found = _LEADING.match(text)
    return tuple(int(number) for number in re.findall('[0-9]+', found.group())) if found else ()


def within(text, first, last):
    """Whether a version is not before `first` and not behind `last` and what `last` begins."""
    end = key(last)
    return key(first) <= key(text) and key(text)[:len(end)] <= end
