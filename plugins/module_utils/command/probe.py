# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verb probe: is the right cache mounted at a folder, and does it answer?"""

import json

from ..host import probe as looking
from ..host.programs import Programs
from ..hsm.child import Children
from ..hsm.errors import Refused
from ..hsm.escape import escape
from ..hsm.version import VERSION
from .arguments import raw
from .paths import resolve
from .text import count


def run_verb(arguments, out, err):
    """Look, and say what was found; return (exit status, counts)."""
    if not arguments.mount.startswith('/'):
        raise Refused('%s: probe takes the folder of a mount, from "/" on'
                      % escape(raw(arguments.mount)))
    point = resolve(arguments.mount, {})
    children = Children()
    try:
        found = looking.probe(Programs(children), point, arguments.expect, arguments.write_test)
    finally:
        children.close()
    if arguments.json:
        out.write(json.dumps(_summary(point, found)) + '\n')
    elif found.diagnosis is None and not arguments.quiet:
        out.write(_line(point, found))
    for warning in found.warnings:
        err.write('file-cache: %s\n' % warning)
    if found.diagnosis is None:
        return 0, {}
    err.write('file-cache: %s %s\n' % (found.diagnosis.message, found.diagnosis.remedy))
    return Refused.status, {}


def _line(point, found):
    names = '%s%s %s' % (count(found.entries),
                         ' or more' if found.entries == looking.MOST_NAMES else '',
                         'name' if found.entries == 1 else 'names')
    return 'The cache "%s" is mounted at %s and answers (%s%s).\n' % (
        found.fsname, escape(point), names, ', a file was written and read' * found.written)


def _summary(point, found):
    said = found.diagnosis
    return {
        'schema': 1, 'version': VERSION, 'verb': 'probe', 'mount': escape(point),
        'source': escape(found.mount.source) if found.mount is not None else None,
        'fsname': found.fsname, 'instance': found.instance, 'entries': found.entries,
        'written': found.written, 'warnings': found.warnings,
        'cause': said and said.cause, 'error': said and said.message,
        'remedy': said and said.remedy,
    }
