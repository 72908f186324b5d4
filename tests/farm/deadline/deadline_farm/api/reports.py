# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a script can read of the reports of a job's tasks."""

from ..state import disk
from .net import Array

KINDS = {"log": "LogReport", "error": "ErrorReport"}


class Report:
    """One log or error report."""

    def __init__(self, runtime, document):
        self._runtime = runtime
        self._document = document

    ReportID = property(lambda self: self._document["file"].rpartition("/")[2].partition(".")[0])
    ReportTaskID = property(lambda self: self._document["task"])
    ReportJobID = property(lambda self: self._document["job"])
    ReportSlaveName = property(lambda self: self._document["worker"])
    ReportTitle = property(lambda self: self._document["title"])
    ReportType = property(lambda self: KINDS[self._document["kind"]])

    @property
    def path(self):
        """Where its text really is."""
        return "%s/repository/%s" % (self._runtime.folder, self._document["file"])

    def text(self):
        """What the task said."""
        return disk.text(self.path)


class JobReportCollection:
    """Reports of one job, the oldest first."""

    def __init__(self, runtime, job):
        self._runtime = runtime
        self._documents = runtime.database.bodies("reports", job + "/")

    def _of(self, kinds, task=None):
        found = [entry for entry in self._documents
                 if entry["kind"] in kinds and task in (None, entry["task"])]
        return Array([Report(self._runtime, entry) for entry in found], "Deadline.Reports.Report")

    def GetAllReports(self):
        return self._of(("log", "error"))

    def GetLogReports(self):
        return self._of(("log",))

    def GetErrorReports(self):
        return self._of(("error",))

    def GetTaskLogReports(self, task_id):
        return self._of(("log",), str(task_id))

    def GetTaskErrorReports(self, task_id):
        return self._of(("error",), str(task_id))
