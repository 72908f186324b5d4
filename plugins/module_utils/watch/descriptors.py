# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel says of a descriptor of ours, without asking the file system."""

import os

# What the kernel appends to the path of a file whose name is gone (fanotify F11).
DELETED = b' (deleted)'


def path_of(descriptor):
    """Return the present path (bytes) of an open file."""
    return os.readlink(b'/proc/self/fd/%d' % descriptor)


def mount_number(descriptor):
    """Return the number, as in mountinfo, of the mount through which a file was opened."""
    with open('/proc/self/fdinfo/%d' % descriptor, 'rb') as lines:
        for line in lines:
            if line.startswith(b'mnt_id:'):
                return int(line.split()[1])
    raise OSError('the kernel does not say on which mount a file is open')
