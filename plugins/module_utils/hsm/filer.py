# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filer's side of a run: its manifest, read in a child and kept by name."""

import os
import shutil
import tempfile

from .errand import IDLE_SECONDS, Errand
from .errors import Refused
from .escape import escape
from .manifest import MAX_BYTES, read
from .streams import title
from .table import RecordTable
from .wire import Sender


def load(children, file, stop=None, idle=IDLE_SECONDS, max_bytes=MAX_BYTES):
    """Return the RecordTable of a manifest file (`-`: standard input), read whole.

    Raises Refused unless it is complete. A child reads it, since it may lie on the mount.
    """
    folder = tempfile.mkdtemp(prefix='file-cache-')
    path = os.path.join(folder, 'manifest')
    try:
        errand = Errand(children, (), _load, (path, file, max_bytes), idle)
        errand.finish(stop=stop)
        if not errand.complete:
            raise Refused('%s could not be read to its end. %s'
                          % (title('manifest', file), errand.error))
        return RecordTable.open(path)
    finally:
        shutil.rmtree(folder)


def _load(out, path, file, max_bytes):
    sender = Sender(out)
    try:
        table = fill(RecordTable(path), file, sender, max_bytes)
        if not table.count:
            # Everything in the cache would pass for missing on the filer.
            raise Refused('%s holds no file at all. Is the filer mounted where it was made?'
                          % title('manifest', file))
        table.keep()
        sender.end()
    except Refused as refused:
        sender.refuse(str(refused))


def fill(table, file, sender, max_bytes):
    """Put a whole manifest in a table and return it; raise Refused for a bad one."""
    for record in read(file, sender.beat, max_bytes):
        sender.tick()
        if not table.add(record):
            raise twice(file, record.rel)
    return table


def twice(file, rel):
    """Return the refusal of a manifest that has a name twice."""
    return Refused('%s has the name "%s" twice. Make it again with "file-cache manifest".'
                   % (title('manifest', file), escape(rel)))
