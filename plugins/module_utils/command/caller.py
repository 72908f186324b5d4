# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who called: a person with root's rights of his own, or a user through sudo."""

import grp
import os
import pwd
import re
from collections import namedtuple

from ..hsm.errors import Refused

# name: the user's name, or his number as text; groups: all his group ids.
Caller = namedtuple('Caller', 'name uid gid groups')

_DECIMAL = re.compile(r'[0-9]{1,10}\Z')


def _number(environ, key):
    text = environ.get(key, '')
    if not _DECIMAL.match(text) or int(text) >= 2 ** 32 - 1:
        raise Refused('%s=%r is not a user or group number: call this command through sudo '
                      'itself, which sets it' % (key, text))
    return int(text)


def _groups(name, gid):
    """All groups of a user, as a login would give them to him."""
    others = [group.gr_gid for group in grp.getgrall() if name in group.gr_mem]
    try:
        return sorted(set(os.getgrouplist(name, gid) + others))
    except OSError as problem:
        raise Refused('cannot read the groups of user %s: %s' % (name, problem.strerror))


def sudo_caller(environ):
    """Return the Caller that sudo acts for, or None where nobody is behind sudo.

    root through sudo (SUDO_UID=0) is root: nothing is gained by holding him to rules
    that he could go round.
    """
    if 'SUDO_UID' not in environ:
        return None
    uid = _number(environ, 'SUDO_UID')
    if uid == 0:
        return None
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        gid = _number(environ, 'SUDO_GID')
        return Caller(str(uid), uid, gid, [gid])
    return Caller(entry.pw_name, uid, entry.pw_gid, _groups(entry.pw_name, entry.pw_gid))
