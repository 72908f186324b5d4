# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Monitor of a person: selected jobs, dialogs of scripts, and what the person does in them."""

from .config import DeadlineError
from .net import Array


class Person:
    """Who sits in front of the Monitor: selects, enters, clicks, and is shown something."""

    def __init__(self, selected=(), entries=None, clicks=()):
        self.selected = list(selected)
        self.entries = entries or {}
        self.clicks = clicks
        self.shown = []  # texts of message boxes


class Signal:
    """ValueModified of a control."""

    def __init__(self):
        self._functions = []

    def connect(self, function):
        self._functions.append(function)

    def emit(self):
        for function in list(self._functions):
            function()


class Control:
    """One control of a dialog; a combo box has `items`."""

    def __init__(self, value, items=None):
        self.value = value
        self.items = items
        self.ValueModified = Signal()


class Dialog:
    """DeadlineScriptDialog: the little of it that menu scripts of public code use."""

    runtime = None

    def __init__(self, parent=None):
        self._controls = {}
        self._closed = False
        self._person = self.runtime.person

    def SetTitle(self, title):
        """Nobody looks at it."""

    SetIcon = SetSize = AllowResizingDialog = SetTitle

    def AddGrid(self):
        """Rows and columns are not simulated."""

    EndGrid = AddGrid

    def AddControlToGrid(self, name, kind, value="", row=0, column=0, tooltip="", expand=True):
        return self._add(name, Control(value))

    def AddComboControlToGrid(self, name, kind, value, items, row=0, column=0, tooltip="",
                              expand=True):
        return self._add(name, Control(value, list(items)))

    def _add(self, name, control):
        if name in self._controls:
            raise DeadlineError("the dialog has a control %s" % name)
        self._controls[name] = control
        return control

    def GetValue(self, name):
        return self._controls[name].value

    def SetValue(self, name, value):
        control = self._controls[name]
        if control.items is not None and value not in control.items:
            raise DeadlineError("%s has no item %r" % (name, value))
        control.value = value
        control.ValueModified.emit()

    def ShowMessageBox(self, text, title, buttons=()):
        self._person.shown.append(text)

    def ShowDialog(self, modal=False):
        """The person enters, then clicks, until the dialog is closed."""
        for name, value in self._person.entries.items():
            self.SetValue(name, value)
        for name in self._person.clicks:
            if not self._closed:
                self._controls[name].ValueModified.emit()

    def CloseDialog(self):
        self._closed = True

    def closeEvent(self, *unused):
        self.CloseDialog()


def dialog_class(runtime):
    """DeadlineScriptDialog in front of the person of this process."""
    return type("DeadlineScriptDialog", (Dialog,), {"runtime": runtime})


class MonitorUtils:
    """Deadline.Scripting.MonitorUtils."""

    def __init__(self, runtime, repository_utils):
        self._runtime = runtime
        self._repository = repository_utils

    def GetSelectedJobs(self):
        return Array([self._repository.GetJob(job, True) for job in self._runtime.person.selected],
                     "Deadline.Jobs.Job")

    def GetSelectedJobIds(self):
        return Array(self._runtime.person.selected)
