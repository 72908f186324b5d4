# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the paths of a request to the roots of a run, looked at in a child.

No link is followed, not even above a root: what a name means must not change between this
look and the next one (safety rule 7).
"""

import errno
import os
import stat

from .entry import Root, covers, without_nested
from .errand import IDLE_SECONDS, Errand
from .errors import Missing, NoAnswer, Refused
from .escape import escape
from .eviction import Evicted
from .folders import open_folder
from .mountpoint import mount_point
from .wire import MISSING, PLACE, Sender, unpack_place

# field-reports L10
_DEAD = frozenset([errno.ESHUTDOWN, errno.ENOTCONN, errno.EIO])


def resolve(children, paths, recursive, listed=False, within=None, stop=None,
            idle=IDLE_SECONDS):
    """Return (roots, the device of each).

    paths: bytes; recursive: whether folders are walked; listed: whether names come from a
    list, so that a folder needs no walk; within: None, or the folders that no path may leave.
    Raises Refused for whatever cannot be a root.
    """
    plain = [_plain(path) for path in paths]
    if not plain:
        raise Refused('No PATH is given. Name a file or a folder on the cache.')
    for path in plain:
        if within is not None and not any(covers(Root(top, None), path) for top in within):
            raise Refused('%s lies below none of the roots that this host is set up for.'
                          % escape(path))
    looking = _Looking(children, (), _look, (plain, recursive or listed), idle)
    looking.finish(stop=stop)
    if not looking.complete:
        raise NoAnswer('%s could not be looked at. %s' % (escape(plain[0]), looking.error),
                       'client_evicted' if looking.evicted else 'stuck')
    devices = {_root(path, is_folder): device
               for path, (device, is_folder) in zip(plain, looking.places)}
    # Two mounts of one cache show the same device numbers, as a bind mount does (met on 2.17),
    # and a file that comes by both would be archived twice (lustre-hsm H25).
    if len(set(devices.values())) > 1 or len(set(map(mount_point, plain))) > 1:
        raise Refused('The paths lie on different mounts: %s. Run once for each mount.'
                      % ', '.join(escape(path) for path in plain))
    roots = without_nested([_root(path, is_folder) for path, (_device, is_folder)
                            in zip(plain, looking.places)])
    return roots, [devices[root] for root in roots]


def _plain(path):
    """Return an absolute path without what cannot change its meaning."""
    if not path.startswith(b'/'):
        raise Refused('The path "%s" is not absolute. Give it from "/" on.' % escape(path))
    if b'\0' in path:
        raise Refused('The path "%s" holds a NUL, which no name can have.' % escape(path))
    parts = [part for part in path.split(b'/') if part not in (b'', b'.')]
    if b'..' in parts:
        raise Refused('The path "%s" has a ".." component. Give it without.' % escape(path))
    return b'/' + b'/'.join(parts)


def _root(path, is_folder):
    if is_folder:
        return Root(path, None)
    above, _slash, name = path.rpartition(b'/')
    return Root(above or b'/', name)


class _Looking(Errand):
    """places: (device, whether it is a folder) of each path."""

    def __init__(self, *arguments):
        self.places = []
        Errand.__init__(self, *arguments)

    def _take_in(self, kind, payload):
        if kind == PLACE:
            self.places.append(unpack_place(payload))
        else:
            Errand._take_in(self, kind, payload)


def _look(out, paths, folders_fit):
    sender = Sender(out)
    try:
        for path in paths:
            facts = _facts(path)
            is_folder = stat.S_ISDIR(facts.st_mode)
            if is_folder and not folders_fit:
                raise Refused('%s is a folder. To take what is below it, give --recursive '
                              '(recurse: true), or a list of names.' % escape(path))
            if not is_folder and not stat.S_ISREG(facts.st_mode):
                raise Refused('%s is neither a regular file nor a folder. Nothing else can be '
                              'archived or released.' % escape(path))
            sender.place(facts.st_dev, is_folder)
        sender.end()
    except Missing as missing:
        sender.refuse(str(missing), MISSING)
    except Refused as refused:
        sender.refuse(str(refused))
    except Evicted:
        sender.evicted()


def _facts(path):
    """Return the stat result of an absolute path, through no link."""
    current = open_folder(b'/')
    names = path[1:].split(b'/') if path != b'/' else []
    for depth, name in enumerate(names):
        place = b'/' + b'/'.join(names[:depth + 1])
        try:
            facts = os.stat(name, dir_fd=current, follow_symlinks=False)
            if stat.S_ISLNK(facts.st_mode):
                raise _link(place)
            if place == path and not stat.S_ISDIR(facts.st_mode):
                return facts
            # Only opening a folder mounts what an automount point stands for; stat does not.
            lower = open_folder(name, current)
        except OSError as error:
            if error.errno in _DEAD:
                raise Evicted()
            raise _failure(path, place, error)
        os.close(current)
        current = lower
    return os.fstat(current)


def _link(place):
    return Refused('%s is a symbolic link, and no link is followed. Give the real path '
                   '(readlink -f shows it).' % escape(place))


def _failure(path, place, error):
    if error.errno == errno.ENOENT:
        return Missing('%s does not exist%s.' % (
            escape(path), '' if place == path else ': there is no %s' % escape(place)))
    return Refused('%s cannot be looked at: %s.' % (escape(place), error.strerror))
