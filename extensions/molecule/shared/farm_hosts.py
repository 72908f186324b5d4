# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the tests of all scenarios look at the farm: from outside, never through the collection."""

import json
import os
import pathlib
import subprocess

import testinfra

HERE = pathlib.Path(__file__).parent
TESTS = HERE.parents[2] / 'tests'
CONTROL = TESTS / 'farm' / 'cache' / 'control'
# What the role leaves: what reads keys and locks versions may be used by others now; real hosts
# have the folder of keys.
KEPT = ('rpm gnupg2 ', 'rpm python3-dnf-plugin-versionlock ', 'file d 755 root /etc/pki')


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
        self.os = os.environ['FARM_APT' if self.uses_apt else 'FARM_DNF']
        # Elsewhere it comes from the repository of the distribution.
        self.of_vendor = self.os != 'al2023'

    def kernel(self, which='kernel'):
        """The kernel that it runs from the start; with `next-kernel` the newer one."""
        path = TESTS / 'containers' / 'os' / self.os / which
        return path.read_text(encoding='ascii').strip()

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

    def refusal(self, name):
        """What the role said when a play (tasks/refused.yml) asked for what it has to refuse."""
        return json.loads(self.read('cat /var/tmp/refusals.json'))[name]

    def held(self):
        """What the package manager holds: names with apt, names with versions with dnf."""
        lines = self.read('apt-mark showhold' if self.uses_apt
                          else 'cat /etc/dnf/plugins/versionlock.list').splitlines()
        return [line for line in lines if line and not line.startswith('#')]

    def not_held(self, kernel):
        """Which of the packages that have to stay together, for this kernel, are not held."""
        if self.uses_apt:
            wanted = ['linux-aws', 'linux-image-aws', 'linux-headers-aws', 'linux-image-' + kernel,
                      'linux-modules-' + kernel, 'lustre-client-modules-' + kernel,
                      'lustre-client-utils']
        else:
            version = kernel.rpartition('.')[0]
            wanted = ['kernel-0:%s.*' % version, 'lustre-client-0:']
            if self.of_vendor:
                wanted += ['kernel-core-0:%s.*' % version, 'kmod-lustre-client-0:']
        held = self.held()
        return [name for name in wanted if not any(entry.startswith(name) for entry in held)]

    def expect_at_work(self):
        """The cache is mounted and answers, and what needs it was started after it."""
        assert self.read('lfs getname /mnt/cache').startswith('cache-')
        assert self.run('/opt/file-cache/bin/file-cache probe /mnt/cache --expect cache')[0] == 0
        mounted = int(self.property('mnt-cache.mount', 'ActiveEnterTimestampMonotonic'))
        for service in ('file-cache-watch.service', 'deadline10launcher.service'):
            assert self.property(service, 'ActiveState').strip() == 'active'
            assert int(self.property(service, 'ActiveEnterTimestampMonotonic')) >= mounted
        assert self.read('systemctl --failed --no-legend --no-pager').strip() == ''

    def changes_since(self, name, until=None):
        """(lines that are new, lines that are gone) of snapshot.sh between two moments."""
        before = self.remembered(name)
        now = self.remembered(until) if until else self.snapshot()
        return {line for line in now - before if not line.startswith(KEPT)}, before - now

    def property(self, unit, name):
        """A property of a unit, as systemd has loaded it."""
        return self.read('systemctl show --value -p ' + name + ' -- %s', unit)


WORKERS = ['worker-apt', 'worker-dnf']
