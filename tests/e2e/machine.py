# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""This machine with the simulated client installed, as far as the tests' processes see it.

/etc and the folders of programs are overlays in the mount namespace of the tests (farm.alone
made it), so that real paths, the real mount(8) and a real fstab are tried without a change to
the machine.
"""

import contextlib
import os
import pathlib
import subprocess

from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm

CLIENT = {'lfs': '/usr/bin', 'lctl': '/usr/bin', 'mount.lustre': '/usr/sbin'}
WRAPPER = '#!/bin/sh\nLUSTRE_SIM_DIR=%s exec %s/%s "$@"\n'


def run(*words):
    return subprocess.run(list(map(os.fspath, words)), check=True, stdout=subprocess.PIPE).stdout


class Machine:
    """fstab: the path of the real one, as it is seen here; made empty."""

    fstab = pathlib.Path('/etc/fstab')

    def __init__(self, folder):
        self._folder = folder
        self._over = contextlib.ExitStack()

    def __enter__(self):
        for number, target in enumerate(('/etc', '/usr/bin', '/usr/sbin')):
            upper = self._folder / ('upper%d' % number)
            work = self._folder / ('work%d' % number)
            upper.mkdir(parents=True)
            work.mkdir()
            run('mount', '-t', 'overlay', 'machine', '-o', 'lowerdir=%s,upperdir=%s,workdir=%s' % (
                target, upper, work), target)
            # umount(8) would run from what it is to take away.
            self._over.callback(farm.detach, target)
        self.fstab.write_text('')
        return self

    def __exit__(self, *unused):
        self._over.close()

    def install(self, cache):
        """Install the client of a simulated cache."""
        for name, folder in CLIENT.items():
            self.program(folder, name, WRAPPER % (cache.sockets, cache.tools, name))

    @staticmethod
    def program(folder, name, text):
        path = pathlib.Path(folder) / name
        path.write_text(text)
        path.chmod(0o755)

    @staticmethod
    def remove(name):
        """Uninstall one program of the client."""
        (pathlib.Path(CLIENT[name]) / name).unlink()
