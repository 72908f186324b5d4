# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`Deadline.*` and `System.*` in sys.modules of this process (deadline 205)."""

import sys
import types

from . import client_utils, dotnet, job, listener, monitor, plugin
from .repository_utils import RepositoryUtils


def install(runtime):
    """From now on `from Deadline.Scripting import RepositoryUtils` and the like work here."""
    repository_utils = RepositoryUtils(runtime)
    scripting = {
        "RepositoryUtils": repository_utils,
        "ClientUtils": client_utils.ClientUtils(runtime),
        "FrameUtils": client_utils.FrameUtils,
        "PathUtils": client_utils.PathUtils,
        "StringUtils": client_utils.StringUtils,
        "SystemUtils": client_utils.SystemUtils(runtime),
        "MonitorUtils": monitor.MonitorUtils(runtime, repository_utils),
    }
    members = {
        "Deadline": {},
        "Deadline.Events": {"DeadlineEventListener": listener.base_class(runtime.version)},
        "Deadline.Plugins": {"DeadlinePlugin": plugin.DeadlinePlugin},
        "Deadline.Scripting": scripting,
        "Deadline.Jobs": {name: getattr(job, name) for name in
                          ("Job", "Task", "JobDependency", "AssetDependency", "ScriptDependency")},
        "DeadlineUI": {}, "DeadlineUI.Controls": {}, "DeadlineUI.Controls.Scripting": {},
        "DeadlineUI.Controls.Scripting.DeadlineScriptDialog": {
            "DeadlineScriptDialog": monitor.dialog_class(runtime)},
    }
    for name, inside in members.items():
        module = types.ModuleType(name)
        module.__path__ = []
        module.__dict__.update(inside)
        sys.modules[name] = module
    sys.modules.update(dotnet.modules(runtime))
    for name in list(sys.modules):
        parent, _, child = name.rpartition(".")
        if parent.split(".")[0] in ("Deadline", "DeadlineUI", "System"):
            setattr(sys.modules[parent], child, sys.modules[name])
    return repository_utils
