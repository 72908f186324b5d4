# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roots of the caches as Deadline sees them: out of the variable file_cache_roots."""

import collections

from . import region, shape
from .errors import DeadlineError

# path: on cloud workers; spellings: every form in which jobs name it, path first; pools, groups:
# those of its workers, empty for all.
Root = collections.namedtuple('Root', 'name path spellings region pools groups')


def parse(items):
    """Return the Roots of a list of dicts; keys that mean nothing here are left to others."""
    return [_root(item) for item in items]


def of_path(path, roots):
    """Names of the roots that a path of a job lies below."""
    return [root.name for root in roots
            if any(shape.is_below(path, spelling) for spelling in root.spellings)]


def has_worker(root, worker):
    """Whether a worker (transport.py) is one of a root's, as far as pools and groups tell."""
    chosen = [(wanted, {name.lower() for name in worker[key]})
              for wanted, key in ((root.pools, 'pools'), (root.groups, 'groups')) if wanted]
    return bool(chosen) and all(names.intersection(wanted) for wanted, names in chosen)


def _root(item):
    name, path = item.get('name'), item.get('path')
    for key, value in (('name', name), ('path', path)):
        if not isinstance(value, str) or not value:
            raise DeadlineError('A root needs a %s; %r has none.' % (key, item))
    if not path.startswith('/') or '\\' in path or path.strip('/') == '':
        raise DeadlineError('Root %s: path is a folder of cloud workers such as '
                            '/mnt/cache/assets, "%s" is not.' % (name, path))
    given, pools, groups = [_texts(name, key, item.get(key) or [])
                            for key in ('submitted_as', 'pools', 'groups')]
    for spelling in given:
        if not shape.is_absolute(spelling):
            raise DeadlineError('Root %s: "%s" in submitted_as is no absolute path of Windows, '
                                'macOS or Linux.' % (name, spelling))
    where = item.get('region') or ''
    region.check(where)
    spellings = [path] + [spelling for spelling in given
                          if shape.plain(spelling) != shape.plain(path)]
    return Root(name, path.rstrip('/'), spellings, where,
                [pool.lower() for pool in pools], [group.lower() for group in groups])


def _texts(name, key, value):
    if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
        raise DeadlineError('Root %s: %s is a list of texts.' % (name, key))
    return list(value)
