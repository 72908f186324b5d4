# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what this host wrote to what is saved: one call of writeback.

For each root, one after the other: the names that must be saved, then what the list of
`file-cache watch` holds, then, where that list has a gap, the folders themselves. Each is a
run of the engine over a list or a walk; there is no second way to archive.
"""

import itertools
import time
from collections import namedtuple

from ..hsm.child import Children
from ..hsm.decide import BITS_SECONDS
from ..hsm.entry import Root, covers, without_nested
from ..hsm.errors import NoAnswer, Refused
from ..hsm.mountpoint import mount_point
from ..watch.store import Store
from .archiving import Archiving
from .locate import Locating
from .names import Names
from .off import Off
from .paths import PathList
from .rows import Rows

# folders: absolute paths (bytes), none: all roots; since: epoch of the start of the task, or
# None for all that is on the list; source: None, or the lists.ListSource of further names;
# timeout: seconds for the whole, 0 for no end; caller: None, or (uid, gid, groups) of who
# called through sudo; tuning: {name: value} of options.TUNING that a run takes.
Terms = namedtuple('Terms', 'folders since source timeout caller tuning')

# How long events may take from the kernel to the list.
SETTLE_SECONDS = 5.0
# The clock by which the kernel dates files is a tick behind the one that says when a task began.
DATES_LAG = 1
_POLL_SECONDS = 0.05


def save(config, terms, stop=None, store=None, halt=None):
    """Archive what this host wrote; return (summary, Archiving), which says what it was like.

    config: command.config.Config; stop: as for hsm.run; store: watch.store.Store; halt: None,
    or the finished.Halt after which nothing that was written is taken for finished.
    """
    store = Store() if store is None else store
    work = Archiving('writeback', config.settings['unfinished'], terms.timeout, terms.tuning,
                     terms.caller, stop, halt)
    try:
        _Saving(config, terms, store, work, halt).go()
    except Refused as problem:
        work.merged.refuse(problem)
    finally:
        store.close()
    return work.summary(), work


def roots_of(config):
    """Return the paths of the roots, none of them inside another."""
    return [root.path for root in without_nested(
        [Root(root.path, None) for root in config.roots.values()])]


class _Saving(object):
    def __init__(self, config, terms, store, work, halt):
        self._terms = terms
        self._store = store
        self._work = work
        self._halt = halt
        self._roots = roots_of(config)
        self._points = [mount.path for mount in config.mounts]
        self._children = Children()

    def go(self):
        names = None
        try:
            if self._terms.source is not None:
                base = self._terms.folders[0] if len(self._terms.folders) == 1 else None
                names = Names(self._children, self._terms.source, self._roots, base,
                              self._work.told_to_end)
            for root in self._roots:
                self._save(root, names.below[root] if names is not None else ())
        finally:
            self._children.close()
            if names is not None:
                names.close()

    def _save(self, root, names):
        """Save what lies below one root."""
        places = self._places(root)
        fallback = self._fallback(self._point(root)) if places else None
        rows = Rows(self._written(root) if places else ())
        try:
            if names or len(rows) or fallback is not None or places and self._terms.folders:
                device = self._work.device(root, itertools.chain(names, rows.paths()))
                if device is not None:
                    self._save_all(root, device, names, rows, places, fallback)
        finally:
            rows.close()

    def _written(self, root):
        """Yield what the list has below a root; a file that was closed after a halt is noted."""
        for one in self._store.written(self._terms.since, [root]):
            if self._halt is not None and one.closed_at >= self._halt.moment:
                self._halt.open.add(one.inode)
            yield one

    def _save_all(self, root, device, names, rows, places, fallback):
        off = Off(self._store, rows, places)
        closed = rows.newest if fallback is None else self._work.began
        due = closed + BITS_SECONDS
        try:
            if names:
                self._work.list(root, names, due, off.named, as_caller=True)
            if len(rows):
                self._save_rows(root, device, rows, due, off)
            if fallback is not None:
                self._work.merged.fall_back(fallback)
            # After a halt the sweep is for what the list lacks: a walk would also find what other
            # hosts are writing, and there is no time for it.
            if fallback is not None and self._halt is None:
                since = None if self._terms.since is None else self._terms.since - DATES_LAG
                for place in places:
                    self._work.walk(root, place, off, bits_due=due, known=off.dealt_with,
                                    changed_since=since)
        finally:
            off.close()

    def _save_rows(self, root, device, rows, due, off):
        """Save what the list holds, and take off it what is saved or gone.

        A file may have been written outside the places that are asked for, and moved there.
        """
        locating = Locating(self._children, rows, root, device, off.gone)
        try:
            locating.finish(stop=self._work.told_to_end)
        except Refused as problem:
            self._work.cannot(root, rows.paths(), problem)
            return
        if not locating.complete:
            self._work.cannot(root, rows.paths(), NoAnswer(
                locating.error, 'client_evicted' if locating.evicted else 'stuck'))
            return
        self._work.count(root, off.lost, 'vanished', None)
        self._work.count(root, filter(off.is_wanted, rows.elsewhere()), 'failed', 'outside')
        paths = PathList(path for path in rows.placed()
                         if off.is_wanted(path) and not off.was_named(path))
        try:
            self._work.list(root, paths, due, off)
        finally:
            paths.close()

    def _places(self, root):
        """Return the folders below a root that are asked for, none inside another."""
        if not self._terms.folders:
            return [root]
        found = []
        for folder in self._terms.folders:
            if covers(Root(folder, None), root):
                found.append(root)
            elif covers(Root(root, None), folder):
                found.append(folder)
        return [one.path for one in without_nested([Root(place, None) for place in found])]

    def _point(self, root):
        """Return the mount point of a root, also while nothing is mounted there."""
        points = [point for point in self._points if covers(Root(point, None), root)]
        return max(points + [mount_point(root)], key=len)

    def _fallback(self, point):
        """Wait until what was closed before this call is on the list; say if that is not all."""
        ends = time.monotonic() + SETTLE_SECONDS
        while (self._store.health().alive and not self._store.settled([point], self._work.began)
               and time.monotonic() < ends and self._work.told_to_end() is None):
            time.sleep(_POLL_SECONDS)
        since = self._work.began - 1 if self._terms.since is None else self._terms.since
        return self._store.fallback([point], since, self._work.began)
