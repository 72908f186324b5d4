# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of Deadline regions, and what a worker makes of the one that its host was given."""

import re

from .errors import DeadlineError

# deadline 153; a region that the repository does not know is shown by the last word (154).
RESERVED = ('all', 'none', 'unrecognized')


def check(name):
    """Raise DeadlineError for what cannot be the name of a region; empty is no region."""
    if name and not re.match(r'[A-Za-z0-9_-]+\Z', name):
        raise DeadlineError('"%s" is no name of a Deadline region: it has only letters, digits, '
                            '"-" and "_".' % name)
    if name.lower() in RESERVED:
        raise DeadlineError('"%s" is a word that Deadline keeps for itself. Give the region '
                            'another name, or an empty value for none.' % name)


def same(one, other):
    """Whether two names mean the same region; none and empty are none."""
    return _plain(one) == _plain(other)


def recognised(region):
    """Whether the repository knows the region that a worker shows."""
    return region.lower() != 'unrecognized'


def what_to_define(name):
    """The sentence for a region that the repository does not know (field-reports D19)."""
    return ('The repository does not know region "%s", so no path mapping of that region holds. '
            'In the Monitor, as Super User: Tools > Configure Repository Options > Region '
            'Settings > Add, name "%s". Workers show it after a restart.' % (name, name))


def _plain(name):
    return '' if name.lower() in ('', 'none') else name
