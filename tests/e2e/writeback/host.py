# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host of the tests of `watch` whose client is installed, with one root: what saves runs here."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.session import (
    SETTLE_SECONDS,
)
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running
from ansible_collections.renderfarm.file_cache.tests.e2e.watch.host import PATIENCE, Host

CLEAN = 0x9


class SavingHost(Host):
    """shot: a folder below the root on the cache; filer: the same folder on the filer."""

    def __init__(self, folder, cache, command, machine):
        super().__init__(folder, cache, command)
        machine.install(cache)
        self.settings = {}
        self.shot = self.add_mount() / 'shot'
        self.shot.mkdir()
        self.filer = Path(cache.filer) / 'shot'

    def configure(self, **changes):
        roots = [{'name': 'shots', 'path': str(self.mount)}]
        super().configure(**dict({'roots': roots}, **dict(self.settings, **changes)))

    # -- the command -----------------------------------------------------------------

    def words(self, verb, *words):
        return [sys.executable, '-I', str(self.command), verb, *map(str, words), '--json']

    def save(self, *words, verb='writeback', names=None):
        """Run a verb that saves; return (exit status, summary).

        names: paths that are given as a list on standard input.
        """
        more = {'stdin': subprocess.DEVNULL}
        if names is not None:
            words += ('--from', '-', '-0')
            more = {'input': b''.join(os.fsencode(str(name)) + b'\0' for name in names)}
        ended = subprocess.run(
            self.words(verb, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            timeout=PATIENCE, **more)
        return self.told_by(ended.returncode, ended.stdout, ended.stderr)

    def saving(self, *words, verb='writeback'):
        """The same as a process that goes on meanwhile; see ended()."""
        return running(self.words(verb, *words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE)

    def ended(self, process):
        """Return (exit status, summary) of such a process, once it has ended."""
        out, err = process.communicate(timeout=PATIENCE)
        return self.told_by(process.returncode, out, err)

    def told_by(self, code, out, err):
        assert b'Traceback' not in err, err.decode()
        summary = json.loads(out.decode())
        assert sum(summary['outcomes'].values()) == summary['matched']['files']
        return code, summary

    @staticmethod
    def list_was_enough(summary):
        """Whether nothing was walked; a machine that stood still for so long is another matter."""
        return summary['fallback'] is None or summary['elapsed'] > SETTLE_SECONDS

    # -- what came of it ---------------------------------------------------------------

    def in_cache(self):
        """{path below the shot: bytes} as the cache has it."""
        return contents(self.shot)

    def on_filer(self):
        """{path below the shot: bytes} as the filer has it."""
        return contents(self.filer)

    def state(self, name):
        """The bits of a file of the shot, as the server has them."""
        path = os.path.relpath(os.path.join(str(self.shot), name), str(self.mount))
        return int(self.cache.control('state', path).split()[0], 16)

    def archives(self):
        """How many copies were begun."""
        return self.cache.stats()['archive']['started']


def begin(host):
    """Start the service, and wait until the last whole second is one in which it ran."""
    host.start()
    time.sleep(2 - time.time() % 1)


def contents(folder):
    folder = os.fsencode(str(folder))
    found = {}
    for place, _folders, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            with open(path, 'rb') as stream:
                found[os.path.relpath(path, folder)] = stream.read()
    return found
