# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The child of a scout: looks at the mount and sends what it finds (scout.py reads it)."""

import os
import stat

from . import lists
from .entry import found, troubled
from .errors import Refused
from .eviction import Evicted, give_up_when_evicted, reporter
from .folders import open_path
from .forked import die_with
from .listed import Looker
from .walk import walk
from .wire import Sender


def explore(out, roots, selection, source, caller):
    """Send every entry of the roots or of a list, then the end."""
    sender = Sender(out)
    try:
        if source is None:
            _walk_roots(sender, roots, selection)
        else:
            _look_at_list(sender, roots, selection, source, caller)
    except Refused as refused:
        sender.refuse(str(refused))
    except Evicted:
        sender.evicted()
    else:
        sender.end()


def _walk_roots(sender, roots, selection):
    for index, root in enumerate(roots):
        folder = _open_root(sender, index, root)
        if folder is None:
            continue
        try:
            if root.only is None:
                problem = reporter(sender, index, folder)
                for rel, facts in walk(folder, selection, sender.tick, problem):
                    sender.entry(found(index, rel, facts))
            else:
                _look_at_one(sender, index, folder, root.only, selection)
        finally:
            os.close(folder)


def _open_root(sender, index, root):
    try:
        return open_path(root.path)
    except OSError as error:
        reporter(sender, index, None)(b'', error.errno)
        return None


def _look_at_one(sender, index, folder, name, selection):
    sender.tick()
    if not selection.takes_name(name):
        return
    try:
        facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        sender.entry(troubled(index, name, 'vanished'))
    except OSError as error:
        reporter(sender, index, folder)(name, error.errno)
    else:
        if not stat.S_ISREG(facts.st_mode):
            sender.entry(troubled(index, name, 'not_regular'))
        elif selection.takes_times(facts):
            sender.entry(found(index, name, facts))


def _look_at_list(sender, roots, selection, source, caller):
    names = lists.read(source, roots, sender.beat)
    folders = [_open_root(sender, index, root) for index, root in enumerate(roots)]
    if caller is not None:
        _drop_to(caller)
    looker = Looker(folders)
    for index, rel in names:
        sender.tick()
        if folders[index] is None or not selection.takes_listed(rel):
            continue
        entry, number = looker.look(index, rel)
        if number:
            sender.problem(index, rel, number)
            give_up_when_evicted(number, folders[index])
        if entry.problem is not None or selection.takes_time(entry.mtime_ns):
            sender.entry(entry)


def _drop_to(caller):
    """Give up root for good: names are looked at with the caller's own rights (rule 7)."""
    uid, gid, groups = caller
    parent = os.getppid()
    os.setgroups(groups)
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    die_with(parent)
