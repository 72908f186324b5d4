# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines for sudoers that let users and groups call the file-cache command as root.

The command is named without any pattern for its arguments: it judges them itself by root's
config.json, and a pattern would allow more than it says, or not parse (field-reports L23).
"""

import re

COMMAND = '/opt/file-cache/bin/file-cache'

# What every sudo takes as it stands. sudo-rs knows no escape for these.
_SPECIAL = re.compile(r'[^A-Za-z0-9._@-]')
# What would be taken for an alias, or for everybody.
_LIKE_AN_ALIAS = re.compile(r'[A-Z][A-Z0-9_]*\Z')
_ID = re.compile(r'#[0-9]+\Z')
_CONTROL = re.compile(r'[\x00-\x1f\x7f]')


def rules(users, groups):
    """Return (lines, problems) for lists of names.

    A name may be a number written as #1000.
    """
    lines, problems = [], []
    for kind, mark, names in (('user', '', users), ('group', '%', groups)):
        for name in names:
            problem = _problem(name)
            if problem:
                problems.append('the %s "%s" %s' % (kind, name, problem))
            else:
                lines.append('%s%s ALL=(root) NOPASSWD: %s' % (mark, _escaped(name), COMMAND))
    return lines, problems


def _problem(name):
    if not name.strip() or _CONTROL.search(name):
        return 'has no name that can be written to sudoers'
    if name.startswith('%'):
        return 'is written like a group: name groups in groups, and without "%"'
    if name.startswith('+'):
        return 'is a netgroup, which cannot be named here'
    if name == 'ALL':
        return 'would be everybody'
    if name.startswith('-'):
        return 'begins with "-", which no program takes for a name'
    if name.startswith('#') and not _ID.match(name):
        return 'begins with "#", and no number follows'
    return None


def _escaped(name):
    if _ID.match(name):
        return name
    if _LIKE_AN_ALIAS.match(name) or name.startswith('@'):
        return '\\' + name
    return _SPECIAL.sub(r'\\\g<0>', name)
