# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a script can read of the reports of a job's tasks."""

from ..state import disk
from .net import Array


class Report:
    """One log or error report."""

    def __init__(self, runtime, document):
        self._runtime = runtime
        self._document = document

    ReportTaskID = property(lambda self: self._document["task"])
    ReportJobID = property(lambda self: self._document["job"])
    ReportSlaveName = property(lambda self: self._document["worker"])
    ReportTitle = property(lambda self: self._document["title"])
    ReportType = property(
        lambda self: {"log": "LogReport", "error": "ErrorReport"}[self._document["kind"]])

    def text(self):
        """What the task said."""
        return disk.text("%s/repository/%s" % (self._runtime.folder, self._document["file"]))


class JobReportCollection:
    """Reports of one job, the oldest first."""

    def __init__(self, runtime, job):
        self._runtime = runtime
        self._documents = runtime.database.bodies("reports", job + "/")

    def _of(self, kinds):
        found = [entry for entry in self._documents if entry["kind"] in kinds]
        return Array([Report(self._runtime, entry) for entry in found], "Deadline.Reports.Report")

    def GetReports(self):
        return self._of(("log", "error"))

    def GetLogReports(self):
        return self._of(("log",))

    def GetErrorReports(self):
        return self._of(("error",))

    def ReadReport(self, report):
        """The text of a report."""
        return report.text()
