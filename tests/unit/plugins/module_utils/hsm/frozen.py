# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mount that never answers, so that a process on it cannot even be killed.

    python frozen.py FOLDER     mounts, says "ready", and holds the mount until it is killed

It is a FUSE server that answers what mounting needs and keeps silent on every look-up. The
kernel lets nobody go whose request the server has taken, as a Lustre client lets nobody go
who waits for a restore (lustre-hsm H80). Ending the server sets all of them free.
"""

import ctypes
import errno
import os
import struct
import sys

LOOKUP, FORGET, GETATTR, INIT = 1, 2, 3, 26
FOLDER_MODE = 0o40755
MNT_DETACH = 2

HEAD = struct.Struct('<IIQQIIII')
REPLY = struct.Struct('<IiQ')


def libc_call(name, *args):
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*args):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def mount(folder, device):
    options = 'fd=%d,rootmode=%o,user_id=0,group_id=0' % (device, FOLDER_MODE)
    libc_call('mount', b'frozen', os.fsencode(folder), b'fuse.frozen', 6, options.encode())


def unmount(folder):
    libc_call('umount2', os.fsencode(folder), MNT_DETACH)


def answer(opcode):
    """Return (error, payload) of a request, or None for one that is never answered."""
    if opcode == INIT:
        return 0, struct.pack('<IIIIHHII', 7, 31, 0, 0, 0, 0, 4096, 0).ljust(64, b'\0')
    if opcode == GETATTR:
        facts = struct.pack('<6Q10I', 1, 0, 0, 0, 0, 0, 0, 0, 0, FOLDER_MODE, 2, 0, 0, 0, 512, 0)
        return 0, struct.pack('<QII', 3600, 0, 0) + facts
    if opcode in (LOOKUP, FORGET):
        return None
    return -errno.ENOSYS, b''


def serve(device):
    while True:
        request = os.read(device, 1 << 20)
        _length, opcode, unique = HEAD.unpack_from(request)[:3]
        reply = answer(opcode)
        if reply is not None:
            error, payload = reply
            os.write(device, REPLY.pack(REPLY.size + len(payload), error, unique) + payload)


def main(folder):
    device = os.open('/dev/fuse', os.O_RDWR)
    mount(folder, device)
    sys.stdout.write('ready\n')
    sys.stdout.flush()
    serve(device)


if __name__ == '__main__':
    main(sys.argv[1])
