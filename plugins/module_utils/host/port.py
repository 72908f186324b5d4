# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has TCP port 988, the only one that the Lustre client listens on."""

import os
import socket
import struct

from . import processes

PORT = 988
_TABLES = ('/proc/net/tcp', '/proc/net/tcp6')
_LISTENS = '0A'
# Where Lustre's own connections come from, at either end (filecache-and-peers A2.3).
_LUSTRE = frozenset([988] + list(range(1018, 1024)))


def taker(tables=_TABLES):
    """Return who keeps the Lustre client from its port, for people; None when nobody does.

    The client's own sockets belong to no process: a listening one without a process is it.
    """
    for path in tables:
        for state, local, remote, inode in _sockets(path):
            if local != PORT:
                continue
            owner = _owner(inode)
            if state == _LISTENS and owner is not None:
                return 'process %d (%s), which listens on it' % owner
            if state != _LISTENS and remote[1] not in _LUSTRE and inode != '0':
                who = 'process %d (%s)' % owner if owner is not None else 'the kernel'
                return 'a connection of %s to %s port %d%s' % (
                    who, remote[0], remote[1], ', an NFS mount' if remote[1] == 2049 else '')
    return None


def _sockets(path):
    """Yield (state, local port, (remote address, remote port), inode) of a table."""
    try:
        with open(path) as lines:
            for line in lines:
                words = line.split()
                if len(words) > 9 and words[0].endswith(':'):
                    yield (words[3], int(words[1].rpartition(':')[2], 16), _remote(words[2]),
                           words[9])
    except OSError:
        return


def _remote(text):
    address, _colon, port = text.rpartition(':')
    # Groups of 32 bits, each in the byte order of this machine.
    packed = b''.join(struct.pack('=I', int(address[at:at + 8], 16))
                      for at in range(0, len(address), 8))
    family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6
    return socket.inet_ntop(family, packed), int(port, 16)


def _owner(inode):
    """Return (pid, comm) of a process that has a socket; None when no process has it."""
    link = 'socket:[%s]' % inode
    for pid in processes.pids():
        folder = '/proc/%d/fd' % pid
        try:
            if any(_read(folder, name) == link for name in os.listdir(folder)):
                return pid, processes.comm(pid)
        except OSError:
            continue
    return None


def _read(folder, name):
    try:
        return os.readlink('%s/%s' % (folder, name))
    except OSError:
        return None
