# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The empty folder under a mount: nobody can write into it while nothing is mounted.

Else a worker that starts too early fills the local disk with frames that the mount then
hides (field-reports D2). The folder is touched only when the kernel shows nothing at it.
"""

import collections
import errno
import os
import stat

from ..hsm.errors import Refused
from ..hsm.escape import escape
from . import mountinfo, processes
from .questions import ask

# changed; protection: immutable, mode, none, or mounted (then it was left alone); there: whether
# the folder is there; warnings: sentences.
Folder = collections.namedtuple('Folder', 'changed protection there warnings')
# kind: missing, folder or other; mode: its permissions; names: how many are in it.
_Facts = collections.namedtuple('_Facts', 'kind mode names')

SECONDS = 20
MOST_NAMES = 1000
_MODE = 0o755


def protect(programs, point, dry_run=False):
    """Make the folder, and make it unwritable while nothing is mounted; return Folder."""
    if _shown(point):
        return Folder(False, 'mounted', True, [])
    facts = _facts(programs, point)
    warnings = []
    if facts.names:
        warnings.append('%s holds %s%d names on the local disk, which the mount will hide: perhaps '
                        'frames of a worker that started too early. Look at them.' % (
                            escape(point), 'at least ' if facts.names == MOST_NAMES else '',
                            facts.names))
    before = _protection(programs, point, facts)
    if before != 'none' or dry_run:
        return Folder(before == 'none', before, facts.kind == 'folder', warnings)
    if facts.kind == 'missing':
        _change(programs, point, _make)
    done = programs.call('chattr', ('+i',), [point], SECONDS) if programs.there('chattr') else None
    if _is_immutable(programs, point):
        return Folder(True, 'immutable', True, warnings)
    _change(programs, point, _close)
    why = done.err.decode('utf-8', 'replace').strip() if done else 'there is no chattr'
    warnings.append('%s cannot be made immutable here (%s). It has mode 0000 instead, which does '
                    'not hold root.' % (escape(point), ' '.join(why.split())))
    return Folder(True, 'mode', True, warnings)


def remove(programs, point, dry_run=False):
    """Remove the folder when it is empty and nobody has anything mounted at it; return Folder."""
    if _shown(point):
        raise Refused('Something is mounted at %s. Unmount it first (module cache_mount with state '
                      'unmounted).' % escape(point))
    others = processes.showing(point)
    if others:
        # Where it is still mounted it would be taken away lazily (field-reports L2, L26).
        raise Refused('%s is still a mount point in another mount namespace: %s. End that first.'
                      % (escape(point), ', '.join('%d %s' % (other.pid, other.comm)
                                                  for other in others)))
    facts = _facts(programs, point)
    if facts.kind == 'missing':
        return Folder(False, 'none', False, [])
    if facts.names:
        raise Refused('%s is not empty: it holds files on the local disk. Nothing was removed. '
                      'Look at them first.' % escape(point))
    protection = _protection(programs, point, facts)
    if not dry_run:
        if protection == 'immutable':
            programs.call('chattr', ('-i',), [point], SECONDS)
        _change(programs, point, _remove)
    return Folder(True, protection, False, [])


def _shown(point):
    return mountinfo.at(point) is not None or mountinfo.armed(point)


def _facts(programs, point):
    answer = ask(programs.children, _look, point, SECONDS)
    _refuse(answer, point, 'looked at')
    kind, mode, names = answer.text.decode('ascii').split()
    if kind == 'other':
        raise Refused('%s is not a folder (or is a symbolic link). Nothing can be mounted on it.'
                      % escape(point))
    return _Facts(kind, int(mode), int(names))


def _protection(programs, point, facts):
    if facts.kind == 'folder' and _is_immutable(programs, point):
        return 'immutable'
    return 'mode' if facts.kind == 'folder' and facts.mode == 0 else 'none'


def _is_immutable(programs, point):
    if programs.there('lsattr') is None:
        return False
    done = programs.call('lsattr', ('-d',), [point], SECONDS)
    return done.rc == 0 and b'i' in done.out.partition(b' ')[0]


def _change(programs, point, function):
    _refuse(ask(programs.children, function, point, SECONDS), point, 'changed')


def _refuse(answer, point, what):
    if answer.silent:
        raise Refused('%s gives no answer: is a folder above it a dead mount?' % escape(point))
    if answer.errno is not None:
        raise Refused('%s cannot be %s: %s.' % (escape(point), what, os.strerror(answer.errno)))


# What follows runs in a child.


def _look(point):
    try:
        facts = os.lstat(point)
    except OSError as error:
        if error.errno == errno.ENOENT:
            return b'missing 0 0'
        raise
    if not stat.S_ISDIR(facts.st_mode):
        return b'other 0 0'
    names = 0
    with os.scandir(point) as listing:
        for _name in listing:
            names += 1
            if names == MOST_NAMES:
                break
    return b'folder %d %d' % (stat.S_IMODE(facts.st_mode), names)


def _make(point):
    os.makedirs(point, _MODE)
    os.chmod(point, _MODE)
    return b''


def _close(point):
    os.chmod(point, 0)
    return b''


def _remove(point):
    os.rmdir(point)
    return b''
