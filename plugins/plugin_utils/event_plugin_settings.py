# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of the event plugin FileCacheHandler, out of the roots of a farm.

The plugin keeps texts. What differs between roots is a list of NAME=VALUE (the help texts of
FileCacheHandler.param).
"""

import re

_NAME = re.compile(r'[a-z0-9_-]+')
# Ends an item of a list; the others end a line of Deadline's files.
_ENDS = re.compile(r'[;\x00-\x1f\x7f]')


class Problem(ValueError):
    """The roots cannot be settings; its text says why."""


def settings(roots, options):
    """Return {key: value} of roots as file_cache_roots has them; options: {key: value} besides.

    Of the options FilerPool and FilerGroup hold for every root without one of its own.
    """
    _check(roots)
    every = {key: options[key] for key in ('FilerPool', 'FilerGroup')}
    return dict(
        options,
        Paths=[item for root in roots for item in _spellings(root)],
        Caches=_keyed(roots, lambda root: root.get('cache')),
        CachePaths=_keyed(roots, lambda root: root['path']),
        FilerPaths=_keyed(roots, lambda root: _filer(root).get('path')),
        Pools=_keyed(roots, lambda root: ','.join(root.get('pools') or ())),
        Groups=_keyed(roots, lambda root: ','.join(root.get('groups') or ())),
        FilerPool=_keyed(roots, lambda root: _filer(root).get('pool'), every['FilerPool']),
        FilerGroup=_keyed(roots, lambda root: _filer(root).get('group'), every['FilerGroup']),
    )


def _filer(root):
    return root.get('filer') or {}


def _spellings(root):
    """Yield every spelling once; the folder on workers is one too."""
    seen = []
    for spelling in list(root.get('submitted_as') or ()) + [root['path']]:
        if spelling not in seen:
            seen.append(spelling)
            yield '%s=%s' % (root['name'], spelling)


def _keyed(roots, value_of, every=''):
    items = [(root['name'], value_of(root)) for root in roots]
    return ([every] if every else []) + ['%s=%s' % item for item in items if item[1]]


def _check(roots):
    if not roots:
        raise Problem('file_cache_roots is empty: say what the farm has')
    names = []
    for root in roots:
        if not isinstance(root, dict) or not root.get('name') or not root.get('path'):
            raise Problem('a root needs a name and a path, and one is %r' % (root,))
        if not _NAME.fullmatch(root['name']):
            raise Problem('the name of the root "%s" may hold a-z, 0-9, _ and - only'
                          % root['name'])
        if root['name'] in names:
            raise Problem('two roots have the name "%s"' % root['name'])
        names.append(root['name'])
        for text in _texts(root):
            if not isinstance(text, str) or _ENDS.search(text):
                raise Problem('the root "%s" holds %r: a text without ";" and control characters is'
                              ' needed' % (root['name'], text))


def _texts(root):
    for value in list(root.values()) + list(_filer(root).values()):
        if isinstance(value, (list, tuple)):
            yield from value
        elif value is not None and not isinstance(value, dict):
            yield value
