# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marking a mount in the best way that its kernel and its file system take.

What is taken is tried, never inferred from a version (fanotify F43). The best first:

fid-fs     the whole file system; an event names the file. Nothing is opened, so that nothing
           is lost to an unlink, to root squash or to a limit, and no unmount is held up.
fd-fs      the whole file system; an event brings the open file.
fd-mount   one mount, as on EL8: what containers and bind mounts write is not seen (F7).
"""

import errno
import os
from collections import namedtuple

from . import fanotify
from .descriptors import mount_number

FID_FS, FD_FS, FD_MOUNT = 'fid-fs', 'fd-fs', 'fd-mount'
_FORMS = (
    (FID_FS, fanotify.REPORT_FID | fanotify.REPORT_DIR_AND_NAME, fanotify.MARK_FILESYSTEM),
    (FD_FS, 0, fanotify.MARK_FILESYSTEM),
    (FD_MOUNT, 0, fanotify.MARK_MOUNT),
)
# "Not known to this kernel" or "not for this file system" (F27, F28, F42).
_NOT_TAKEN = (errno.EINVAL, errno.ENODEV, errno.EOPNOTSUPP, errno.EXDEV, errno.ENOSYS,
              errno.EOVERFLOW, errno.ESTALE)

# queue: the descriptor to read events from; how: the form.
Mark = namedtuple('Mark', 'queue how')


class MountGone(Exception):
    """What is mounted at the point now is not what was to be marked."""


def open_root(mount):
    """Return a descriptor of the root of a Mount. As long as it is open, the mount is busy."""
    root = os.open(mount.point, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    if mount_number(root) != mount.number:
        os.close(root)
        raise MountGone()
    return root


def attach(mount):
    """Return the Mark on a Mount; an OSError when it takes none of the forms."""
    root = open_root(mount)
    try:
        for how, flags, kind in _FORMS:
            queue = _tried(root, how, flags, kind)
            if queue is not None:
                return Mark(queue, how)
    finally:
        os.close(root)
    raise OSError(errno.EOPNOTSUPP, 'neither the file system nor the mount takes a mark')


def _tried(root, how, flags, kind):
    """Return a queue that is marked in this form, or None when it is not taken."""
    queue = None
    try:
        queue = fanotify.group(flags)
        fanotify.mark(queue, kind, root)
        if how != FID_FS or _finds_by_handle(root):
            return queue
    except OSError as error:
        if error.errno not in _NOT_TAKEN:
            if queue is not None:
                os.close(queue)
            raise
    if queue is not None:
        os.close(queue)
    return None


def _finds_by_handle(root):
    """Whether a file of this file system is found by the handle that it gives out."""
    found = fanotify.open_handle(root, fanotify.handle_of(root))
    try:
        return os.path.samestat(os.fstat(found), os.fstat(root))
    finally:
        os.close(found)
