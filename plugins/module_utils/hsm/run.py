# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of one verb: the only way in for the command and for the modules."""

import errno
import time

from . import filer, lists, roots
from .answers import Stuck
from .child import Children
from .decide import unanswered
from .drive import Drive
from .errors import NoAnswer, NotOnLustre, Refused
from .escape import escape
from .lfs import Lfs
from .look import Looker
from .mountpoint import mount_point
from .report import Failure
from .scout import Scout
from .selection import Selection
from .tally import Tally


def run(options, progress=None, stop=None, binary=None, clock=time.monotonic):
    """Do what the options say and return the summary of design.md.

    progress: called with a dict a few times a second; stop: called often, returns None or
    why the run has to end ('SIGINT', 'SIGTERM', 'SIGHUP', 'closed'); binary: path of `lfs`
    where it is not to be searched. Raises Refused when nothing was requested.
    """
    children = Children()
    try:
        found, devices, lfs = _resolve(children, options, stop, binary)
        tally = Tally(options, found, mount_point(found[0].path), clock)
        records = _records(children, options, found, stop)
        scout = _scout(children, options, found)
        looker = Looker(children, found, devices, finished=options.finished)
        drive = Drive(options, lfs, looker, scout, tally, records, children.wait, clock)
        return drive.go(progress, stop)
    finally:
        children.close()
        if options.gate is not None:
            options.gate.leave()


def device_of(options, stop=None, binary=None):
    """Return the device (st_dev) of the one cache that the paths lie on, as run() finds it."""
    children = Children()
    try:
        return _resolve(children, options, stop, binary)[1][0]
    finally:
        children.close()


def _resolve(children, options, stop, binary):
    """Return (roots, their devices, Lfs); raise Refused when they do not lie on a cache."""
    found, devices = roots.resolve(children, options.paths, options.recursive,
                                   options.list_file is not None, options.within, stop)
    lfs = Lfs(children, found, binary, options.fixed_paths, devices=devices)
    _check_lustre(lfs, found, stop)
    return found, devices, lfs


def _check_lustre(lfs, found, stop):
    """Whether a path lies on Lustre is for `lfs` to say (lustre-hsm H74)."""
    for index, root in enumerate(found):
        answer = lfs.sync(lfs.fsname, index, stop=stop)
        if isinstance(answer, Failure) and answer.errno in (errno.ENOTTY, errno.ENODATA):
            raise NotOnLustre('"%s" does not lie on Lustre. Is the cache mounted there?'
                              % escape(root.path))
        if isinstance(answer, (Failure, Stuck)):
            raise NoAnswer('lfs cannot tell what "%s" is: %s' % (escape(root.path), answer.text),
                           unanswered(answer).reason)


def _records(children, options, found, stop):
    """Return the RecordTable of the manifest that the options name, or None."""
    if options.manifest_file is None:
        return None
    if len(found) != 1:
        raise Refused('A manifest is the list of one tree, and there are %d paths. Give one path.'
                      % len(found))
    return filer.load(children, options.manifest_file, stop)


def _scout(children, options, found):
    source = None
    if options.list_file is not None:
        source = lists.ListSource(options.list_file, options.null, lists.MAX_BYTES,
                                  lists.MAX_NAMES)
    selection = Selection(options.include, options.exclude, options.older_than,
                          options.newer_than, options.shard,
                          changed_since=options.changed_since)
    return Scout(children, found, selection, source, options.caller)
