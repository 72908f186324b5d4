# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client superblocks of this host: the proof that a cache is unmounted (lustre-hsm M1, M2).

The list of mounts proves nothing: a mount that was detached lazily, or that lives on in
another mount namespace, is not in it and still takes writes (field-reports L2, L26).
"""

import os
import re

from ..hsm.answers import Stuck
from ..hsm.entry import Root
from ..hsm.errors import Refused
from ..hsm.lfs import Lfs
from ..hsm.report import Failure
from . import mountinfo

# M2; the second is where older clients have it.
FOLDERS = (b'/sys/fs/lustre/llite', b'/proc/fs/lustre/llite')
SECONDS = 10

_LINE = re.compile(br'(?m)^llite\.(\S+-[^\s.-]+)\.uuid$')
_NO_SUCH_PARAMETER = 2


def alive(programs, seconds=SECONDS):
    """Return the set of FSNAME-INSTANCE (bytes) of this host; None when nothing can tell."""
    told = [names for names in [_of_lctl(programs, seconds)] + [_of_folder(folder)
            for folder in FOLDERS] if names is not None]
    return set().union(*told) if told else None


def unaccounted(programs, fsname, seconds=SECONDS):
    """Return the instances of a cache, sorted, that no mount we see stands for; None as above.

    A mount that does not say which instance it is accounts for none: this errs on the side
    of "not unmounted".
    """
    names = alive(programs, seconds)
    if names is None:
        return None
    names = {name for name in names if name.rpartition(b'-')[0] == fsname}
    for mount in mountinfo.read():
        if names and mountinfo.filesystem_of(mount.source)[0] == fsname:
            names.discard(of_mount(programs.children, mount.point, seconds))
    return sorted(names)


def of_mount(children, point, seconds=SECONDS):
    """Return the FSNAME-INSTANCE (bytes) of the mount at a folder, None when it does not say."""
    try:
        answer = ask_name(children, point, seconds)
    except Refused:
        return None
    return '-'.join(answer).encode('utf-8') if is_name(answer) else None


def ask_name(children, point, seconds=SECONDS):
    """Return (fsname, instance) as text, or what hindered `lfs`: a Failure or Stuck."""
    lfs = Lfs(children, [Root(point, None)], fixed_paths=True, call_timeout=seconds)
    return lfs.sync(lfs.fsname, 0)


def is_name(answer):
    """Whether an answer of ask_name is (fsname, instance)."""
    return not isinstance(answer, (Failure, Stuck))


def _of_lctl(programs, seconds):
    if programs.there('lctl') is None:
        return None
    done = programs.call('lctl', ('get_param', '-N', 'llite.*.uuid'), deadline=seconds)
    if done.rc not in (0, _NO_SUCH_PARAMETER):
        return None
    return set(_LINE.findall(done.out))


def _of_folder(folder):
    try:
        return set(os.listdir(folder))
    except OSError:
        return None
