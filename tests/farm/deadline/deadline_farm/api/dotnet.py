# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The little of System that scripts import (deadline 40)."""

import datetime
import os
import types


def modules(runtime):
    """{module name: module}"""
    files = runtime.files

    class Path:
        """System.IO.Path"""

        Combine = staticmethod(lambda *parts: files.join(*parts))
        GetFileName = staticmethod(lambda path: os.path.basename(path))
        GetDirectoryName = staticmethod(lambda path: os.path.dirname(path))
        GetExtension = staticmethod(lambda path: os.path.splitext(path)[1])
        GetFileNameWithoutExtension = staticmethod(
            lambda path: os.path.splitext(os.path.basename(path))[0])
        IsPathRooted = staticmethod(lambda path: os.path.isabs(path))

    class File:
        """System.IO.File"""

        Exists = staticmethod(lambda path: os.path.isfile(path))
        Delete = staticmethod(lambda path: os.remove(path))
        ReadAllText = staticmethod(
            lambda path: files.contents(path).decode("utf-8-sig", "replace"))

    class Directory:
        """System.IO.Directory"""

        Exists = staticmethod(lambda path: os.path.isdir(path))
        CreateDirectory = staticmethod(lambda path: os.makedirs(path, exist_ok=True))

    class Environment:
        """System.Environment"""

        MachineName = runtime.name
        UserName = runtime.machine["user"]
        GetEnvironmentVariable = staticmethod(lambda name: os.environ.get(name))
        SetEnvironmentVariable = staticmethod(os.environ.__setitem__)

    class TimeSpan:
        """System.TimeSpan"""

        FromSeconds = staticmethod(lambda seconds: datetime.timedelta(seconds=seconds))
        FromMinutes = staticmethod(lambda minutes: datetime.timedelta(minutes=minutes))
        FromHours = staticmethod(lambda hours: datetime.timedelta(hours=hours))
        FromDays = staticmethod(lambda days: datetime.timedelta(days=days))

    class DateTime:
        """System.DateTime"""

        Now = property(lambda self: datetime.datetime.now())

    system = {"Environment": Environment, "TimeSpan": TimeSpan, "DateTime": DateTime(),
              "String": str}
    return {"System": _module("System", system),
            "System.IO": _module("System.IO", {"Path": Path, "File": File, "Directory": Directory}),
            "System.Diagnostics": _module("System.Diagnostics", {}),
            "System.Text": _module("System.Text", {}),
            "System.Collections": _module("System.Collections", {}),
            "System.Collections.Specialized": _module("System.Collections.Specialized", {})}


def _module(name, members):
    module = types.ModuleType(name)
    module.__path__ = []
    module.__dict__.update(members)
    return module
