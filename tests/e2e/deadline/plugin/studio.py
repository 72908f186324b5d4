# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A studio: a simulated Deadline farm with our event plugin, artists on three systems."""

import os
import sys

PROJECT = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..', '..', '..'))
PLUGIN = os.path.join(PROJECT, 'roles/deadline_filecache/files/events/FileCacheHandler')
sys.path.insert(0, os.path.join(PROJECT, 'tests', 'farm', 'deadline'))

from deadline_farm.farm import Farm  # noqa: E402

NAME = 'FileCacheHandler'
# How artists of each system write the root, with a file below it.
SPELLINGS = {'windows': 'Z:\\Assets', 'mac': '/Volumes/assets', 'linux': '/mnt/nfs/assets'}
# A busy machine is no reason for a submission to give up.
SETTINGS = {'State': 'Global Enabled', 'Scope': 'root', 'Pools': 'cloud', 'TimeBudget': '300',
            'Paths': ';'.join('assets=' + path for path in SPELLINGS.values())}
SCRIPT = '/opt/file-cache/deadline/FileCacheWriteBack.py'


class Studio:
    def __init__(self, folder, **switches):
        self.farm = Farm(str(folder))
        self.farm.define(pools=['cloud', 'onprem'], groups=['linux'], limits={'cache': 2})
        self.farm.install_event_plugin(PLUGIN)
        self.farm.switch(**switches)
        self.set()

    def set(self, **settings):
        """Settings of the plugin, as a person types them in the Monitor."""
        self.farm.set_event(NAME, **dict(SETTINGS, **settings))

    @staticmethod
    def plugin_texts():
        """The two files of the plugin."""
        texts = []
        for ending in ('.py', '.param'):
            with open(os.path.join(PLUGIN, NAME + ending), encoding='utf-8') as stream:
                texts.append(stream.read())
        return texts

    def artist(self, system='linux', name=None, **options):
        name = name or 'artist-' + system
        # On Windows the repository is a share.
        mounts = dict(options.pop('mounts', {}))
        mounts['\\\\deadline\\repository'] = self.farm.repository
        return self.farm.machines.get(name) or self.farm.machine(name, os=system, mounts=mounts,
                                                                 **options)

    def submit(self, system='linux', plugin=None, artist=None, **info):
        """Submit a render that writes below the root; return its id."""
        artist = artist or self.artist(system)
        start = SPELLINGS[system]
        info = dict({'Plugin': 'Nuke', 'Name': 'shot', 'Frames': '1-3', 'Pool': 'cloud',
                     'OutputDirectory0': start + ('\\out' if system == 'windows' else '/out'),
                     'OutputFilename0': 'beauty.####.exr'}, **info)
        return artist.submit({key: value for key, value in info.items() if value is not None},
                             plugin or {'Version': '13'})

    def helpers(self):
        """The jobs that the plugin made, in the order of submission."""
        return [job for job in self.farm.jobs() if self.extra(job['id'], NAME + 'Generated')]

    def renders(self):
        return [job for job in self.farm.jobs() if not self.extra(job['id'], NAME + 'Generated')]

    def props(self, job):
        return self.farm.job(job)['props']

    def status(self, job):
        return self.farm.job(job)['status']

    def waits_for(self, job):
        """The ids that a job waits for."""
        return [one['JobID'] if isinstance(one, dict) else one
                for one in self.props(job)['Dependencies']]

    def extra(self, job, key):
        return self.props(job)['ExtraInfoKeyValue'].get(key)

    def history(self, job):
        return '\n'.join(self.farm.history(job))

    def quiet(self):
        """Nothing was raised, and nobody listed the farm."""
        for machine in self.farm.machines.values():
            assert machine.event_errors() == []
            assert not {'GetJobs', 'GetJobsInState'} & set(machine.calls())
        return True


class Steps:
    """A submission that stands before each of its calls; at: the next one, None at the end."""

    def __init__(self, run):
        self._run = run
        self.at = run.next_call()

    def go(self):
        self._run.go()
        self.at = self._run.next_call()

    def go_to(self, call):
        while self.at != call:
            assert self.at, 'it never came to %s' % call
            self.go()

    def fail(self, text):
        self._run.fail(text)
        self.at = self._run.next_call()

    def kill(self):
        self._run.kill()

    def end(self):
        """Go on to the end; return the job's id."""
        while self.at:
            self.go()
        return self._run.wait().result
