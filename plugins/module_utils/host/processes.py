# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses a mount, by what /proc says of each process.

Only links are read, and the few lines of fdinfo: neither asks the file system, and neither
waits for a process that sleeps in it. What may wait (maps, cmdline) is for writers.py, which
looks from a child (lustre-hsm H80, field-reports L11).
"""

import collections
import os

from ..hsm.escape import escape
from . import mountinfo

# comm, what: text for people; own_namespace: whether the process sees our mounts.
Process = collections.namedtuple('Process', 'pid comm uid what own_namespace')

# fd: its name in /proc/PID/fd; writes: whether it is open for writing; mount: mnt_id;
# inode: int, or None where the kernel does not tell (before 5.14).
Descriptor = collections.namedtuple('Descriptor', 'fd writes mount inode')

# What looks like a path in /proc/PID/fd and lies on a mount of the kernel's own.
_NO_PATHS = (b'/memfd:', b'/SYSV', b'/dev/zero', b'/dmabuf:', b'/[aio]', b'/i915', b'/drm')

_LINKS = (('cwd', 'working directory'), ('root', 'root directory'), ('exe', 'program'))


def pids():
    """Return the numbers of all processes but this one, in order."""
    return sorted(int(name) for name in os.listdir('/proc')
                  if name.isdigit() and int(name) != os.getpid())


def comm(pid):
    """Return the short name of a process as printable text; '' when it is gone."""
    try:
        with open('/proc/%d/comm' % pid, 'rb') as name:
            return escape(name.read().rstrip(b'\n'))
    except OSError:
        return ''


def namespace(pid):
    """Return what tells the mount namespace of a process from others; None when it is gone."""
    return _link(pid, 'ns/mnt')


def descriptors(pid):
    """Yield the Descriptor of each open file of a process."""
    try:
        names = os.listdir('/proc/%d/fdinfo' % pid)
    except OSError:
        return
    for name in names:
        try:
            with open('/proc/%d/fdinfo/%s' % (pid, name), 'rb') as lines:
                facts = dict(line.split(None, 1) for line in lines if line.count(b':') == 1)
            writes = int(facts[b'flags:'], 8) & (os.O_WRONLY | os.O_RDWR) != 0
            inode = facts.get(b'ino:')
            yield Descriptor(name, writes, int(facts[b'mnt_id:']), inode and int(inode))
        except (OSError, KeyError, ValueError):
            # It was closed meanwhile.
            continue


def same(mount, mounts):
    """Return those of other mounts that show the same file system."""
    return [other for other in mounts if (other.device, other.source, other.fstype) == (
        mount.device, mount.source, mount.fstype)]


def using(mount):
    """Return a list of Process: who hinders that a mount goes away.

    A process of another mount namespace that sees the file system keeps it alive even when
    it does nothing (field-reports L26): one of each such namespace is named for it.
    """
    ours = namespace(os.getpid())
    views = {ours: [mount]}
    found, named = [], set()
    for pid in pids():
        view = namespace(pid)
        if view is None:
            continue
        if view not in views:
            views[view] = same(mount, mountinfo.read(pid))
        if not views[view]:
            continue
        what = _use(pid, views[view])
        if what is None and view != ours and view not in named:
            what = 'other mount namespace'
        if what is not None:
            named.add(view)
            found.append(process(pid, what, view == ours))
    return found


def elsewhere(fsname):
    """Return a list of Process: one of each other mount namespace that shows a cache."""
    return _one_a_namespace(lambda mount: mountinfo.filesystem_of(mount.source)[0] == fsname)


def showing(point):
    """The same of those in which anything is mounted at a folder, wherever their root is."""
    return _one_a_namespace(lambda mount: mount.point.endswith(point))


def _one_a_namespace(counts):
    seen, found = {namespace(os.getpid())}, []
    for pid in pids():
        view = namespace(pid)
        if view is not None and view not in seen:
            seen.add(view)
            if any(counts(mount) for mount in mountinfo.read(pid)):
                found.append(process(pid, 'other mount namespace', False))
    return found


def detached():
    """Return a list of Process: who has a file open on a mount that is nowhere any more.

    What was unmounted lazily is in no list of mounts until its last file is closed, which
    may yet be written (field-reports L2).
    """
    views = {namespace(pid): pid for pid in pids() + [os.getpid()]}
    known = {mount.number for pid in views.values() for mount in mountinfo.read(pid)}
    ours = namespace(os.getpid())
    return [process(pid, 'file on a mount that was detached', namespace(pid) == ours)
            for pid in pids() if any(one.mount not in known and _is_path(_link(pid, 'fd/' + one.fd))
                                     for one in descriptors(pid))]


def asleep():
    """Return a list of Process: who sleeps in the kernel; perhaps inside a mount, without a
    descriptor yet."""
    ours, found = namespace(os.getpid()), []
    for pid in pids():
        try:
            with open('/proc/%d/stat' % pid, 'rb') as stat:
                state = stat.read().rpartition(b')')[2].split()[:1]
        except OSError:
            continue
        # A thread of the kernel's own runs no program.
        if state == [b'D'] and _link(pid, 'exe') is not None:
            found.append(process(pid, 'sleeps in the kernel', namespace(pid) == ours))
    return found


def process(pid, what, own):
    """Return the Process of a number."""
    try:
        uid = os.stat('/proc/%d' % pid).st_uid
    except OSError:
        uid = -1
    return Process(pid, comm(pid), uid, what, own)


def _use(pid, mounts):
    """Return how a process uses one of these mounts of its namespace, or None."""
    for name, what in _LINKS:
        target = _link(pid, name)
        if target is not None and any(_covers(mount.point, target) for mount in mounts):
            return what
    numbers = {mount.number for mount in mounts}
    uses = [one.writes for one in descriptors(pid) if one.mount in numbers]
    if not uses:
        return None
    return 'file open for writing' if any(uses) else 'open file'


def _covers(point, path):
    return path == point or path.startswith(point.rstrip(b'/') + b'/')


def _is_path(target):
    return target is not None and target.startswith(b'/') and not target.startswith(_NO_PATHS)


def _link(pid, name):
    try:
        return os.readlink(os.fsencode('/proc/%d/%s' % (pid, name)))
    except OSError:
        return None
