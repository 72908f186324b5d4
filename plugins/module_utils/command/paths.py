# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PATH words: absolute, or @NAME[/below] of a configured root."""

import os

from ..hsm.errors import Refused
from ..hsm.escape import escape


def _plain(path, word):
    """The path without '.' and without a slash too many; '..' is nobody's meaning here.

    '..' is not taken away by its text: through a link it leads elsewhere.
    """
    parts = [part for part in path.split(b'/') if part not in (b'', b'.')]
    if b'..' in parts:
        raise Refused('%s: a path may not hold ".."; write where it leads to' % word)
    return b'/' + b'/'.join(parts)


def _named(raw, roots, word):
    name, slash, below = raw[1:].partition(b'/')
    root = roots.get(escape(name))
    if root is None:
        raise Refused('%s: no root is called "%s" here; /etc/file-cache/config.json knows %s' % (
            word, escape(name), ', '.join('@' + known for known in sorted(roots)) or 'none'))
    return root.path + slash + below


def resolve(word, roots):
    """Return the absolute path (bytes) that a PATH word means; raise Refused.

    roots: {name: Root} of the config.
    """
    raw = os.fsencode(word)
    shown = escape(raw)
    if raw.startswith(b'@'):
        raw = _named(raw, roots, shown)
    if not raw.startswith(b'/'):
        raise Refused('%s: a path must be absolute, or @NAME of a configured root' % shown)
    return _plain(raw, shown)


def below(path, folder):
    """Whether a path is this folder or below it, by their text."""
    return path == folder or path.startswith(folder.rstrip(b'/') + b'/')
