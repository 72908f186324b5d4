# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the tests of all scenarios look at the farm: from outside, never through the collection."""

import os
import pathlib
import subprocess

import testinfra

HERE = pathlib.Path(__file__).parent
CONTROL = HERE.parents[2] / 'tests' / 'farm' / 'cache' / 'control'


class Farm:
    """The cache's server and its filer, on this machine."""

    def __init__(self):
        self.folder = os.environ['FARM_FOLDER']
        self.filer = pathlib.Path(self.folder) / 'filer'

    def control(self, *words):
        """What an operator of the cache says to it, and its answer."""
        return subprocess.run([str(CONTROL), '--at', self.folder] + list(words), check=True,
                              stdout=subprocess.PIPE, universal_newlines=True).stdout

    def on_filer(self, path):
        """Where the filer keeps a file of the cache."""
        return self.filer / os.path.relpath(path, '/mnt/cache')


class Worker:
    """One worker, as a person sees it who logs in."""

    def __init__(self, name):
        self.name = name
        self.container = '%s-%s' % (os.environ['FARM_NAME'], name)
        self.host = testinfra.get_host('%s://%s' % (
            os.environ['CONTAINER_ENGINE'], self.container))
        self.uses_apt = name == 'worker-apt'

    def run(self, command, *words):
        """(exit status, output, errors) of a command in the worker's shell."""
        done = self.host.run(command, *words)
        return done.rc, done.stdout, done.stderr

    def read(self, command, *words):
        """The output of a command that has to succeed."""
        return self.host.check_output(command, *words)

    def snapshot(self):
        """The lines of snapshot.sh now."""
        return set(self.read((HERE / 'snapshot.sh').read_text(encoding='utf-8')).splitlines())

    def remembered(self, name):
        """The lines of snapshot.sh at the moment that a play has kept as NAME."""
        return set(self.read('cat %s', '/var/tmp/' + name).splitlines())

    def property(self, unit, name):
        """A property of a unit, as systemd has loaded it."""
        return self.read('systemctl show --value -p ' + name + ' -- %s', unit)


WORKERS = ['worker-apt', 'worker-dnf']
