# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths of a machine and what they really are: C:\\temp\\x lies below the machine's folder."""

import os
import posixpath
import sys

from ..state import disk

HERE = posixpath.dirname(posixpath.dirname(posixpath.abspath(__file__)))
# What Python itself has to find where it is, on a machine of any system.
PYTHON = ("/dev/", "/proc/", sys.prefix + "/", sys.base_prefix + "/lib", HERE)


class Files:
    """The table of one machine: how its paths begin, and the real folders."""

    def __init__(self, system, mounts, own):
        self.windows = system == "windows"
        self.case_blind = system in ("windows", "mac")
        self.own = own
        self.locked = set()  # real paths that cannot be opened again (machine/disguise.py)
        pairs = ((self._plain(spelling).rstrip("/"), folder) for spelling, folder in mounts.items())
        self.mounts = sorted(pairs, key=lambda pair: -len(pair[0]))

    def _plain(self, path):
        return path.replace("\\", "/") if self.windows else path

    def _same(self, one, other):
        return one.lower() == other.lower() if self.case_blind else one == other

    def join(self, folder, *names):
        """A path of the machine."""
        mark = "\\" if self.windows else "/"
        return mark.join((folder.rstrip(mark),) + names)

    def real(self, path):
        """The real path of what the machine calls `path`."""
        plain = self._plain(os.fsdecode(path))
        for spelling, folder in self.mounts:
            head, rest = plain[:len(spelling)], plain[len(spelling):]
            if self._same(head, spelling) and rest[:1] in ("", "/"):
                return self._found(folder, rest.strip("/"))
        if not self.windows:
            return plain
        if plain[1:2] == ":":
            return self._found("%s/drives/%s" % (self.own, plain[0].upper()), plain[2:].strip("/"))
        if plain.startswith("//"):
            return self._found(self.own + "/unc", plain.strip("/"))
        if plain.startswith("/") and not plain.startswith(PYTHON):
            return self._found(self.own + "/drives/C", plain.strip("/"))
        return plain

    def _found(self, folder, rest):
        """Windows and macOS find a name in whatever case it was written (D20)."""
        here = folder
        for name in rest.split("/") if rest else []:
            exact = posixpath.join(here, name)
            if self.case_blind and not disk.exists(exact):
                names = [other for other in disk.names(here) if self._same(other, name)]
                exact = posixpath.join(here, names[0]) if names else exact
            here = exact
        return here

    # -- files of the machine, by the machine's paths ------------------------------------------

    def exists(self, path):
        return disk.exists(self.real(path))

    def contents(self, path):
        real = self.real(path)
        if real in self.locked:
            raise PermissionError(13, "Permission denied", path)
        return disk.contents(real)

    def text(self, path):
        """As Python reads its source; None when there is no such file."""
        return disk.text(self.real(path))

    def write(self, path, data):
        disk.write(self.real(path), data)

    def make_folder(self, path):
        disk.make_folder(self.real(path))
