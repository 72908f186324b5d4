# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of a run: its default, its limits, and what does not go together.

The command, the config file and the modules all check by the tables here.
"""

import re

from .errors import Refused
from .selection import parse_age, parse_moment, parse_shard

MOVING = ('archive', 'evict', 'hydrate', 'refresh')
VERBS = MOVING + ('state',)
DIRTY = ('skip', 'archive', 'fail')

STANDARD_INPUT = b'-'

_UNITS = {'': 1, 'K': 1 << 10, 'M': 1 << 20, 'G': 1 << 30, 'T': 1 << 40}
_BYTES = re.compile(r'([0-9]{1,15})([KMGT]?)(?:i?B)?\Z', re.IGNORECASE)
_SECONDS = re.compile(r'[0-9]{1,9}(?:\.[0-9]{1,3})?\Z')
_WHOLE = re.compile(r'[0-9]{1,9}\Z')


def seconds(value):
    text = str(value)
    if isinstance(value, bool) or not _SECONDS.match(text):
        raise ValueError('a number of seconds is needed, like 900, not "%s"' % (value,))
    return float(text) if '.' in text else int(text)


def whole(least, most):
    def check(value):
        text = str(value)
        if isinstance(value, bool) or not _WHOLE.match(text) or not least <= int(text) <= most:
            raise ValueError('a whole number from %d to %d is needed, not "%s"'
                             % (least, most, value))
        return int(text)
    return check


def size(value):
    found = None if isinstance(value, bool) else _BYTES.match(str(value))
    if not found:
        raise ValueError('a number of bytes is needed, like 500G or 2T, not "%s"' % (value,))
    return int(found.group(1)) * _UNITS[found.group(2).upper()]


# Each check takes text or a number and raises ValueError with a sentence.
TUNING = {
    'timeout': seconds,
    'stall_timeout': seconds,
    # Each request makes older servers read their whole action list: lustre-hsm V5.
    'max_in_flight': whole(1, 100000),
    'jobs': whole(1, 64),
    'error_limit': whole(0, 999999999),
    'max_report': whole(0, 100000),
    'quiet_period': seconds,
    'reserve': size,
}

DEFAULTS = {
    'timeout': 0,
    'stall_timeout': 600,
    'max_in_flight': 256,
    'jobs': 4,
    'error_limit': 100,
    'max_report': 100,
    'quiet_period': 0,
    'reserve': 0,
}

# 0 means that there is no limit.
UNLIMITED = ('timeout', 'stall_timeout', 'error_limit')


class Options(object):
    """What a run is to do; raises Refused for what makes no sense.

    paths: absolute (bytes); list_file, manifest_file: a path (bytes) or b'-';
    within: None, or the folders (bytes) that no path may leave (sudo);
    missing_ok: whether a listed name that does not exist is no more than one that vanished;
    caller: None, or (uid, gid, groups) with whose rights listed names are looked at;
    fixed_paths: whether `lfs` is looked for in the system's own folders only;
    changed_since: epoch, of files whose contents, name or owner changed since then;
    bits_due: epoch, before which a file that reads clean may still turn dirty;
    finished: None, or what judges whether a file may be archived (look.Looker);
    gate: None, or what lets one process of this host ask for archives at a time (gate.py);
    observer: None, or what is called with a Settled (tally.py) for each file;
    known: a container of paths that an earlier run of the same call dealt with.
    """

    def __init__(self, verb, paths, recursive=False, list_file=None, null=False,
                 manifest_file=None, resend=False, include=(), exclude=(), older_than=None,
                 newer_than=None, shard=None, dirty='skip', no_wait=False, dry_run=False,
                 expect_clean=False, skips_ok=False, advisory=False, missing_ok=False,
                 within=None, caller=None, fixed_paths=False, changed_since=None, bits_due=0,
                 finished=None, gate=None, observer=None, known=(), **tuning):
        self.verb = verb
        self.paths = list(paths)
        self.recursive = recursive
        self.list_file = list_file
        self.null = null
        self.manifest_file = manifest_file
        self.resend = resend
        self.include = list(include)
        self.exclude = list(exclude)
        self.older_than = None if older_than is None else parse_age(older_than, '--older-than')
        self.newer_than = None if newer_than is None else parse_moment(newer_than, '--newer-than')
        self.shard = None if shard is None else parse_shard(shard)
        self.dirty = dirty
        self.no_wait = no_wait
        self.dry_run = dry_run
        self.expect_clean = expect_clean
        self.skips_ok = skips_ok
        self.advisory = advisory
        self.missing_ok = missing_ok
        self.within = within
        self.caller = caller
        self.fixed_paths = fixed_paths
        self.changed_since = changed_since
        self.bits_due = bits_due
        self.finished = finished
        self.gate = gate
        self.observer = observer
        self.known = known
        self._tune(tuning)
        self._check_words()
        self._check_files()

    def _tune(self, tuning):
        unknown = sorted(set(tuning) - set(TUNING))
        if unknown:
            raise TypeError('unknown option %s' % unknown[0])
        for name in TUNING:
            try:
                setattr(self, name, TUNING[name](tuning.get(name, DEFAULTS[name])))
            except ValueError as problem:
                raise Refused('%s: %s.' % (_word(name), problem))

    def _check_words(self):
        if self.verb not in VERBS:
            raise Refused('There is no verb "%s"; there are %s.' % (self.verb, ', '.join(VERBS)))
        if self.dirty not in DIRTY:
            raise Refused('--dirty takes %s, not "%s".' % (', '.join(DIRTY), self.dirty))
        for name, verbs in (('manifest_file', ('archive',)), ('expect_clean', ('state',)),
                            ('no_wait', MOVING), ('dry_run', MOVING)):
            if getattr(self, name) and self.verb not in verbs:
                raise Refused('%s belongs to %s, not to %s.'
                              % (_word(name), ' and '.join(verbs), self.verb))
        if self.dirty != 'skip' and self.verb not in ('evict', 'refresh'):
            raise Refused('--dirty belongs to evict and refresh, not to %s.' % self.verb)

    def _check_files(self):
        if self.null and self.list_file is None:
            raise Refused('--null says how a list is written, and there is none. Give --from.')
        if self.missing_ok and self.list_file is None:
            raise Refused('--missing-ok is about the names of a list, and there is none. '
                          'Give --from.')
        if self.resend and self.manifest_file is None:
            raise Refused('--resend needs --manifest, which shows what the filer misses.')
        if self.list_file == self.manifest_file == STANDARD_INPUT:
            raise Refused('--from and --manifest cannot both come on standard input.')


def _word(name):
    return '--' + name.replace('_file', '').replace('_', '-')
