# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verbs where the filer is seen: manifest and changes."""

import sys

from ..hsm import changes, scan
from ..hsm.child import Children
from ..hsm.errors import Refused
from .paths import below, resolve
from .text import amount, count


def run_verb(arguments, config, caller, stop):
    """Run the verb; return (exit status, counts)."""
    children = Children()
    try:
        if arguments.verb == 'manifest':
            return _manifest(arguments, config, caller, children, stop)
        return _changes(arguments, children, stop)
    finally:
        children.close()


def _manifest(arguments, config, caller, children, stop):
    folder = resolve(arguments.folder, config.roots)
    if caller is not None and not any(below(folder, root.path)
                                      for root in config.roots.values()):
        raise Refused('%s lies below none of the roots of this host; through sudo only those '
                      'can be listed' % arguments.folder)
    done = scan.write(children, folder, arguments.output, stop=stop)
    if not done.complete:
        sys.stderr.write('file-cache: the manifest is not complete and proves nothing: %s\n'
                         % done.error)
    _say('%s files, %s' % (count(done.taken), amount(done.size)))
    return (0 if done.complete else 1), {'files': done.taken}


def _changes(arguments, children, stop):
    found = changes.write(children, arguments.old, arguments.new, b'-', stop=stop)
    _say('%s new, %s changed, %s the same, %s deleted'
         % tuple(count(number) for number in found))
    return 0, found._asdict()


def _say(text):
    """Standard output may be the list itself."""
    sys.stderr.write('file-cache: %s\n' % text)
