# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host whose /opt and /etc can be changed: a mount namespace that lives as long as a test."""

import os
import subprocess

from ansible_collections.renderfarm.file_cache.tests.e2e.command.worker import (
    GID,
    UID,
    Journal,
    add_users,
)

SET_UP = """
set -e
mount -t tmpfs -o "mode=755$OPTIONS" opt /opt
mount -t tmpfs scratch "$FOLDER/scratch"
mkdir "$FOLDER/scratch/upper" "$FOLDER/scratch/work"
mount -t overlay etc /etc \
    -o "lowerdir=$FOLDER/etc:/etc,upperdir=$FOLDER/scratch/upper,workdir=$FOLDER/scratch/work"
[ -z "$TOOLS" ] || mount -t overlay bin -o "lowerdir=$TOOLS:/usr/bin" /usr/bin
mount -t tmpfs -o mode=755 dev /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/zero c 1 5
mknod -m 666 /dev/urandom c 1 9
mkdir -m 1777 /dev/shm
ln -s /proc/self/fd /dev/fd
ln -s "$FOLDER/journal" /dev/log
echo ready
exec sleep infinity
"""


class Host:
    """opt_options: further mount options of its /opt; tools: a folder with lfs, None for none."""

    def __init__(self, folder, opt_options='', tools=None):
        folder.mkdir()
        (folder / 'scratch').mkdir()
        (folder / 'etc').mkdir()
        add_users(folder / 'etc')
        self.journal = Journal(folder / 'journal')
        self._keeper = subprocess.Popen(
            ['unshare', '-m', '--propagation', 'private', 'sh', '-c', SET_UP],
            env=dict(os.environ, FOLDER=str(folder), OPTIONS=opt_options, TOOLS=str(tools or '')),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        assert self._keeper.stdout.readline() == b'ready\n'

    @property
    def enter(self):
        """The words before a command that make it run on this host."""
        return ['nsenter', '--mount=/proc/%d/ns/mnt' % self._keeper.pid, '--']

    @property
    def as_artist(self):
        """The same, as the artist."""
        return self.enter + ['setpriv', '--reuid=%d' % UID, '--regid=%d' % GID, '--init-groups']

    def run(self, *words, artist=False, **kwargs):
        """Run a command on this host; return the ended process."""
        kwargs = dict(dict(stdin=subprocess.DEVNULL, timeout=120), **kwargs)
        if 'input' in kwargs:
            del kwargs['stdin']
        before = self.as_artist if artist else self.enter
        return subprocess.run(before + [os.fspath(word) for word in words], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True, **kwargs)

    def said(self, *words, **kwargs):
        """What a command writes, which must end well."""
        done = self.run(*words, **kwargs)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def close(self):
        self._keeper.kill()
        self._keeper.wait()
        self._keeper.stdout.close()
        self.journal.close()
