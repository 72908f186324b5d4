# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The .param file of an event plugin: which settings there are, and what may stand in them.

An INI text with one section for each setting (deadline 13-15); Deadline stores every value as
a text (19, 24).
"""

import collections
import re

from .errors import DeadlineError

# default: text; items: the choices of an enum; minimum, maximum: numbers or None.
Setting = collections.namedtuple('Setting', 'key type default items minimum maximum')

_SECTION = re.compile(r'\[([^\]]+)\]\s*\Z')
_NOT_CONFIGURED = ('label',)
_ENUMS = ('enum', 'enumeration')


def parse(text):
    """Return the settings of a .param file as an ordered {key: Setting}."""
    sections = collections.OrderedDict()
    lines = None
    for line in text.lstrip('\ufeff').splitlines():
        line = line.strip()
        if not line or line[0] in '#;':
            continue
        section = _SECTION.match(line)
        if section:
            lines = sections.setdefault(section.group(1).strip(), {})
        elif lines is not None and '=' in line:
            name, value = line.split('=', 1)
            lines[name.strip().lower()] = value.strip()
    return collections.OrderedDict(
        (key, _setting(key, lines)) for key, lines in sections.items()
        if lines.get('type', '').lower() not in _NOT_CONFIGURED)


def _setting(key, lines):
    items = lines.get('items', lines.get('values', ''))
    return Setting(key, lines.get('type', '').lower(),
                   lines.get('default', lines.get('defaultvalue', '')),
                   [item.strip() for item in items.split(';') if item.strip()],
                   _number(lines.get('minimum')), _number(lines.get('maximum')))


def stored(key, value, setting=None):
    """Return a value as the text that Deadline keeps; DeadlineError for what it cannot be.

    value: text, number, boolean, or a list, whose items are joined by ";" (deadline 18).
    """
    if isinstance(value, list):
        for item in value:
            if not isinstance(item, str) or ';' in item:
                raise DeadlineError('%s: an item of a list is a text without ";", %r is not.'
                                    % (key, item))
        value = ';'.join(value)
    if isinstance(value, (bool, int, float)):
        value = str(value)
    if not isinstance(value, str):
        raise DeadlineError('%s: %r is no text, number, boolean or list of texts.' % (key, value))
    if re.search(r'[\0-\x1f\x7f]', value):
        raise DeadlineError('%s: the value holds a control character or a newline.' % key)
    return value if setting is None else _checked(setting, value)


def equal(one, other, setting=None):
    """Whether two stored texts mean the same; None is a setting that was never stored."""
    if one is None or other is None:
        return one is other
    if setting is not None and setting.type == 'boolean':
        return one.strip().lower() == other.strip().lower()
    return one == other


def _checked(setting, value):
    key = setting.key
    if setting.type == 'boolean':
        words = {'true': 'True', 'yes': 'True', '1': 'True',
                 'false': 'False', 'no': 'False', '0': 'False'}
        if value.strip().lower() not in words:
            raise DeadlineError('%s is true or false, not "%s".' % (key, value))
        return words[value.strip().lower()]
    if setting.type in _ENUMS and setting.items:
        for item in setting.items:
            if item.lower() == value.lower():
                return item
        raise DeadlineError('%s is one of %s, not "%s".' % (key, ', '.join(setting.items), value))
    if setting.type in ('integer', 'float'):
        return _checked_number(setting, value)
    return value


def _checked_number(setting, value):
    number = _number(value)
    if number is None or (setting.type == 'integer' and number != int(number)):
        raise DeadlineError('%s is a number (%s), not "%s".' % (setting.key, setting.type, value))
    if setting.minimum is not None and number < setting.minimum:
        raise DeadlineError('%s is at least %g, not %s.' % (setting.key, setting.minimum, value))
    if setting.maximum is not None and number > setting.maximum:
        raise DeadlineError('%s is at most %g, not %s.' % (setting.key, setting.maximum, value))
    return str(int(number)) if setting.type == 'integer' else value.strip()


def _number(text):
    """A number of a text, None for what is none; "nan" and "inf" are none either."""
    if text is None or not re.match(r'\s*[-+]?(\d+(\.\d*)?|\.\d+)\s*\Z', text):
        return None
    return float(text)
