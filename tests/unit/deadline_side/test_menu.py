# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialog of the Jobs menu script: what is chosen is done for the jobs that are selected."""

import os
import sys
import types
from unittest import mock

from ansible_collections.renderfarm.file_cache.tests.unit.deadline_side import loader

DIALOG = 'DeadlineUI.Controls.Scripting.DeadlineScriptDialog'


class Control:
    """A button; ValueModified is its signal."""

    def __init__(self):
        self.ValueModified = self
        self.pressed = None

    def connect(self, function):
        self.pressed = function


class Dialog:
    """A person who chooses `choice` and presses Run."""

    choice = None
    shown = []

    def __init__(self):
        self.controls = {}
        self.items = []

    def SetTitle(self, text):
        pass

    def AddGrid(self):
        pass

    EndGrid = AddGrid

    def AddControlToGrid(self, name, kind, value, row, column, tooltip='', expand=True, colSpan=-1):
        self.controls[name] = Control()
        return self.controls[name]

    def AddComboControlToGrid(self, name, kind, value, items, row, column):
        assert value in items
        self.items = list(items)

    def GetValue(self, name):
        assert name == 'Action'
        return self.items[self.choice]

    def ShowMessageBox(self, text, title):
        self.shown.append(text)

    def closeEvent(self, *_event):
        pass

    def ShowDialog(self, modal):
        self.controls['Run'].pressed(None)
        assert self.controls['Close'].pressed == self.closeEvent


def choose(number, jobs):
    """Return what the message box says when a person chooses this entry for these jobs."""
    folder = os.path.dirname(os.path.join(loader.FILES, loader.PLUGIN))
    utils = types.SimpleNamespace(GetEventPluginDirectory=lambda name: folder,
                                  GetEventPluginConfig=lambda name: None)
    dialogs = types.ModuleType(DIALOG)
    dialogs.DeadlineScriptDialog = type('Chosen', (Dialog,), {'choice': number, 'shown': []})
    given = loader.modules(RepositoryUtils=utils, MonitorUtils=types.SimpleNamespace(
        GetSelectedJobs=lambda: jobs))
    given[DIALOG] = dialogs
    for depth in range(1, 4):
        name = '.'.join(DIALOG.split('.')[:depth])
        given[name] = types.ModuleType(name)
    with mock.patch.dict(sys.modules, given):
        namespace = {'__name__': 'script'}
        exec(compile(loader.read('scripts/Jobs/FileCache.py'), 'FileCache.py', 'exec'), namespace)
        namespace['__main__']()
    return '\n'.join(dialogs.DeadlineScriptDialog.shown)


def job(**extra):
    return types.SimpleNamespace(
        JobId='5ab', JobName='shot\n1', JobPostTaskScript='',
        GetJobExtraInfoKeyValueWithDefault=extra.get)


def test_what_is_chosen_is_done_for_each_job():
    assert choose(0, [job(), job()]).count('adopt it') == 2
    assert 'refresh it instead' in choose(3, [job(FileCacheRoots='a')])
    assert 'is a helper job' in choose(1, [job(FileCacheHandlerGenerated='True')])


def test_a_name_of_two_lines_is_one_line():
    assert choose(0, [job()]).splitlines() == [
        'shot 1 (5ab) was not made ready by FileCacheHandler: adopt it']
