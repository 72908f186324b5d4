# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verbs where the filer is seen: manifest, changes and scan.

What they say goes to standard error: standard output may be the list itself.
"""

from ..hsm import baseline, changes, scan
from ..hsm.child import Children
from ..hsm.errors import Refused
from .paths import below, resolve
from .text import amount, count


def run_verb(arguments, config, caller, stop, err):
    """Run the verb; return (exit status, counts)."""
    children = Children()
    try:
        if arguments.verb == 'manifest':
            return _manifest(arguments, config, caller, children, stop, err)
        if arguments.verb == 'scan':
            return _scan(arguments, config, children, stop, err)
        return _changes(arguments, children, stop, err)
    finally:
        children.close()


def _manifest(arguments, config, caller, children, stop, err):
    folder = resolve(arguments.folder, config.roots)
    if caller is not None and not any(below(folder, root.path)
                                      for root in config.roots.values()):
        raise Refused('%s lies below none of the roots of this host; through sudo only those '
                      'can be listed' % arguments.folder)
    done = scan.write(children, folder, arguments.output, stop=stop)
    return _said(done, err), {'files': done.taken}


def _said(done, err):
    """Say how a listing went; return the exit status."""
    if not done.complete:
        err.write('file-cache: there is no manifest: %s\n' % done.error)
    err.write('file-cache: %s files, %s\n' % (count(done.taken), amount(done.size)))
    return 0 if done.complete else 1


def _scan(arguments, config, children, stop, err):
    made, found = baseline.write(children, resolve(arguments.folder, config.roots),
                                 arguments.cache, arguments.ident, stop=stop)
    code = _said(made, err)
    if found is not None:
        _say_changes(found, err)
    return code, {'files': made.taken}


def _changes(arguments, children, stop, err):
    found = changes.write(children, arguments.old, arguments.new, b'-', stop=stop)
    _say_changes(found, err)
    return 0, found._asdict()


def _say_changes(found, err):
    err.write('file-cache: %s new, %s changed, %s the same, %s deleted\n'
              % tuple(count(number) for number in found))
