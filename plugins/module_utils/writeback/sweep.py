# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sweep: archives what became quiet below the roots, whoever wrote it.

It is for lost workers, tools outside Deadline, writes that this host cannot see. It releases
nothing, and leaves its figures where others read them without a walk of their own.
"""

import os

from ..hsm.child import Children
from ..hsm.entry import SECOND
from ..hsm.errors import Refused
from ..hsm.escape import escape
from ..watch.store import Store
from . import state
from .archiving import Archiving
from .locate import Locating
from .off import Off
from .paths import PathList
from .rows import Rows
from .session import roots_of

_OVER = ('already', 'done', 'vanished')


class Busy(Refused):
    """Another sweep is under way on this host: there is nothing to do."""

    status = 0


def sweep(config, timeout, tuning, stop=None, store=None, folder=state.FOLDER):
    """Sweep the roots; return (summary, Archiving). The summary is kept in a file too.

    tuning: with quiet_period; the rest: as for session.save. Raises Busy, and Refused for who
    may not keep the lock.
    """
    try:
        lock = state.sweep_lock(folder)
    except OSError as error:
        raise Refused('The state of the sweep cannot be kept in %s: %s. It needs root.'
                      % (folder, error.strerror))
    if lock is None:
        raise Busy('Another sweep is under way on this host. Nothing was done.')
    store = Store() if store is None else store
    try:
        work = Archiving('sweep', config.settings['unfinished'], timeout, tuning, stop=stop)
        oldest = _Oldest()
        for root in roots_of(config):
            device = work.device(root, ())
            if device is not None:
                work.walk(root, root, oldest)
                _tidy(work, root, device, store)
        summary = dict(work.summary(), oldest_unsaved=oldest.found)
        _keep(summary, folder)
        return summary, work
    finally:
        store.close()
        os.close(lock)


def _keep(summary, folder):
    """Keep the figures; what was saved is saved all the same."""
    try:
        state.keep_sweep(summary, folder)
    except OSError as error:
        told = 'The figures of the sweep cannot be kept in %s: %s.' % (folder, error.strerror)
        summary['error'] = ' '.join(text for text in (summary['error'], told) if text)


def _tidy(work, root, device, store):
    """Take off this host's list what is saved or gone by now."""
    children = Children()
    rows = Rows(store.written(None, [root]))
    off = Off(store, rows, [root])
    try:
        locating = Locating(children, rows, root, device, off.gone)
        locating.finish(stop=work.told_to_end)
        if locating.complete:
            paths = PathList(rows.placed())
            work.saved(root, paths, off)
            paths.close()
    except Refused:
        # No time, or no answer: it stays on the list for the next time.
        pass
    finally:
        off.close()
        rows.close()
        children.close()


class _Oldest(object):
    """Observes a sweep. found: {path, epoch} of the oldest file that is not saved, or None."""

    def __init__(self):
        self.found = None
        self._mtime_ns = None

    def __call__(self, settled):
        if settled.outcome in _OVER:
            return
        if self._mtime_ns is None or settled.mtime_ns < self._mtime_ns:
            self._mtime_ns = settled.mtime_ns
            self.found = {'path': escape(settled.path), 'epoch': settled.mtime_ns // SECOND}
