# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions side by side, the link that says which one is used, and what may be taken away."""

import fcntl
import itertools
import os
import shutil
import time
from contextlib import contextmanager

from ..hsm.errors import Refused
from ..hsm.escape import escape
from . import files, version

PATIENCE = 120.0  # seconds
_LOCK = b'.lock'
# Folders that are not complete yet, or not any more: no link ever leads to them.
_PASSING = b'.'


class Shelf(object):
    """The folder /opt/file-cache, or one like it.

    link: what people and sudoers call.
    """

    def __init__(self, home):
        self.home = home
        self.link = os.path.join(home, b'bin', version.LAUNCHER)

    # -- looking ------------------------------------------------------------------------

    def current(self):
        """Return the name of the version that is used, None where the link leads to none."""
        try:
            parts = os.readlink(self.link).split(b'/')
        except OSError:
            return None
        known = len(parts) == 3 and (parts[0], parts[2]) == (b'..', version.LAUNCHER)
        return parts[1] if known and parts[1] in self.names() else None

    def names(self):
        """Return the names of the versions, the newest first."""
        try:
            found = [name for name in os.listdir(self.home) if not name.startswith(_PASSING)
                     and os.path.lexists(os.path.join(self.home, name, version.RECORD))]
        except FileNotFoundError:
            return []
        return sorted(found, reverse=True,
                      key=lambda name: (os.lstat(os.path.join(self.home, name)).st_mtime, name))

    def find(self, digest, python):
        """Return the name of a whole version of this content for this Interpreter, or None."""
        for name in sorted(self.names(), key=lambda name: name != self.current()):
            record = self.record_of(name)
            if ((record.get('digest'), record.get('python'), record.get('interpreter'))
                    == (digest, python.tag, os.fsdecode(python.path))
                    and version.is_whole(os.path.join(self.home, name))):
                return name
        return None

    def record_of(self, name):
        """Return what is written down about a version; empty for None and what is damaged."""
        return name and version.record_of(os.path.join(self.home, name)) or {}

    def is_in_use(self, name):
        """Whether a process runs this version: its launcher holds a lock as long."""
        descriptor = os.open(os.path.join(self.home, name),
                             os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            return not _taken(descriptor)
        finally:
            os.close(descriptor)

    # -- changing, under the lock -------------------------------------------------------

    @contextmanager
    def locked(self):
        """Keep other installations out; the folder is made when it is missing."""
        ends = time.monotonic() + PATIENCE
        while True:
            files.make_folder(self.home)
            path = os.path.join(self.home, _LOCK)
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                if _taken(lock) and _is_still(lock, path):
                    self._clear()
                    yield
                    return
            finally:
                os.close(lock)
            if time.monotonic() > ends:
                raise Refused('Another installation of the command holds %s for more than %d '
                              'seconds. Run again when it has ended.' % (escape(path), PATIENCE))
            time.sleep(0.1)

    def add(self, archive, number, python, run):
        """Build a version and put it beside the others; return its name."""
        passing = os.path.join(self.home, b'.new-%d' % os.getpid())
        try:
            version.build(passing, archive, number, python, run)
            name = self._free_name(number, version.digest(archive))
            os.rename(passing, os.path.join(self.home, name))
        except BaseException:
            shutil.rmtree(passing, ignore_errors=True)
            raise
        files.sync(self.home)
        return name

    def use(self, name):
        """Switch to a version; a call finds the old one or the new one, never none."""
        files.make_folder(os.path.dirname(self.link))
        target = os.path.join(b'..', name, version.LAUNCHER)
        files.replace(self.link, lambda path: os.symlink(target, path))

    def surplus(self, used, previous, keep):
        """Return the names of versions that nobody needs: the oldest beyond this number.

        A call that has just begun may still read the files of the previous version.
        """
        others = [name for name in self.names() if name != used]
        others.sort(key=lambda name: name != previous)
        return [name for name in others[keep:] if not self.is_in_use(name)]

    def take_away(self, name):
        """Remove a version; it is never seen half removed."""
        passing = os.path.join(self.home, b'.old-' + name)
        os.rename(os.path.join(self.home, name), passing)
        shutil.rmtree(passing)

    def is_there(self):
        """Whether the home holds anything of ours; others may keep files there too."""
        ours = [self.link, os.path.join(self.home, _LOCK)]
        try:
            return (not os.listdir(self.home) or bool(self.names())
                    or any(os.path.lexists(path) for path in ours))
        except FileNotFoundError:
            return False

    def clear(self):
        """Take everything of ours away; refuse while a version is in use."""
        in_use = [name for name in self.names() if self.is_in_use(name)]
        if in_use:
            raise Refused('The command is running (version %s), and stays. Run again when it has '
                          'ended.' % ', '.join(escape(name) for name in in_use))
        if os.path.lexists(self.link):
            os.unlink(self.link)
        for name in self.names():
            self.take_away(name)
        os.unlink(os.path.join(self.home, _LOCK))
        for folder in (os.path.dirname(self.link), self.home):
            try:
                os.rmdir(folder)
            except FileNotFoundError:
                pass
            except OSError:
                return  # what is not ours is left alone

    def _clear(self):
        """Remove what an installation that was interrupted has left."""
        for name in os.listdir(self.home):
            if name.startswith((b'.new-', b'.old-')):
                shutil.rmtree(os.path.join(self.home, name))

    def _free_name(self, number, digest):
        """A folder is never replaced: another content of the same version gets a longer name."""
        plain = number.encode('ascii')
        longer = b'%s+%s' % (plain, digest[:12].encode('ascii'))
        numbered = (b'%s.%d' % (longer, count) for count in itertools.count(2))
        return next(name for name in itertools.chain([plain, longer], numbered)
                    if not os.path.lexists(os.path.join(self.home, name)))


def _taken(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_still(lock, path):
    """Whether the lock file was not taken away between its opening and its locking."""
    try:
        return os.path.samestat(os.fstat(lock), os.lstat(path))
    except FileNotFoundError:
        return False
