# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deadline.Plugins.DeadlinePlugin as task scripts get it (deadline 108-112)."""

import os

from .job import Task


class RenderFailed(Exception):
    """FailRender was called, or the command failed: the task is an error."""


class DeadlinePlugin:
    """The running render plugin of one task."""

    def __init__(self, rendering):
        self._rendering = rendering

    def GetJob(self):
        return self._rendering.job_object()

    def GetCurrentTask(self):
        return Task(self._rendering.task)

    def GetCurrentTaskId(self):
        return self._rendering.task["id"]

    def GetSlaveName(self):
        return self._rendering.runtime.name

    def GetStartFrame(self):
        return (self._rendering.task["frames"] or [0])[0]

    def GetEndFrame(self):
        return (self._rendering.task["frames"] or [0])[-1]

    def LogInfo(self, message):
        self._rendering.log("INFO: %s" % message)

    def LogWarning(self, message):
        self._rendering.log("WARNING: %s" % message)

    def LogStdout(self, message):
        self._rendering.log("STDOUT: %s" % message)

    def FailRender(self, message=""):
        raise RenderFailed(message)

    def SetProgress(self, percent):
        self._rendering.progress(float(percent))

    def SetStatusMessage(self, message):
        self._rendering.progress(None, message)

    def GetPluginInfoEntry(self, key):
        return self._rendering.job["plugin_info"][key]

    def GetPluginInfoEntryWithDefault(self, key, default):
        return self._rendering.job["plugin_info"].get(key, default)

    def GetJobInfoEntry(self, key):
        return dict(self._rendering.job["lines"]).get(key, "")

    def GetConfigEntryWithDefault(self, key, default):
        return default

    def GetJobsDataDirectory(self):
        return self._rendering.data_folder

    def GetPluginDirectory(self):
        return self._rendering.runtime.repository_path(
            "plugins/" + self._rendering.job["props"]["Plugin"])

    def GetProcessEnvironmentVariable(self, name):
        return os.environ.get(name, "")

    def SetProcessEnvironmentVariable(self, name, value):
        os.environ[name] = value

    def CreateTempDirectory(self, prefix):
        folder = self._rendering.runtime.files.join(self._rendering.data_folder, prefix)
        self._rendering.runtime.files.make_folder(folder)
        return folder
