# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is mounted where on this host, by the kernel's own list: no mount is touched."""

from ..hsm import mountpoint
from ..hsm.mountpoint import Mount

__all__ = ['Mount', 'armed', 'at', 'filesystem_of', 'read']

# What systemd or the automounter lays over a folder until somebody enters it.
_TRIGGER = b'autofs'


def read(pid='self'):
    """Return the list of Mount that a process sees; empty when it is gone."""
    try:
        with open('/proc/%s/mountinfo' % pid, 'rb') as lines:
            return list(mountpoint.parse(lines))
    except OSError:
        return []


def at(point, mounts=None):
    """Return the topmost Mount at exactly this folder that is no automount trigger, or None."""
    found = None
    for mount in read() if mounts is None else mounts:
        if mount.point == point and mount.fstype != _TRIGGER:
            found = mount
    return found


def armed(point, mounts=None):
    """Whether an automount trigger lies at exactly this folder."""
    return any(mount.point == point and mount.fstype == _TRIGGER
               for mount in (read() if mounts is None else mounts))


def filesystem_of(source):
    """Return (name, folder) of NID[:NID...]:/NAME[/FOLDER]; (b'', b'') for other sources.

    The address may be written as a name or as a number, and the kernel shows numbers; what
    tells one cache from another is the name. (An NFS source has no @.)
    """
    nids, found, path = source.partition(b':/')
    if not found or b'@' not in nids:
        return b'', b''
    name, _slash, folder = path.strip(b'/').partition(b'/')
    return name, folder
