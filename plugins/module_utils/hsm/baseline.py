# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed on the filer since a baseline that lies in its own tree.

In DIR/.file-cache: CACHE.manifest, what that cache has seen; ID.manifest, what is there now;
ID.changes, the difference. Whoever has refreshed all of the difference renames ID.manifest to
CACHE.manifest. Without a baseline everything has changed.
"""

import os
import re
import time

from . import changes, scan
from .errand import IDLE_SECONDS, Errand
from .errors import Refused
from .escape import escape
from .wire import Sender

FOLDER = b'.file-cache'
# Longer than any chain of jobs: what is older belongs to one that was given up.
KEPT_SECONDS = 7 * 24 * 3600

_CACHE = re.compile(r'[A-Za-z0-9_-]+\Z')
_ID = re.compile(r'[0-9a-f]{6,64}\Z')
_LEFT = re.compile(br'\.?[0-9a-f]{6,64}\.(?:manifest|changes)(?:\.[0-9a-f]+)?\Z')


def write(children, directory, cache, ident, stop=None, idle=IDLE_SECONDS):
    """Write ID.manifest and ID.changes of an absolute folder; return (Errand, Changes).

    Changes is None when the tree could not be listed whole: then no list is written.
    """
    if not _CACHE.match(cache) or not _ID.match(ident):
        raise Refused('A cache is named by its id (fc-...), and a list by 6 to 64 hex digits; '
                      '"%s" and "%s" are not.' % (cache, ident))
    place = os.path.join(directory, FOLDER)
    _do(children, _prepare, place, stop, idle)
    now = os.path.join(place, ident.encode('ascii') + b'.manifest')
    made = scan.write(children, directory, now, stop=stop, idle=idle)
    if not made.complete:
        return made, None
    names = os.path.join(place, ident.encode('ascii') + b'.changes')
    found = changes.write(children, os.path.join(place, cache.encode('ascii') + b'.manifest'),
                          now, names, stop=stop, idle=idle, old_optional=True)
    _do(children, _publish, names, stop, idle)
    return made, found


def _do(children, function, path, stop, idle):
    errand = Errand(children, (), function, (path,), idle)
    errand.finish(stop=stop)
    if not errand.complete:
        raise Refused('"%s" cannot be made ready. %s' % (escape(path), errand.error))


def _prepare(out, place):
    sender = Sender(out)
    try:
        _make(place)
        for name in os.listdir(place):
            sender.beat()
            path = os.path.join(place, name)
            if _LEFT.match(name) and time.time() - os.lstat(path).st_mtime > KEPT_SECONDS:
                os.unlink(path)
        sender.end()
    except OSError as error:
        sender.refuse('"%s" cannot be made ready: %s. The user of this call must be able to '
                      'write there.' % (escape(place), error.strerror))


def _publish(out, names):
    """Let the workers of the cache read the list, whatever the umask here is."""
    sender = Sender(out)
    try:
        os.chmod(names, 0o644)
        sender.end()
    except OSError as error:
        sender.refuse('"%s" cannot be made readable: %s.' % (escape(names), error.strerror))


def _make(place):
    try:
        os.mkdir(place)
    except FileExistsError:
        return
    os.chmod(place, 0o755)
