# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker as the roles leave it, in a mount namespace of its own.

/etc (config.json, users, sudoers) and /usr/bin (lfs) are overlays that only its processes
see, and /var/lib/file-cache is a folder of the test, so that real paths and the real sudo are
tried without a change to this machine.
"""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]

ARTIST = 'file-cache-artist'
UID, GID, RENDER = 64123, 64123, 64124
VERBS = ['archive', 'evict', 'hydrate', 'refresh', 'state', 'manifest', 'changes', 'writeback',
         'sweep']

ENTER = """
set -e
mount -t overlay etc -o lowerdir="$ETC":/etc /etc
mount -t overlay bin -o lowerdir="$TOOLS":/usr/bin /usr/bin
mount -t tmpfs -o mode=755 lib /var/lib
mkdir /var/lib/file-cache
mount --bind "$STATE" /var/lib/file-cache
mount -t tmpfs -o mode=755 dev /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/zero c 1 5
mknod -m 666 /dev/urandom c 1 9
ln -s /proc/self/fd /dev/fd
ln -s "$JOURNAL" /dev/log
unset ETC TOOLS STATE JOURNAL
exec "$@"
"""


class Journal:
    """What reaches /dev/log; it is read all the time, as a real one is."""

    def __init__(self, path):
        self._lines = queue.Queue()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        while True:
            line = self._socket.recv(65536).rstrip(b'\n\0').decode('utf-8')
            if not line:
                return
            self._lines.put(line)

    def line(self):
        return self._lines.get(timeout=60)

    def close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b'\n', self._socket.getsockname())
        self._reader.join()
        self._socket.close()


def _hear_of_hangups():
    """The tests may run under nohup, and the command would take that for its own."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def add_users(etc):
    """Write the files of an /etc that knows the artist and his group too."""
    passwd = '%s:x:%d:%d::/:/bin/sh\n' % (ARTIST, UID, GID)
    groups = '%s:x:%d:\nfile-cache-render:x:%d:%s\n' % (ARTIST, GID, RENDER, ARTIST)
    (etc / 'passwd').write_text(Path('/etc/passwd').read_text() + passwd)
    (etc / 'group').write_text(Path('/etc/group').read_text() + groups)
    shadow = etc / 'shadow'
    shadow.write_text('%s:*:19000:0:99999:7:::\n' % ARTIST)
    shadow.chmod(0o600)


class Worker:
    def __init__(self, folder, cache):
        self.cache = cache
        self.mount = Path(cache.mount())
        self.folder = folder
        self.etc = folder / 'etc'
        (self.etc / 'file-cache').mkdir(parents=True)
        (folder / 'state').mkdir()
        self.journal = Journal(folder / 'journal')
        self.command = folder / 'command' / 'file-cache'
        subprocess.run([sys.executable, str(PROJECT / 'tools' / 'build_command.py'), 'folder',
                        str(self.command.parent)], check=True)
        add_users(self.etc)
        drop_in = self.etc / 'sudoers.d' / 'file-cache'
        drop_in.parent.mkdir()
        drop_in.write_text('%s ALL=(root) NOPASSWD: %s\n' % (ARTIST, self.command))
        drop_in.chmod(0o440)

    @property
    def config(self):
        return self.etc / 'file-cache' / 'config.json'

    def configure(self, **changes):
        self.config.write_text(json.dumps(dict({
            'schema': 1, 'verbs': VERBS, 'defaults': {'stall_timeout': 30},
            'roots': [{'name': 'assets', 'path': str(self.mount / 'assets')}]}, **changes)))

    def entered(self, words, environment=None, journal=None, tools=None, **kwargs):
        """Keyword arguments of a process on this worker."""
        env = dict({'PATH': '/usr/sbin:/usr/bin:/sbin:/bin'}, **(environment or {}))
        env.update(ETC=str(self.etc), TOOLS=str(tools or self.cache.tools),
                   STATE=str(self.folder / 'state'),
                   JOURNAL=str(journal or self.folder / 'journal'))
        enter = ['unshare', '-m', '--propagation', 'private', 'sh', '-c', ENTER, 'enter']
        return dict(kwargs, args=enter + [os.fspath(word) for word in words], env=env,
                    preexec_fn=_hear_of_hangups)

    def run(self, *words, sudo=True, environment=None, **kwargs):
        """Run file-cache, as sudo would start it for the artist; return the ended process."""
        env = dict(environment or {})
        if sudo:
            env.update(SUDO_UID=str(UID), SUDO_GID=str(GID), SUDO_USER=ARTIST)
        kwargs = dict({'stdin': subprocess.DEVNULL, 'timeout': 120}, **kwargs)
        if 'input' in kwargs:
            del kwargs['stdin']
        return subprocess.run(check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              **self.entered([self.command, *words], env, **kwargs))

    def summary(self, *words, **kwargs):
        """Run with --json; return (exit status, summary)."""
        ended = self.run(*words, '--json', '--progress', 'none', **kwargs)
        assert b'Traceback' not in ended.stderr, ended.stderr.decode()
        return ended.returncode, json.loads(ended.stdout.decode())

    def state(self, path):
        """The HSM bits of a file, by lfs itself."""
        said = subprocess.run([os.path.join(self.cache.tools, 'lfs'), 'hsm_state', str(path)],
                              stdout=subprocess.PIPE, check=True).stdout
        return int(said.rsplit(b'(', 1)[1].split(b')', 1)[0], 16)

    def close(self):
        self.journal.close()
