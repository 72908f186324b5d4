# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is open for writing on a mount, or mapped (fanotify F50, F51).

A mapping outlives its descriptor and shows only in maps, and reading that waits while the
process sleeps in a page fault on a dead mount (lustre-hsm H80). So a child looks, one process
after the other; a process that holds it up is named as unknown, and the next child goes on
behind it.
"""

import collections
import os

from ..hsm.child import CallJob
from . import mountinfo, processes

# device: st_dev; writes: through a descriptor or a shared writable mapping; mapped: only so.
Held = collections.namedtuple('Held', 'device inode pid comm writes mapped')
# found: list of Held; unknown: list of (pid, comm) that could not be looked at;
# complete: whether all others were.
Holders = collections.namedtuple('Holders', 'found unknown complete')

# A process that takes longer than this to tell is one that sleeps.
SECONDS = 3
MOST_UNKNOWN = 10


def writers(children, mounts, seconds=SECONDS):
    """Return Holders: the files of these mounts that a process of this host may still write."""
    found = holders(children, mounts, seconds)
    return found._replace(found=[held for held in found.found if held.writes])


def holders(children, mounts, seconds=SECONDS):
    """The same with files that are only mapped for reading, as a running program is."""
    devices = {os.makedev(*mount.device) for mount in mounts}
    found, unknown, after = [], [], 0
    while True:
        look = _Look(children, devices, after, seconds)
        found += look.found
        if look.ended or look.at is None or len(unknown) == MOST_UNKNOWN:
            return Holders(found, unknown, look.ended)
        unknown.append((look.at, processes.comm(look.at)))
        after = look.at


class _Look(object):
    """One child that goes through the processes with a number above `after`.

    at: the process that it was looking at last.
    """

    def __init__(self, children, devices, after, seconds):
        self.found, self.at, self.ended = [], None, False
        self._rest = b''
        results = []
        children.start(CallJob(_tell, (devices, after), deadline=seconds, data=self._take,
                               done=results.append))
        while not results:
            children.wait(1)
        self.ended = self.ended and results[0].rc == 0

    def _take(self, data):
        lines = (self._rest + data).split(b'\n')
        self._rest = lines.pop()
        for line in lines:
            words = line.decode('utf-8').split(' ', 5)
            if words[0] == 'end':
                self.ended = True
            elif words[0] == 'at':
                self.at = int(words[1])
            else:
                device, inode, writes, mapped = map(int, words[1:5])
                self.found.append(Held(device, inode, self.at, words[5], writes == 1, mapped == 1))


def _tell(out, devices, after):
    """In the child: a line before each process, a line for each file, a line at the end."""
    views = {}
    for pid in processes.pids():
        if pid <= after or pid == os.getppid():
            continue
        _write(out, 'at %d\n' % pid)
        name = processes.comm(pid)
        files = set(_opened(pid, devices, views))
        files.update(_mapped(pid, devices))
        for device, inode, writes, mapped in sorted(files):
            _write(out, 'file %d %d %d %d %s\n' % (device, inode, writes, mapped, name))
    _write(out, 'end\n')


def _opened(pid, devices, views):
    """Yield (device, inode, writes, mapped) of what is open for writing."""
    view = processes.namespace(pid)
    if view not in views:
        views[view] = {mount.number: os.makedev(*mount.device) for mount in mountinfo.read(pid)}
    for one in processes.descriptors(pid):
        if not one.writes:
            continue
        device, inode = views[view].get(one.mount), one.inode
        if device in devices and inode is None or device is None:
            # An old kernel, or a mount that was detached lazily and lives on.
            device, inode = _identity('/proc/%d/fd/%s' % (pid, one.fd))
        if device in devices:
            yield device, inode, True, False


def _identity(name):
    try:
        facts = os.stat(name)
        return facts.st_dev, facts.st_ino
    except OSError:
        return None, None


def _mapped(pid, devices):
    """Yield (device, inode, writes, mapped) of what is mapped."""
    try:
        with open('/proc/%d/maps' % pid, 'rb') as lines:
            for line in lines:
                _range, rights, _offset, numbers, inode = line.split(None, 5)[:5]
                device = os.makedev(*(int(number, 16) for number in numbers.split(b':')))
                if inode != b'0' and device in devices:
                    yield device, int(inode), rights[1:2] == b'w' and rights[3:4] == b's', True
    except OSError:
        return


def _write(out, line):
    data = line.encode('utf-8')
    while data:
        data = data[os.write(out, data):]
