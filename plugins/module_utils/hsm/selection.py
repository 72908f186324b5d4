# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files a run takes: left-out names, patterns, age, shard."""

import hashlib
import re
import struct
import time

from .entry import SECOND
from .errors import Refused
from .escape import escape
from .patterns import Pattern

# Filer snapshots, its checkpoints, our own baselines, NFS's names for deleted open files.
LEFT_OUT = frozenset([b'.snapshot', b'~snapshot', b'.zfs', b'.ckpt', b'.file-cache'])
LEFT_OUT_PREFIX = b'.nfs'

_UNITS = {'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 7 * 86400}
_AGE = re.compile(r'([0-9]{1,12})([smhdw]?)\Z')
_EPOCH = re.compile(r'([0-9]{1,12})(?:\.[0-9]+)?\Z')
_SHARD = re.compile(r'([0-9]{1,9})/([0-9]{1,9})\Z')


class Selection(object):
    """The files that a run takes, of all that it sees.

    A file is taken when no exclude pattern picks it or a folder above it, an include
    pattern picks it (if there are any), its age fits, and it falls in this shard.
    """

    def __init__(self, include=(), exclude=(), older_than=None, newer_than=None, shard=None,
                 everything=False, now_ns=None, changed_since=None):
        """include, exclude: patterns (bytes); older_than: seconds; newer_than: epoch (int);
        shard: (index from 1, count); everything: keep the names of LEFT_OUT too;
        changed_since: epoch, compared with the later of a file's two times: one that was
        moved or copied with its old date was changed all the same."""
        now_ns = int(time.time() * SECOND) if now_ns is None else now_ns
        self._include = [Pattern(text) for text in include]
        self._exclude = [Pattern(text) for text in exclude]
        self._latest = None if older_than is None else now_ns - older_than * SECOND
        self._earliest = None if newer_than is None else newer_than * SECOND
        self._changed = None if changed_since is None else int(changed_since) * SECOND
        self._shard = shard
        self._everything = everything

    def enters(self, rel):
        """Whether the folder of this root-relative name is looked into."""
        return not self._left_out(rel) and not any(one.matches(rel) for one in self._exclude)

    def takes_name(self, rel):
        """Whether a file is taken by its name, all folders above it being entered."""
        if not self.enters(rel):
            return False
        if self._include and not any(one.matches(rel) for one in self._include):
            return False
        return self._shard is None or shard_of(rel, self._shard[1]) == self._shard[0]

    def takes_listed(self, rel):
        """Whether a listed file is taken by its name: the folders above it count as well."""
        slash = rel.find(b'/')
        while slash >= 0:
            if not self.enters(rel[:slash]):
                return False
            slash = rel.find(b'/', slash + 1)
        return self.takes_name(rel)

    def takes_times(self, facts):
        """Whether the times in a stat result fit."""
        if self._changed is not None and max(facts.st_mtime_ns, facts.st_ctime_ns) < self._changed:
            return False
        return self.takes_time(facts.st_mtime_ns)

    def takes_time(self, mtime_ns):
        """Whether a file's age fits."""
        if self._latest is not None and mtime_ns > self._latest:
            return False
        return self._earliest is None or mtime_ns >= self._earliest

    def _left_out(self, rel):
        if self._everything:
            return False
        name = rel[rel.rfind(b'/') + 1:]
        return name in LEFT_OUT or name.startswith(LEFT_OUT_PREFIX)


def shard_of(rel, count):
    """Return the shard, 1 to count, of a root-relative name.

    The first eight bytes of its SHA-256 as a big-endian number, modulo count: the same
    on every host and Python (hash() is not), also where FIPS mode forbids other hashes.
    """
    return struct.unpack('>Q', hashlib.sha256(rel).digest()[:8])[0] % count + 1


def is_unfinished(mtime_ns, now_ns, quiet_seconds):
    """Whether a file was written less than the quiet period ago.

    A time in the future counts the same way: a little ahead is another host's clock, far
    ahead is a date that somebody set and says nothing about writing.
    """
    return abs(now_ns - mtime_ns) < quiet_seconds * SECOND


def parse_age(text, option):
    """Return the seconds of N[smhdw]."""
    found = _AGE.match(text)
    if not found:
        raise Refused('%s takes a whole number and one of s, m, h, d, w, like 30m or 7d, '
                      'not "%s".' % (option, _shown(text)))
    return int(found.group(1)) * _UNITS[found.group(2) or 's']


def parse_moment(text, option, now=None):
    """Return the epoch (int) of EPOCH or of N[smhdw] ago.

    A fraction is cut: Lustre may keep whole seconds only (field-reports L28), and a file of
    that very second must not be missed.
    """
    found = _EPOCH.match(text)
    if found:
        return int(found.group(1))
    if not _AGE.match(text):
        raise Refused('%s takes a moment in seconds since 1970, or an age like 30m or 7d, '
                      'not "%s".' % (option, _shown(text)))
    return int((time.time() if now is None else now) - parse_age(text, option))


def parse_shard(text):
    """Return (index, count) of I/N."""
    found = _SHARD.match(text)
    index, count = (int(found.group(1)), int(found.group(2))) if found else (0, 0)
    if not 1 <= index <= count:
        raise Refused('--shard takes I/N with I from 1 to N, like 2/4, not "%s".' % _shown(text))
    return index, count


def _shown(text):
    return escape(text.encode('utf-8', 'surrogateescape'))
