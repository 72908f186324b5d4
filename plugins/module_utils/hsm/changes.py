# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed on the filer between two of its manifests.

Filer is compared with filer: the cache keeps old times after a refresh (lustre-hsm M8), so
its own times tell nothing. Size, time and ctime all count, to the nanosecond: ctime shows
content that was put back with an old date, and an edit within the same second (field-reports
L28). Deleted names are counted, never written: nothing is to be done about them.
"""

import collections
import os
import shutil
import tempfile

from .errand import IDLE_SECONDS, Errand
from .errors import Refused
from .filer import fill, twice
from .manifest import MAX_BYTES, read
from .streams import STANDARD, Output, destination, title
from .table import RecordTable
from .wire import CHANGES, Sender, unpack_changes

Changes = collections.namedtuple('Changes', 'new changed same deleted')


def write(children, old, new, output, progress=None, stop=None, idle=IDLE_SECONDS,
          max_bytes=MAX_BYTES, old_optional=False):
    """Write the new and the changed names, NUL ended and in NEW's order; return Changes.

    old, new: manifest files, one of them may be `-`; output: a file, or `-`. Nothing is
    written unless both manifests are whole. old_optional: without OLD, everything is new.
    """
    if old == new == STANDARD:
        raise Refused('Only one of the two manifests can come on standard input.')
    with destination(children, output) as place:
        errand = _Comparing(children, (), _compare,
                            (old, new, place, max_bytes, old_optional), idle)
        errand.finish(progress, stop)
    if not errand.complete:
        raise Refused('The manifests could not be compared. %s' % errand.error)
    return errand.changes


class _Comparing(Errand):

    changes = None

    def _take_in(self, kind, payload):
        if kind == CHANGES:
            self.changes = Changes(*unpack_changes(payload))
        else:
            Errand._take_in(self, kind, payload)


def _compare(out, old, new, place, max_bytes, old_optional):
    sender = Sender(out)
    try:
        table = RecordTable()
        if not old_optional or os.path.lexists(old):
            fill(table, old, sender, max_bytes)
        target = Output(place, sender.beat)
        with tempfile.TemporaryFile() as spool:
            sender.changes(*_spool_changes(spool, table, new, sender, max_bytes))
            spool.seek(0)
            shutil.copyfileobj(spool, target)
        target.commit()
        sender.end()
    except Refused as refused:
        sender.refuse(str(refused))


def _spool_changes(spool, table, new, sender, max_bytes):
    """Write the names to the spool; return the numbers (new, changed, same, deleted).

    They stay in the spool until the last record of NEW has proven that it is whole.
    """
    fresh = changed = same = 0
    for record in read(new, sender.beat, max_bytes):
        sender.tick()
        before = table.find(record.rel)
        if before is None:
            table.add(record, met=True)
            fresh += 1
        elif not table.meet(record.rel):
            raise twice(new, record.rel)
        elif before == record:
            same += 1
            continue
        else:
            changed += 1
        spool.write(record.rel + b'\0')
    if not fresh + changed + same:
        raise Refused('%s holds no file at all. Is the filer mounted where it was made?'
                      % title('manifest', new))
    return fresh, changed, same, table.count - table.met
