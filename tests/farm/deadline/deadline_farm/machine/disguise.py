# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process on Windows or macOS, as scripts see it: os.path, names, open() (deadline 215).

`os.path` is ntpath and `os.name` says so; what takes a path finds what lies below the machine's
folders; text files are cp1252 with CRLF on Windows where a script does not say otherwise (63).
An open file cannot be removed or renamed there, and a temporary file that removes itself cannot be
opened a second time. pathlib.Path is refused on Windows: it would be a path of this system.
On Linux only the mounts of the machine are put in place.

tempfile must not be imported before: it keeps the functions of os that it finds.
"""

import atexit
import builtins
import codecs
import io
import ntpath
import os
import pathlib
import shutil
import subprocess
import sys

from ..state import disk

# Names of os whose first argument is a path, and those whose first two are.
ONE_PATH = """access chdir chmod listdir lstat mkdir open readlink remove rmdir scandir stat
truncate unlink utime""".split()
TWO_PATHS = "link rename replace symlink".split()
DIRECTORIES = ("dir_fd", "src_dir_fd", "dst_dir_fd")
REAL = {name: getattr(os, name) for name in ONE_PATH + TWO_PATHS}
REAL_OPEN = io.open
O_TEMPORARY = 1 << 30  # a bit that Linux has no use for
FIRST_HERE = (codecs, shutil, subprocess)  # they ask for the system when they are imported


def _paths_of(error, paths):
    """The same error with the names that the script knows."""
    error.filename, error.filename2 = (list(paths) + [None])[:2]
    return error


class Disguise:
    """What is put over one process."""

    def __init__(self, runtime):
        self.files = runtime.files
        self.system = runtime.system
        self.home = runtime.home

    def put_on(self):
        """Change this process for good."""
        for name in ONE_PATH:
            setattr(os, name, self._wrapped(name, 1))
        for name in TWO_PATHS:
            setattr(os, name, self._wrapped(name, 2))
        builtins.open = io.open = self._open_file
        if self.system == "linux":
            return
        os.getcwd = lambda: self.home
        sys.platform = {"windows": "win32", "mac": "darwin"}[self.system]
        if self.system == "windows":
            self._windows()

    def _windows(self):
        os.open = self._open_windows
        for name in ("remove", "unlink", "rename", "replace"):
            setattr(os, name, self._unless_open(getattr(os, name)))
        os.path = sys.modules["os.path"] = ntpath
        os.name, os.sep, os.altsep, os.pathsep, os.linesep = "nt", "\\", "/", ";", "\r\n"
        os.O_TEMPORARY = O_TEMPORARY
        pathlib.Path = _no_pathlib
        temp = self.home + "\\AppData\\Local\\Temp"
        self.files.make_folder(temp)
        os.environ.update(USERPROFILE=self.home, TEMP=temp, TMP=temp)
        os.environ.pop("TMPDIR", None)

    def _real(self, path):
        if isinstance(path, int):
            return path
        real = self.files.real(path)
        return os.fsencode(real) if isinstance(path, bytes) else real

    def _wrapped(self, name, count):
        function = REAL[name]

        def call(*args, **options):
            if any(options.get(word) is not None for word in DIRECTORIES):
                return function(*args, **options)
            if not args:
                args = (".",)
            paths, rest = args[:count], args[count:]
            try:
                return function(*[self._real(path) for path in paths] + list(rest), **options)
            except OSError as error:
                raise _paths_of(error, paths)

        return call

    def _open_file(self, file, mode="r", buffering=-1, encoding=None, errors=None, newline=None,
                   closefd=True, opener=None):
        if "b" not in mode and self.system == "windows":
            if encoding in (None, "locale"):
                encoding = "cp1252"
            if newline is None and set(mode) & set("wax"):
                newline = "\r\n"
        real = self._real(file)
        if real in self.files.locked and opener is None:
            raise PermissionError(13, "Permission denied", file)
        try:
            return REAL_OPEN(real, mode, buffering, encoding, errors, newline, closefd, opener)
        except OSError as error:
            raise _paths_of(error, (file,))

    # -- Windows only ------------------------------------------------------------------------

    def _open_windows(self, path, flags, *rest, **options):
        real = self._real(path)
        if real in self.files.locked:
            raise PermissionError(13, "Permission denied", path)
        if flags & O_TEMPORARY:
            self.files.locked.add(real)
            atexit.register(disk.remove, real)
        try:
            return REAL["open"](real, flags & ~O_TEMPORARY, *rest, **options)
        except OSError as error:
            raise _paths_of(error, (path,))

    def _unless_open(self, function):
        def call(path, *rest, **options):
            if not options.get("dir_fd") and disk.is_open(self._real(path)):
                raise PermissionError(
                    13, "The process cannot access the file because it is being used by another "
                    "process", path)
            return function(path, *rest, **options)

        return call


def _no_pathlib(*unused):
    raise NotImplementedError("pathlib.Path is not simulated on Windows: use os.path, or ntpath")
