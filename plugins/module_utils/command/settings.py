# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections of config.json that set up one part each: one row a key, check and default.

A check takes what JSON gave, returns what the part works with, and raises ValueError with a
sentence. Defaults go through the same checks.
"""

import re
from collections import namedtuple

from ..hsm.errors import Refused
from ..hsm.options import seconds, whole
from ..hsm.patterns import Pattern

Setting = namedtuple('Setting', 'check default')

_UNIT = re.compile(r'[A-Za-z0-9:_.@\\-]+\.[a-z]+\Z')


def _texts(value):
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError('a list of texts is needed, none of them empty')
    return value


def endings(value):
    """Return a tuple of name endings (bytes)."""
    for item in _texts(value):
        if '/' in item or '\0' in item:
            raise ValueError('"%s" is not the end of a file name' % item)
    try:
        return tuple(item.encode('utf-8', 'surrogateescape') for item in value)
    except UnicodeEncodeError:
        raise ValueError('one of them is not text')


def patterns(value):
    """Return a tuple of Patterns that are compared with the name of a file."""
    found = []
    for item in endings(value):
        try:
            found.append(Pattern(item))
        except Refused as problem:
            raise ValueError(str(problem))
    return tuple(found)


def units(value):
    """Return a tuple of systemd unit names (str)."""
    for item in _texts(value):
        if not _UNIT.match(item):
            raise ValueError('"%s" is not the name of a systemd unit, like render.service' % item)
    return tuple(value)


SECTIONS = {
    # What says that a file beside it, or itself, is not finished: field-reports D3, D8.
    'unfinished': {
        'sidecars': Setting(endings, ['.mantra_checkpoint']),
        'locks': Setting(endings, ['.lock', '.lck']),
        'partial': Setting(patterns, ['*.tmp', '*.temp', '*.part', '*.partial']),
        'placeholder_bytes': Setting(whole(0, 1 << 20), 1),
    },
    'writeback': {},
    'sweep': {'quiet_period': Setting(seconds, 900)},
    'guard': {'services': Setting(units, ['deadline10launcher.service'])},
    'watch': {},
}


def fill(given):
    """Return {section: {key: value}}, whole; raise ValueError naming what is wrong.

    given: {section: {key: value}} as config.json has it.
    """
    filled = {}
    for section, rows in SECTIONS.items():
        said = given.get(section, {})
        unknown = sorted(set(said) - set(rows))
        if unknown:
            raise ValueError('%s has the unknown key "%s"; known are %s'
                             % (section, unknown[0], ', '.join(sorted(rows)) or 'none'))
        filled[section] = {}
        for key, row in rows.items():
            try:
                filled[section][key] = row.check(said.get(key, row.default))
            except ValueError as problem:
                raise ValueError('%s: %s: %s' % (section, key, problem))
    return filled
