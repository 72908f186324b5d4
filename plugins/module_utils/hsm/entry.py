# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run works on: its roots, and one entry a file."""

import collections

# path: absolute canonical directory (bytes); only: None, or the one file's name (bytes).
Root = collections.namedtuple('Root', 'path only')

# root: index into the run's roots; rel: name relative to that root's directory (bytes);
# size, mtime_ns, ino, nlink: int, 0 when problem is set;
# problem: None, or why a named file cannot be handled (one of PROBLEMS).
Entry = collections.namedtuple('Entry', 'root rel size mtime_ns ino nlink problem')

PROBLEMS = (
    None,
    'missing',          # a listed name that does not exist
    'not_regular',      # a directory, link, FIFO, socket or device (lustre-hsm H5, H31)
    'through_link',     # a folder on the way is a symbolic link: no link is followed
    'outside',          # another mount lies over the name: not this cache
    'denied',           # the caller himself may not look there
    'unreadable',       # stat failed with another error
    'vanished',         # the one file that PATH named was there, and is gone
)

SECOND = 10 ** 9


def troubled(root, rel, problem):
    """Return the entry of a name that cannot be handled."""
    return Entry(root, rel, 0, 0, 0, 0, problem)


def found(root, rel, facts):
    """Return the entry of a regular file from its stat result."""
    return Entry(root, rel, facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_nlink, None)


def join(above, name):
    """Return the root-relative name of what lies in the folder `above` (b'': the root)."""
    return above + b'/' + name if above else name


def below(directory, rel):
    """Return the path of a root-relative name under an absolute directory."""
    return directory + rel if directory.endswith(b'/') else directory + b'/' + rel


def path_of(roots, entry):
    """Return the absolute path of an entry, for people."""
    return below(roots[entry.root].path, entry.rel)


def is_rel(rel):
    """Whether bytes are a root-relative name: plain components and nothing else."""
    if not rel or b'\0' in rel:
        return False
    return not any(part in (b'', b'.', b'..') for part in rel.split(b'/'))


def covers(root, path):
    """Whether an absolute path is the root or lies below it."""
    if root.only is not None:
        return path == below(root.path, root.only)
    return path == root.path or path.startswith(below(root.path, b''))


def without_nested(roots):
    """Return the roots without those that another of them covers.

    Two roots that hold the same file would send two requests for it, and the second
    archive of a file breaks the first (lustre-hsm H25).
    """
    kept = []
    for root in sorted(set(roots), key=lambda one: (one.only is not None, len(one.path))):
        place = root.path if root.only is None else below(root.path, root.only)
        if not any(covers(other, place) for other in kept):
            kept.append(root)
    return sorted(kept, key=roots.index)
