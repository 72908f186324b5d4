#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""File cache: a script of the Monitor's Jobs menu, for the jobs that are selected.

Refresh inputs, write back now, cache state, adopt a job of before the plugin was on. What a job
needs is known by the event plugin alone: its file is loaded from the repository.

Without a Monitor: deadlinecommand -ExecuteScriptNoGui FileCache.py refresh|save|state|adopt JOB...
"""

import os
import types

from Deadline.Scripting import MonitorUtils, RepositoryUtils

NAME = 'FileCacheHandler'
ACTIONS = (('refresh', 'Refresh inputs'), ('save', 'Write back now'), ('state', 'Cache state'),
           ('adopt', 'Adopt (job of before the plugin)'))


def load_plugin():
    """Return the event plugin's file as a module."""
    path = os.path.join(str(RepositoryUtils.GetEventPluginDirectory(NAME)), NAME + '.py')
    if not os.path.isfile(path):
        # Over an RCS there may be no share (deadline 8).
        path = str(RepositoryUtils.GetRepositoryFilePath('events/%s/%s.py' % (NAME, NAME), True))
    with open(path, encoding='utf-8') as stream:
        text = stream.read()
    plugin = types.ModuleType(NAME)
    exec(compile(text, path, 'exec'), plugin.__dict__)
    return plugin


class Host(object):
    """What a listener has, for who is none: settings, and a place for what is said.

    Only a listener can write the plugin's metadata: a helper that is submitted from here is not
    found by others, who submit their own. Helpers of others are found and shared.
    """

    def __init__(self):
        self._config = RepositoryUtils.GetEventPluginConfig(NAME)
        self.said = []

    def GetConfigEntryWithDefault(self, key, default):
        return self._config.GetConfigEntryWithDefault(key, default)

    def LogInfo(self, text):
        self.said.append(text)

    LogWarning = LogInfo

    def AddMetaDataEntry(self, _name, _value):
        """Not from here."""

    UpdateMetaDataEntry = AddMetaDataEntry

    def DeleteMetaDataEntry(self, _name):
        """Not from here."""


class Menu(object):
    """The actions. Each returns the lines that tell how it went."""

    def __init__(self):
        self._plugin = load_plugin()
        self._host = Host()

    def run(self, action, jobs):
        lines = []
        for job in jobs:
            if self._plugin.is_generated(job):
                lines.append('%s is a helper job: select renders' % self._called(job))
            else:
                lines += getattr(self, '_' + action)(job)
        return [self._plugin.one_line(line) for line in lines]

    def _called(self, job):
        return '%s (%s)' % (job.JobName, job.JobId)

    def _refresh(self, job):
        if not self._plugin.extra_info(job, self._plugin.ROOTS):
            return ['%s was not made ready by %s: adopt it' % (self._called(job), NAME)]
        return self._make_ready(job)

    def _adopt(self, job):
        if self._plugin.extra_info(job, self._plugin.ROOTS):
            return ['%s was made ready before: refresh it instead' % self._called(job)]
        return self._make_ready(job) or ['%s reads and writes below no root, or can run on no '
                                         'worker with its cache' % self._called(job)]

    def _make_ready(self, job):
        self._host.said = []
        self._plugin.Render(self._host, job).make_ready()
        return self._host.said

    def _save(self, job):
        return self._submit(job, 'save', 'write back what is finished',
                            lambda root, settings: 'sudo -n %s sweep' % settings['CommandPath'])

    def _state(self, job):
        present = str(job.JobPostTaskScript or '')
        ours = self._plugin.extra_info(job, self._plugin.OUR_SCRIPT)
        lines = ['%s: write-back %s' % (self._called(job), 'by ' + ours if ours and ours == present
                                        else 'is not attached; its script: %s' % (present or '-'))]
        for helper in self._plugin.extra_info(job, self._plugin.HELPERS).split(','):
            found = RepositoryUtils.GetJob(helper, True) if helper else None
            if helper:
                lines.append('  waits for %s: %s' % (
                    helper, 'deleted' if found is None else self._plugin.status_of(found)))
        return lines + self._submit(
            job, 'state', 'state', lambda root, settings: 'sudo -n %s state %s -r' % (
                settings['CommandPath'], root.word))

    def _submit(self, job, name, title, line):
        """Submit one task for each root of a job; what it says stands in its report."""
        render = self._plugin.Render(self._host, job)
        wanted = self._plugin.extra_info(job, self._plugin.ROOTS).split(',')
        roots = [root for root in render.roots if root.label in wanted]
        if not roots:
            return ['%s was not made ready by %s: adopt it' % (self._called(job), NAME)]
        lines = []
        for root in roots:
            text = line(root, render.settings)
            submitted = render.submit_one(root, name, '%s of %s' % (title, root.label), text)
            lines.append('  %s of %s: see the report of job %s' % (title, root.label, submitted))
        return lines


def ask(jobs):
    """Show the dialog of the Monitor."""
    from DeadlineUI.Controls.Scripting.DeadlineScriptDialog import DeadlineScriptDialog
    dialog = DeadlineScriptDialog()
    titles = [title for _action, title in ACTIONS]

    def run(*_event):
        action = ACTIONS[titles.index(str(dialog.GetValue('Action')))][0]
        dialog.ShowMessageBox('\n'.join(Menu().run(action, jobs)), 'File cache')

    dialog.SetTitle('File cache')
    dialog.AddGrid()
    dialog.AddControlToGrid('Label', 'LabelControl', '%d jobs' % len(jobs), 0, 0,
                            'The jobs that are selected', False)
    dialog.AddComboControlToGrid('Action', 'ComboControl', titles[0], titles, 0, 1)
    dialog.EndGrid()
    dialog.AddGrid()
    button = dialog.AddControlToGrid('Run', 'ButtonControl', 'Run', 0, 0, expand=False)
    button.ValueModified.connect(run)
    button = dialog.AddControlToGrid('Close', 'ButtonControl', 'Close', 0, 1, expand=False)
    button.ValueModified.connect(dialog.closeEvent)
    dialog.EndGrid()
    dialog.ShowDialog(True)


def __main__(*args):
    """Called by the Monitor without words, by deadlinecommand with an action and ids of jobs."""
    if not args:
        ask(list(MonitorUtils.GetSelectedJobs()))
        return
    action, ids = str(args[0]), [str(word) for word in args[1:]]
    if action not in dict(ACTIONS) or not ids:
        raise ValueError('call it with one of %s and ids of jobs'
                         % ', '.join(action for action, _title in ACTIONS))
    jobs = [RepositoryUtils.GetJob(job_id, True) for job_id in ids]
    if None in jobs:
        raise ValueError('there is no job %s' % ids[jobs.index(None)])
    for line in Menu().run(action, jobs):
        print(line)
