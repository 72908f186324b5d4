# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deadline.Scripting.ClientUtils (deadline 58), and the small utilities beside it."""

import subprocess

from ..state import frames
from .config import DeadlineError
from .net import Array


class ClientUtils:
    """Bound to the process that asks."""

    def __init__(self, runtime):
        self._runtime = runtime

    def GetDeadlineTempPath(self):
        self._runtime.files.make_folder(self._runtime.temp)
        return self._runtime.temp

    def GetUsersSettingsDirectory(self):
        return self._runtime.files.join(self.GetDeadlineTempPath(), "settings")

    def GetCurrentUserHomeDirectory(self):
        return self._runtime.home

    def GetBinDirectory(self):
        """Where deadlinecommand is."""
        return self._runtime.machine["bin"] or self._runtime.own + "/bin"

    def GetDeadlineUser(self):
        return self._runtime.machine["user"]

    def GetDeadlineVersion(self):
        return "v%s Release" % self._runtime.machine["version"]

    def LogText(self, text):
        self._runtime.log(text)

    def ExecuteCommand(self, args):
        """Run deadlinecommand with these words; its exit status."""
        return subprocess.call([self.GetBinDirectory() + "/deadlinecommand"] + list(args))

    def ExecuteCommandAndGetOutput(self, args):
        """The same, and what it printed."""
        done = subprocess.run([self.GetBinDirectory() + "/deadlinecommand"] + list(args),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.stdout.decode("utf-8", "replace")


class FrameUtils:
    """Deadline.Scripting.FrameUtils (deadline 59)."""

    @staticmethod
    def Parse(text, reorder=False):
        try:
            found = frames.parse(text)
        except ValueError as error:
            raise DeadlineError(str(error))
        return Array(sorted(found) if reorder else found, "System.Int32")

    @staticmethod
    def ToFrameString(numbers):
        return frames.spell(list(numbers))

    @staticmethod
    def FrameRangeValid(text):
        try:
            return bool(frames.parse(text))
        except ValueError:
            return False

    @staticmethod
    def ReplacePaddingWithFrameNumber(path, frame):
        return frames.fill(path, frame)

    SubstituteFrameNumber = ReplacePaddingWithFrameNumber

    @staticmethod
    def GetPaddingSizeFromFilename(path):
        runs = frames.PADDING.findall(path)
        return len(runs[-1]) if runs else 0


class PathUtils:
    """Deadline.Scripting.PathUtils."""

    @staticmethod
    def ToPlatformIndependentPath(path):
        return path.replace("\\", "/")


class StringUtils:
    """Deadline.Scripting.StringUtils."""

    @staticmethod
    def FromSemicolonSeparatedString(text, trim=True):
        return Array(word.strip() if trim else word for word in text.split(";") if word.strip())

    @staticmethod
    def ToZeroPaddedString(number, length, *_):
        return frames.padded(int(number), length)

    @staticmethod
    def ParseBoolean(text):
        return text.strip().lower() in ("true", "1", "yes")


class SystemUtils:
    """Deadline.Scripting.SystemUtils."""

    def __init__(self, runtime):
        self._runtime = runtime

    def IsRunningOnWindows(self):
        return self._runtime.system == "windows"

    def IsRunningOnMac(self):
        return self._runtime.system == "mac"

    def IsRunningOnLinux(self):
        return self._runtime.system == "linux"
