# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths and patterns as module parameters of type raw.

Type path would expand ~ and $ inside names, and type list would split at commas: raw takes
one string for one word, whatever is in it, and a list for many.
"""

from ansible.module_utils.common.text.converters import to_bytes

from .hsm.errors import Refused
from .hsm.escape import escape


def absolute_paths(value, name):
    """Return a raw parameter as a list of absolute paths (bytes); one string is one path."""
    paths = words(value, name)
    if not paths:
        raise Refused('%s is empty. Give at least one absolute path.' % name)
    for path in paths:
        if not path.startswith(b'/'):
            raise Refused('%s must be absolute, "%s" is not.' % (name, escape(path)))
    return paths


def absolute_path(value, name):
    """Return a raw parameter as one absolute path (bytes), None for none."""
    if value is None:
        return None
    if isinstance(value, list):
        raise Refused('%s is one path, not a list.' % name)
    return absolute_paths(value, name)[0]


def mount_folder(value):
    """Return the raw parameter path as a mount point (bytes), as the kernel would write it."""
    path = absolute_path(value, 'path')
    parts = [part for part in path.split(b'/') if part not in (b'', b'.')]
    if not parts or b'..' in parts:
        raise Refused('path must be a folder that a cache can be mounted at, "%s" is not.'
                      % escape(path))
    return b'/' + b'/'.join(parts)


def words(value, name):
    """Return a raw parameter as a list of bytes: a string is one word, a list is many."""
    found = value if isinstance(value, list) else [value]
    for word in found:
        if not isinstance(word, str) or not word or '\0' in word:
            raise Refused('%s must be a string or a list of strings; %r is none that can be used.'
                          % (name, word))
    return [to_bytes(word, errors='surrogate_or_strict') for word in found]
