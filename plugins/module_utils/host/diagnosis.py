# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what was said about a mount to its cause, what happened and what to do."""

import collections
import errno
import os
import re

from .causes import TABLE

# heals: whether trying again may help; message: what happened, and what was said.
Diagnosis = collections.namedtuple('Diagnosis', 'cause heals message remedy')

# What a mount answers that is still there, and dead (field-reports L10).
DEAD = frozenset([errno.ESHUTDOWN, errno.ENOTCONN, errno.EIO, errno.ESTALE])

_BY_CAUSE = {row.cause: row for row in TABLE}
_KNOWN = ('source', 'point', 'kernel', 'taker', 'found', 'expect')
_MOST_SAID = 600


def read(text, **known):
    """Return the Diagnosis of what was said (text)."""
    for row in TABLE:
        if row.pattern is not None and re.search(row.pattern, text, re.IGNORECASE):
            return of(row.cause, text, **known)
    return of('unknown', text, **known)


def of(cause, text='', **known):
    """Return the Diagnosis of a cause that is known, with what was said about it."""
    row = _BY_CAUSE[cause]
    facts = dict(dict.fromkeys(_KNOWN, '?'), **known)
    said = ' '.join(text.split())
    if len(said) > _MOST_SAID:
        said = said[:_MOST_SAID] + '[...]'
    return Diagnosis(cause, row.heals,
                     row.happened % facts + (' It was said: %s' % said if said else ''),
                     row.remedy % facts)


def of_errno(number, otherwise, **known):
    """Return the Diagnosis of an error below a mount that is there."""
    return of('cut_off' if number in DEAD else otherwise, os.strerror(number), **known)
