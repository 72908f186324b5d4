#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FileCacheHandler: the event plugin that keeps Amazon File Cache fresh for renders.

A job that is submitted, requeued or resumed waits for a helper job that refreshes what it reads,
and gets the task script that writes its frames back. Top down: settings, paths, job files, what a
job lists, what helpers run; then Deadline: who waits for whom. Deadline loads this file as text,
so it is one file (deadline 11). It is a Deadline script too: the last step of scope "changed"
runs it (see last_step).

No name out of a job becomes part of a command line: those hold settings and numbers only.
"""

import collections
import hashlib
import json
import os
import posixpath
import re
import shutil
import tempfile
import threading
import time
import uuid

from Deadline.Events import DeadlineEventListener
from Deadline.Scripting import ClientUtils, RepositoryUtils

NAME = 'FileCacheHandler'

# Extra info of helper jobs. The first ends the recursion: their submission is an event too
# (deadline 61).
GENERATED = 'FileCacheHandlerGenerated'
STEP = 'FileCacheHandlerStep'
ROOT = 'FileCacheHandlerRoot'
KEY = 'FileCacheHandlerKey'
# Extra info of render jobs.
ROOTS = 'FileCacheRoots'
HELPERS = 'FileCacheHelpers'
OUR_SCRIPT = 'FileCacheWriteBackScript'
USER_SCRIPT = 'FileCacheUserPostTaskScript'
WAIT = 'FileCacheWriteBackTimeout'
POLICY = 'FileCacheWriteBackPolicy'

FOLDER = '.file-cache'
COMPLETE = 'file-cache-complete'
MOST_NAMES = 100000
LIST_SECONDS = 5.0


class Problem(Exception):
    """A sentence for people: why the cache was not made ready for a job."""


# -- settings --------------------------------------------------------------------------------------


class ByRoot(object):
    """A setting that has a value for each root, and perhaps one for the roots without."""

    def __init__(self, values=None, otherwise=None):
        self._values = values or {}
        self._otherwise = otherwise

    @property
    def names(self):
        return set(self._values)

    def of(self, name, nothing=''):
        value = self._values.get(name, self._otherwise)
        return nothing if value is None else value


_NAMED_ITEM = re.compile(r'([a-z0-9_-]+)\s*=\s*(.*)\Z', re.DOTALL)
_CACHE = re.compile(r'[A-Za-z0-9_-]+\Z')
_WORD = re.compile(r'/[A-Za-z0-9_./+-]+\Z')
# A second path after a comma: the list was meant to be separated by ";" (deadline 22).
_COMMA = re.compile(r',\s*(?:[A-Za-z]:[\\/]|[\\/])')
# What ends the quoting of a shell, or what Deadline replaces in a command line (deadline 72).
_UNQUOTABLE = re.compile(u'[\x00-\x1f\x7f"\'`$\\\\<>\u2018-\u201f]')


def items(text):
    """Cut a list into (name or None, value); a list of several lines is taken as well."""
    found = []
    for piece in re.split(r'[;\r\n]', text):
        piece = piece.strip()
        named = _NAMED_ITEM.match(piece)
        if named:
            found.append((named.group(1), named.group(2)))
        elif piece:
            found.append((None, piece))
    return found


def quoted(path):
    """Return a path as one word of a shell; raise ValueError when it cannot be one."""
    bad = _UNQUOTABLE.search(path)
    if bad:
        raise ValueError('"%s" holds %s, which cannot be written to a command line'
                         % (one_line(path), ascii(bad.group())))
    return "'%s'" % path


def one_line(text):
    """Return text without anything that ends a line of a log or of a job file."""
    return re.sub(u'[\x00-\x1f\x7f\x85\u2028\u2029]+', ' ', str(text)).strip()


def _text(value):
    return value.strip()


def _boolean(value):
    word = value.strip().lower()
    if word not in ('true', 'false'):
        raise ValueError('"%s" is neither True nor False' % one_line(value))
    return word == 'true'


def _whole(least, most):
    def read(value):
        try:
            number = int(value.strip())
        except ValueError:
            raise ValueError('"%s" is not a whole number' % one_line(value))
        if not least <= number <= most:
            raise ValueError('%d is not between %d and %d' % (number, least, most))
        return number
    return read


def _choice(*words):
    def read(value):
        word = value.strip().lower()
        if word not in words:
            raise ValueError('"%s" is none of %s' % (one_line(value), ', '.join(words)))
        return word
    return read


def _command(value):
    if not _WORD.match(value.strip()):
        raise ValueError('"%s" is not the plain absolute path of a command' % one_line(value))
    return value.strip()


def _quotable(value):
    quoted(value.strip())
    return value.strip()


def _names(value):
    return [name.strip().lower() for name in value.split(',') if name.strip()]


def _by_root(read):
    def read_all(text):
        values, otherwise = {}, None
        for name, value in items(text):
            if name is None and otherwise is None:
                otherwise = read(value)
            elif name is not None and name not in values:
                values[name] = read(value)
            else:
                raise ValueError('it has two values for %s' % (name or 'all roots'))
        return ByRoot(values, otherwise)
    return read_all


def _cache(value):
    if not _CACHE.match(value):
        raise ValueError('"%s" is not the id of a cache' % one_line(value))
    return value


def _posix(value):
    if not value.startswith('/') or '..' in value.split('/'):
        raise ValueError('"%s" is not an absolute path' % one_line(value))
    return _quotable(posixpath.normpath(re.sub('/+', '/', value)))


Setting = collections.namedtuple('Setting', 'key default read')

# The defaults are those of FileCacheHandler.param (deadline 23).
SETTINGS = (
    Setting('Paths', '', items),
    Setting('Caches', '', _by_root(_cache)),
    Setting('CachePaths', '', _by_root(_posix)),
    Setting('FilerPaths', '', _by_root(_posix)),
    Setting('Pools', '', _by_root(_names)),
    Setting('Groups', '', _by_root(_names)),
    Setting('CacheEviction', 'True', _boolean),
    Setting('CacheHydration', 'True', _boolean),
    Setting('Scope', 'automatic', _choice('automatic', 'changed', 'assets', 'root')),
    Setting('Shards', '8', _whole(1, 1000)),
    Setting('FailurePolicy', 'lenient', _choice('lenient', 'strict')),
    Setting('RefreshOnRequeue', 'True', _boolean),
    Setting('RefreshOnResume', 'True', _boolean),
    Setting('HelperPool', '', _by_root(one_line)),
    Setting('HelperGroup', '', _by_root(one_line)),
    Setting('HelperLimits', '', _names),
    Setting('HelperPriority', '100', _whole(0, 100)),
    Setting('FilerPool', '', _by_root(one_line)),
    Setting('FilerGroup', '', _by_root(one_line)),
    Setting('CommandPath', '/opt/file-cache/bin/file-cache', _command),
    Setting('DeadlineCommand', '/opt/Thinkbox/Deadline10/bin/deadlinecommand', _quotable),
    Setting('RefreshTimeout', '0', _whole(0, 604800)),
    Setting('StallTimeout', '0', _whole(0, 604800)),
    Setting('TimeBudget', '20', _whole(1, 600)),
    Setting('PostTaskScript', '/opt/file-cache/deadline/FileCacheWriteBack.py', _text),
    Setting('WriteBackTimeout', '900', _whole(1, 604800)),
    Setting('WriteBackPolicy', 'warn', _choice('warn', 'fail')),
)


def read_settings(get):
    """Return ({key: value}, [sentence about each that is wrong]); get(key, default) -> text.

    What is wrong has its default, so that a log line can be written and a policy followed.
    """
    settings, problems = {}, []
    for setting in SETTINGS:
        try:
            settings[setting.key] = setting.read(get(setting.key, setting.default) or '')
        except ValueError as wrong:
            settings[setting.key] = setting.read(setting.default)
            problems.append('%s: %s' % (setting.key, wrong))
    return settings, problems


def verb_of(settings):
    """Return what helpers do with the cache, or None where frames are only written back."""
    evict, hydrate = settings['CacheEviction'], settings['CacheHydration']
    if evict and hydrate:
        return 'refresh'
    return 'evict' if evict else 'hydrate' if hydrate else None


# -- paths -----------------------------------------------------------------------------------------

# kind: '/' (POSIX), '//' (share of a server) or a drive, 'z:'.
Shape = collections.namedtuple('Shape', 'kind parts')

_DRIVE = re.compile(r'([A-Za-z]):[\\/]+(.*)\Z', re.DOTALL)
_BARE_DRIVE = re.compile(r'([A-Za-z]):\Z')
_DEVICE = re.compile(r'[\\/]{2}\?[\\/](UNC[\\/])?', re.IGNORECASE)


def shapes(text):
    """Return what a path may mean by its own form, whatever machine this is (deadline 43).

    [] for what is not absolute. '//nas/assets' is a share, and a POSIX path with a slash too many.
    """
    text = text.strip().strip('"')
    device = _DEVICE.match(text)
    if device:
        text = ('\\\\' if device.group(1) else '') + text[device.end():]
    bare = _BARE_DRIVE.match(text)
    drive = _DRIVE.match(text)
    if bare or drive:
        letter = (bare or drive).group(1).lower()
        return _shape(letter + ':', re.split(r'[\\/]+', drive.group(2) if drive else ''))
    found = []
    if text.startswith(('\\\\', '//')):
        share = _shape('//', re.split(r'[\\/]+', text[2:]))
        found += [shape for shape in share if len(shape.parts) > 1]
    if text.startswith('/'):
        found += _shape('/', text.split('/'))
    return found


def _shape(kind, pieces):
    parts = []
    for piece in pieces:
        if piece == '..':
            if not parts:
                return []
            parts.pop()
        elif piece not in ('', '.'):
            parts.append(piece)
    return [Shape(kind, tuple(parts))]


def _folded(shape):
    return shape.parts if shape.kind == '/' else tuple(part.lower() for part in shape.parts)


def below(root, path):
    """Return the parts of a path below a root, None when it is not there (shapes).

    Windows does not tell cases apart, and tools change that of the drive (field-reports D20).
    """
    depth = len(root.parts)
    if root.kind != path.kind or _folded(path)[:depth] != _folded(root):
        return None
    return path.parts[depth:]


# word: how the command is told the root; spellings: [Shape]; the rest as the settings have it.
Root = collections.namedtuple('Root', 'name label word spellings cache cache_path filer_path pools '
                                      'groups helper_pool helper_group filer_pool filer_group')


def roots_of(settings):
    """Return ([Root], [sentence about each item of Paths that is wrong])."""
    spelled, problems = collections.OrderedDict(), []
    for name, text in settings['Paths']:
        try:
            spelled.setdefault(name or text, []).append(_spelling(text))
            if name is None:
                _bare_word(text)
        except ValueError as wrong:
            spelled.pop(text, None)
            problems.append('Paths: %s' % wrong)
    named = {name for name, _text in settings['Paths'] if name}
    for key in ('Caches', 'CachePaths', 'FilerPaths', 'Pools', 'Groups', 'HelperPool',
                'HelperGroup', 'FilerPool', 'FilerGroup'):
        unknown = settings[key].names - named
        if unknown:
            problems.append('%s: there is no root "%s" in Paths' % (key, sorted(unknown)[0]))
    return [_root(label, spellings, named, settings)
            for label, spellings in spelled.items() if spellings], problems


def _spelling(text):
    if _COMMA.search(text):
        raise ValueError('"%s" looks like several paths: separate them by ";"' % one_line(text))
    found = shapes(text)
    if not found:
        raise ValueError('"%s" is not an absolute path' % one_line(text))
    if not found[0].parts:
        raise ValueError('"%s" is a whole drive or file system' % one_line(text))
    return found


def _bare_word(text):
    word = text.replace('\\', '/').rstrip('/')
    return quoted(word)


def _root(label, spellings, named, settings):
    name = label if label in named else None
    return Root(name, label, '@' + name if name else _bare_word(label),
                [shape for found in spellings for shape in found],
                settings['Caches'].of(name), settings['CachePaths'].of(name),
                settings['FilerPaths'].of(name), settings['Pools'].of(name, []),
                settings['Groups'].of(name, []), settings['HelperPool'].of(name),
                settings['HelperGroup'].of(name), settings['FilerPool'].of(name),
                settings['FilerGroup'].of(name))


def root_of(text, roots):
    """Return (Root, Shape of its spelling, parts below it), the deepest, or None."""
    best = None
    for path in shapes(text):
        for root in roots:
            for spelling in root.spellings:
                rest = below(spelling, path)
                if rest is not None and (best is None
                                         or len(spelling.parts) > len(best[1].parts)):
                    best = (root, spelling, rest)
    return best


def runs_on(root, pools, group):
    """Whether a job of these pools and this group can run where the root's cache is.

    Pool and group "none" are those of every worker.
    """
    return _fits(root.pools, pools) and _fits(root.groups, [group])


def _fits(wanted, own):
    own = {name.lower() for name in own if name} or {'none'}
    return not wanted or 'none' in own or bool(own.intersection(wanted))


# -- job files -------------------------------------------------------------------------------------


def decode(raw):
    """Return the text of a job file: Deadline's own are UTF-16, others anything (deadline 63)."""
    for mark, encoding in ((b'\xef\xbb\xbf', 'utf-8'), (b'\xff\xfe', 'utf-16-le'),
                           (b'\xfe\xff', 'utf-16-be')):
        if raw.startswith(mark):
            return raw[len(mark):].decode(encoding, 'replace')
    if b'\0' in raw[:200]:
        return raw.decode('utf-16-be' if raw[:1] == b'\0' else 'utf-16-le', 'replace')
    try:
        return raw.decode('utf-8')
    except UnicodeDecodeError:
        return raw.decode('cp1252', 'replace')


class JobFile(object):
    """The keys and values of a job info or plugin info file, in their order."""

    def __init__(self, pairs=()):
        self.pairs = list(pairs)

    @classmethod
    def parse(cls, raw):
        """Blanks around "=" do not count (field-reports D14); nor does a line without one."""
        lines = re.split('\r\n|\n|\r', decode(raw))
        cut = [line.partition('=') for line in lines]
        return cls((key.strip(), value.strip()) for key, equal, value in cut if equal)

    def add(self, pairs):
        """Add those whose key is new."""
        known = {name.lower() for name, _value in self.pairs}
        self.pairs += [pair for pair in pairs if pair[0].lower() not in known]

    def get(self, key, otherwise=''):
        return next((value for name, value in self.pairs if name.lower() == key.lower()),
                    otherwise)

    def like(self, pattern):
        """Return the values whose whole key matches, without the empty ones (D28)."""
        return [value for name, value in self.pairs
                if value and re.match(pattern + r'\Z', name, re.IGNORECASE)]


_ASSET = r'(?:AssetDependency|AWSAssetFile)\d+'

# Paths as the job writes them. assets: what it lists as such; others: what else its plugin reads.
Touched = collections.namedtuple('Touched', 'outputs assets others')


def touched(info, plugin, folders=()):
    """Return what a job says that it writes and reads, of both its files (JobFile)."""
    outputs = [str(folder) for folder in folders if folder]
    outputs += info.like(r'OutputDirectory\d+|OutputFilename\d+(?:Tile\d+)?')
    assets = info.like(_ASSET) + plugin.like(_ASSET)
    for value in info.like('RequiredAssets|AssetDependencies'):
        assets += value.split(',')
    others = []
    for name, value in plugin.pairs:
        if shapes(value) and not re.match(_ASSET, name, re.IGNORECASE):
            (outputs if 'output' in name.lower() else others).append(value)
    return Touched(outputs, [text.strip() for text in assets if text.strip()], others)


# -- frames ----------------------------------------------------------------------------------------

_RANGE = re.compile(r'\s*(-?\d+)(?:\s*-\s*(-?\d+))?(?:\s*(?:x|step|by|every)\s*(\d+))?\s*\Z')
MOST_FRAMES = 1000000


def frames_of(text):
    """Return the frames of a frame list, sorted; [] for what is none (field-reports D23)."""
    found = set()
    for piece in text.split(','):
        match = _RANGE.match(piece)
        if not match:
            return []
        first = int(match.group(1))
        last = first if match.group(2) is None else int(match.group(2))
        step = int(match.group(3) or 1)
        if not step or abs(last - first) > MOST_FRAMES:
            return []
        found.update(range(min(first, last), max(first, last) + 1, step) if first <= last
                     else range(first, last - 1, -step))
    return sorted(found)


def cover_of(frames, start, end):
    """Return (first, last) that one helper task has to cover for a frame-dependent job (D10).

    start, end: the job's frame offsets, which reach past its own frames.
    """
    if not frames:
        return None
    return frames[0] + min(start, end, 0), frames[-1] + max(start, end, 0)


# -- what a job lists ------------------------------------------------------------------------------

_UDIM = ('<udim>', '<uvtile>')
# What stands for a number in a name: <UDIM>, <f4>, <frame>, $F4, %04d, ####, @@@@, ????
_SLOT = re.compile(r'<(?:udim|uvtile|f\d*|frame\d*)>|\$F\d*|%0?\d*d|#+|@@+|\?+', re.IGNORECASE)
_NUMBER = re.compile(r'(.*[._ -])(\d+)(\.[^.]*[^.\d][^.]*(?:\.[A-Za-z]+)?)\Z', re.DOTALL)
# What only the application can fill in: variables, tokens, a number in the name of a folder.
_UNKNOWN = re.compile(r'\$|<|>|%[^%]*%|%[A-Za-z]|\*|[\[\]{}]|^~|##|@@|\?')

# before, after: the name around the number; width: how it is padded; kind: 'udim' or 'frame'.
Sequence = collections.namedtuple('Sequence', 'before after width kind number')


def sequence_of(name, numbered=True):
    """Return the Sequence that a file name stands for, None when it is one file's own."""
    slots = list(_SLOT.finditer(name))
    if slots:
        slot = slots[-1]
        digits = re.search(r'\d+', slot.group())
        run = slot.group() if slot.group()[0] in '#@?' else ''
        kind = 'udim' if slot.group().lower() in _UDIM else 'frame'
        width = len(run) or (int(digits.group()) if digits else 1)
        return Sequence(name[:slot.start()], name[slot.end():], width, kind, None)
    match = _NUMBER.match(name) if numbered else None
    if match:
        before, number, after = match.groups()
        return Sequence(before, after, len(number), 'frame', int(number))
    return None


def members(sequence, names):
    """Return those of a folder's names that belong to a sequence."""
    pattern = re.compile(r'%s-?\d+%s\Z' % (re.escape(sequence.before), re.escape(sequence.after)),
                         re.DOTALL)
    return [name for name in names if pattern.match(name)]


def guessed(sequence, frames):
    """Return the names that a sequence may have, where its folder cannot be seen from here."""
    if sequence.kind == 'udim':
        numbers = range(1001, 1101)
    else:
        numbers = sorted(set(frames) | ({sequence.number} - {None}))[:10000]
    return ['%s%s%s' % (sequence.before, '%0*d' % (sequence.width, number), sequence.after)
            for number in numbers]


class Folders(object):
    """What folders hold, as this machine sees them; None for one that it does not see.

    A share may never answer, so a folder is listed beside the submission, for some seconds.
    """

    def __init__(self, seconds=LIST_SECONDS, scan=os.scandir):
        self._ends = time.monotonic() + seconds
        self._scan = scan
        self._known = {}

    def names(self, folder):
        """Return {name: whether it is a folder}, or None."""
        if folder not in self._known:
            found = []
            listing = threading.Thread(target=self._list, args=(folder, found), daemon=True)
            listing.start()
            listing.join(max(0.0, self._ends - time.monotonic()))
            self._known[folder] = found[0] if found else None
        return self._known[folder]

    def _list(self, folder, found):
        try:
            with self._scan(folder) as entries:
                names = {entry.name: entry.is_dir() for entry in entries}
        except (OSError, ValueError):
            return
        found.append(names)


def _written(shape):
    """Return a shape as the path that its own system opens."""
    if shape.kind == '/':
        return '/' + '/'.join(shape.parts)
    start = '\\\\' if shape.kind == '//' else shape.kind + '\\'
    return start + '\\'.join(shape.parts)


def _spelled(spelling, parts, folders):
    """Return the parts as the folders have them: Windows keeps a case that jobs do not (D20)."""
    if spelling.kind == '/':
        return parts
    right = []
    for part in parts:
        names = folders.names(_written(Shape(spelling.kind, spelling.parts + tuple(right)))) or {}
        alike = [name for name in names if name.lower() == part.lower()]
        right.append(part if part in names or len(alike) != 1 else alike[0])
    return tuple(right)


def listed_files(spelling, parts, frames, folders, numbered=True):
    """Return (names relative to the root, None), or ([], why this cannot be told).

    numbered: whether a name with a number stands for all of its sequence.
    """
    if not parts:
        return [], 'it is the root itself'
    above, name = tuple(parts[:-1]), parts[-1]
    if '\0' in ''.join(parts):
        return [], 'no file has such a name'
    if any(_UNKNOWN.search(part) for part in above):
        return [], 'only the application knows what its variables mean'
    above = _spelled(spelling, above, folders)
    seen = folders.names(_written(Shape(spelling.kind, spelling.parts + above)))
    sequence = sequence_of(name, numbered)
    if sequence is None or (sequence.number is None and name in (seen or ())):
        names = _spelled(spelling, above + (name,), folders)[-1:]
        if seen is not None and seen.get(names[0]):
            return [], 'it is a folder'
        if _UNKNOWN.search(name) and names[0] not in (seen or ()):
            return [], 'only the application knows what its variables mean'
    elif _UNKNOWN.search(sequence.before + sequence.after):
        return [], 'only the application knows what its variables mean'
    elif seen is None:
        names = guessed(sequence, frames)
    else:
        names = [one for one in members(sequence, sorted(seen)) if not seen[one]]
    return ['/'.join(above + (one,)) for one in names], None


# -- helper jobs -----------------------------------------------------------------------------------

# What is to be done for one root. cover: None, or the frames of a frame-dependent render;
# names: root-relative, of scope "assets"; key: what helpers that may be shared have in common.
Plan = collections.namedtuple('Plan', 'root verb scope parts cover names pool group key')
# One job of a plan. line: its command line, as a function of the job's id that it waits for.
Step = collections.namedtuple('Step', 'name title line pool group parts')

TITLES = {'refresh': 'refresh', 'evict': 'release', 'hydrate': 'bring in'}


def scope_of(settings, root):
    """Return the scope for a root; raise Problem when what it needs is not set."""
    lacking = [word for word, value in (
        ('Caches', root.cache), ('CachePaths', root.cache_path), ('FilerPaths', root.filer_path),
        ('FilerPool or FilerGroup', root.filer_pool or root.filer_group)) if not value]
    if settings['Scope'] == 'automatic':
        return 'root' if lacking else 'changed'
    if settings['Scope'] == 'changed' and lacking:
        raise Problem('Scope is "changed", and for the root %s nothing says %s'
                      % (root.label, ' and '.join(lacking)))
    return settings['Scope']


def _place(wish, own, fitting):
    """Return the pool or group of a helper: as set, else the render's where it has the cache."""
    if wish:
        return wish
    for name in own:
        if name and (not fitting or name.lower() in fitting):
            return name
    return fitting[0] if fitting else ''


def plan_for(root, settings, scope, names, cover, pools, group):
    """Return the Plan of a root."""
    parts = 1 if cover else settings['Shards']
    if scope == 'assets':
        parts = max(1, min(parts, len(names)))
    pool = _place(root.helper_pool, pools, root.pools)
    group = _place(root.helper_group, [group], root.groups)
    alike = [root[:3] + root[4:7], verb_of(settings), scope, parts, bool(cover), pool, group,
             root.filer_pool, root.filer_group, sorted(names)]
    alike += [settings[key] for key in ('CommandPath', 'RefreshTimeout', 'StallTimeout',
                                        'FailurePolicy', 'HelperLimits', 'HelperPriority')]
    key = hashlib.sha256(json.dumps(alike).encode('ascii')).hexdigest()[:12]
    return Plan(root, verb_of(settings), scope, parts, cover, tuple(names), pool, group, key)


def steps_of(plan, settings, ident):
    """Return the Steps of a plan, in their order; each waits for the one before it.

    ident: hex that nobody else has drawn. The step called "refresh" is what renders wait for.
    """
    refresh = Step('refresh', '%s %s' % (TITLES[plan.verb], plan.root.label),
                   lambda _after: refresh_line(plan, settings, ident),
                   plan.pool, plan.group, plan.parts)
    if plan.scope != 'changed':
        return [refresh]
    filer = (plan.root.filer_pool, plan.root.filer_group, 1)
    steps = [Step('scan', 'what changed in %s' % plan.root.label,
                  lambda _after: scan_line(plan, settings, ident), *filer), refresh]
    # Hydrate alone leaves stale files as they are: the baseline has to remember them.
    if plan.verb != 'hydrate':
        steps.append(Step('last', 'what is fresh in %s' % plan.root.label,
                          lambda shards: last_line(plan, settings, ident, shards), *filer))
    return steps


def refresh_line(plan, settings, ident):
    """Return the command line of the shards: one shell command, the same for all of them."""
    words = ['sudo', '-n', settings['CommandPath'], plan.verb, plan.root.word]
    part = '1/1'
    if plan.cover is None:
        part = '<STARTFRAME>/%d' % plan.parts
        words += ['--shard', part]
    for option, key in (('--timeout', 'RefreshTimeout'), ('--stall-timeout', 'StallTimeout')):
        if settings[key]:
            words += [option, str(settings[key])]
    if plan.scope == 'root':
        words.append('-r')
    else:
        words += ['--missing-ok', '--from', '-', '-0', '<']
        words.append('"<AUXFILE0>"' if plan.scope == 'assets' else quoted(
            '%s/%s/%s.changes' % (plan.root.cache_path.rstrip('/'), FOLDER, ident)))
    line = '%s && echo %s %s %s' % (' '.join(words), COMPLETE, ident, part)
    # What was skipped is dirty or in use, so that here is nothing fresher to have.
    return line + (_GO_ON if _is_lenient(settings) else ' || test $? -eq 3')


def scan_line(plan, settings, ident):
    """Return the command line of the scan, which needs no sudo."""
    line = '%s scan %s --cache %s --list %s' % (
        settings['CommandPath'], quoted(plan.root.filer_path), plan.root.cache, ident)
    return line + (_GO_ON if _is_lenient(settings) else '')


_GO_ON = ' || echo file-cache: exit status $?, the render goes on with what the cache holds'


def _is_lenient(settings):
    return settings['FailurePolicy'] == 'lenient'


def last_line(plan, settings, ident, shards):
    """Return the command line of the last step; shards: id of the job that it judges."""
    return '%s -ExecuteScriptNoGui "<AUXFILE0>" last-step %s %s %s %s %d' % (
        quoted(settings['DeadlineCommand']), quoted(plan.root.filer_path), plan.root.cache, ident,
        shards, plan.parts)


def job_info(step, plan, settings, batch, user, department, after=None):
    """Return the job info of a step as pairs; after: id of the job that it waits for.

    Everything is said here: nothing is copied from the render but where it runs and whose it is
    (deadline 94, 105).
    """
    if step.name == 'refresh' and plan.cover:
        frames, chunk = '%d-%d' % plan.cover, plan.cover[1] - plan.cover[0] + 1
    else:
        frames, chunk = '1-%d' % step.parts, 1
    pairs = [('Plugin', 'CommandLine'), ('Name', 'File cache: ' + step.title),
             ('BatchName', batch), ('UserName', user), ('Department', department),
             ('Pool', step.pool), ('Group', step.group), ('Priority', settings['HelperPriority']),
             ('LimitGroups', ','.join(settings['HelperLimits'])), ('Frames', frames),
             ('ChunkSize', chunk), ('ConcurrentTasks', 1), ('MachineLimit', 0),
             ('OnJobComplete', 'Nothing'), ('EventOptIns', NAME),
             ('OverrideTaskFailureDetection', True), ('FailureDetectionTaskErrors', 3),
             ('OverrideJobFailureDetection', True),
             ('FailureDetectionJobErrors', 3 * step.parts)]
    if after:
        lenient = _is_lenient(settings) and step.name == 'refresh'
        pairs += [('JobDependencies', after), ('ResumeOnCompleteDependencies', True),
                  ('ResumeOnDeletedDependencies', lenient),
                  ('ResumeOnFailedDependencies', lenient)]
    extra = ((GENERATED, True), (STEP, step.name), (ROOT, plan.root.label), (KEY, plan.key))
    pairs += [('ExtraInfoKeyValue%d' % number, '%s=%s' % pair)
              for number, pair in enumerate(extra)]
    return [(key, one_line(value)) for key, value in pairs if value != '']


def plugin_info(line):
    """Return the plugin info of a step: with ShellExecute, since else nothing is captured (72)."""
    return [('Shell', 'default'), ('ShellExecute', True), ('SingleFramesOnly', False),
            ('StartupDirectory', ''), ('Executable', ''), ('Arguments', line)]


def file_text(pairs):
    """Return the bytes of a job file, as Deadline's own submitters write them (63)."""
    text = ''.join('%s=%s\r\n' % pair for pair in pairs)
    return b'\xff\xfe' + text.encode('utf-16-le', 'replace')


# -- the last step of scope "changed" --------------------------------------------------------------


def complete_parts(logs, ident):
    """Return the numbers of the parts whose reports say that nothing was left out.

    The command line, which reports show too, holds the same words, but not at the end of a line.
    """
    pattern = re.compile(r'%s %s (\d+)/\d+[ \t\r]*$' % (COMPLETE, ident), re.MULTILINE)
    return {int(number) for log in logs for number in pattern.findall(log or '')}


def last_step(folder, cache, ident, shards, parts):
    """Make the scan the new baseline when every part reported all its files as fresh.

    In doubt the old one stays, and the next scan finds the same files again.
    """
    reports = RepositoryUtils.GetJobReports(shards).GetAllReports()
    logs = [RepositoryUtils.GetJobReportLog(report) for report in reports]
    lacking = set(range(1, int(parts) + 1)) - complete_parts(logs, ident)
    place = os.path.join(folder, FOLDER)
    manifest = os.path.join(place, ident + '.manifest')
    if lacking:
        print('file-cache: the baseline stays as it was: not all files of part %s are fresh'
              % ', '.join(map(str, sorted(lacking))))
        os.remove(manifest)
    else:
        os.replace(manifest, os.path.join(place, cache + '.manifest'))
        print('file-cache: the baseline of %s is what was scanned for %s' % (cache, ident))
    os.remove(os.path.join(place, ident + '.changes'))


def __main__(*args):
    """Called by deadlinecommand -ExecuteScriptNoGui; it returns nothing (deadline 132)."""
    if len(args) != 6 or args[0] != 'last-step':
        raise Problem('this script is called as: last-step FOLDER CACHE ID JOB PARTS')
    last_step(*args[1:])


# -- Deadline --------------------------------------------------------------------------------------


class Farm(object):
    """Deadline's calls, as long as the time budget lasts: an artist waits for them."""

    def __init__(self, seconds, clock=time.monotonic):
        self._seconds = seconds
        self._clock = clock
        self._ends = clock() + seconds

    @property
    def left(self):
        return self._ends - self._clock()

    def do(self, call, *words):
        if self.left <= 0:
            raise Problem('the time budget of %d s was used up' % self._seconds)
        return call(*words)

    def job(self, job_id):
        """Return a fresh copy of a job, None when it is gone."""
        return self.do(RepositoryUtils.GetJob, job_id, True)

    def is_unstarted(self, job_id):
        """Whether a job waits for its first task to begin."""
        job = self.job(job_id)
        if job is None or status_of(job) not in ('Active', 'Pending'):
            return False
        tasks = self.do(RepositoryUtils.GetJobTasks, job, True).TaskCollectionAllTasks
        return all(str(task.TaskStatus) in ('Queued', 'Pending') for task in tasks)

    def withdraw(self, jobs):
        """Delete jobs that were just submitted and that nobody waits for."""
        for job_id in reversed(jobs):
            job = RepositoryUtils.GetJob(job_id, True)
            if job is not None:
                RepositoryUtils.DeleteJob(job)


def status_of(job):
    return str(job.JobStatus)


def extra_info(job, key):
    return str(job.GetJobExtraInfoKeyValueWithDefault(key, '') or '')


def is_generated(job):
    return extra_info(job, GENERATED).lower() == 'true'


# jobs: ids of all its steps; starts_with: the one whose start closes it; wait_for: what a render
# depends on; cover: None, or the frames that it covers; settled: whether it is there to stay.
Helper = collections.namedtuple('Helper', 'wait_for starts_with jobs cover settled')


class Board(object):
    """Which helpers are open, in the plugin's metadata, each under a key of its own (25).

    Two submissions at once end with one helper, whatever their order (Lamport's bakery): each
    says that it is choosing before it looks. One that saw none posts its own, waits until all that
    were choosing have chosen, and looks again: the lowest job id is there to stay, the others are
    withdrawn. Nobody waits for a helper that is not settled, since it may yet be withdrawn.
    """

    STALE = 600
    PAUSE = 0.2

    def __init__(self, store, farm, sleep=time.sleep):
        """store: what has the metadata calls of a listener."""
        self._store = store
        self._farm = farm
        self._sleep = sleep

    def claim(self, key):
        """Say that somebody is choosing; return the name of the entry."""
        name = 'claim_%s_%s' % (key, uuid.uuid4().hex)
        self._farm.do(self._store.AddMetaDataEntry, name, str(int(time.time())))
        return name

    def take_off(self, name):
        self._store.DeleteMetaDataEntry(name)

    def post(self, plan, helper):
        """Make a helper known."""
        self._farm.do(self._store.AddMetaDataEntry, _entry(plan, helper), _value(plan, helper))

    def wins(self, plan, mine):
        """Whether a posted helper is there to stay; else it is taken off."""
        self._wait(lambda: not self._choosing(plan.key))
        settled, contested = self.look(plan)
        if settled is None and all(mine.wait_for <= other.wait_for for other in contested):
            self.settle(plan, mine)
            return True
        self.take_off(_entry(plan, mine))
        return False

    def settle(self, plan, mine):
        """Say that a posted helper is there to stay; its start may have taken it off already."""
        name = _entry(plan, mine)
        try:
            self._farm.do(self._store.UpdateMetaDataEntry, name,
                          _value(plan, mine._replace(settled=True)))
        except Exception:
            if self._entries(name):
                raise

    def look(self, plan):
        """Return (the open Helper that serves a plan or None, [those that are not settled])."""
        settled, contested = [], []
        for name, helper in self._helpers('helper_%s_' % plan.key):
            if not _covers(helper.cover, plan.cover):
                continue
            if not (self._farm.is_unstarted(helper.starts_with)
                    and self._farm.is_unstarted(helper.wait_for)):
                self.take_off(name)
            else:
                (settled if helper.settled else contested).append(helper)
        return min(settled, key=lambda one: one.wait_for) if settled else None, contested

    def outcome(self, plan):
        """Return the Helper that others have settled on, None when they left nothing."""
        looks = []

        def _is_decided():
            looks.append(self.look(plan))
            settled, contested = looks[-1]
            return settled or not contested
        self._wait(_is_decided)
        return looks[-1][0]

    def _wait(self, is_over):
        """Wait for what others do; one that died in the middle of it is left behind."""
        until = self._farm.left / 2
        while not is_over() and self._farm.left > until:
            self._sleep(self.PAUSE)

    def _choosing(self, key):
        found = False
        for name, value in self._entries('claim_%s_' % key):
            if not value.isdigit() or abs(time.time() - int(value)) > self.STALE:
                self.take_off(name)
            else:
                found = True
        return found

    def forget(self, job_id, key):
        """Take off the helpers that a job belongs to."""
        for name, helper in self._helpers('helper_%s_' % key):
            if job_id in helper.jobs:
                self.take_off(name)

    def _helpers(self, prefix):
        for name, value in self._entries(prefix):
            try:
                found = json.loads(value)
                yield name, Helper(*(found[field] for field in Helper._fields))
            except (ValueError, KeyError, TypeError):
                self.take_off(name)

    def _entries(self, prefix):
        entries = self._farm.do(RepositoryUtils.GetEventPluginConfigMetaDataDictionary, NAME)
        names = [] if entries is None else list(getattr(entries, 'Keys', None) or entries)
        return [(str(name), str(entries[name])) for name in names if str(name).startswith(prefix)]


def _entry(plan, helper):
    return 'helper_%s_%s' % (plan.key, helper.wait_for)


def _value(plan, helper):
    return json.dumps(dict(helper._asdict(), root=plan.root.label, made=int(time.time())))


def _covers(have, wanted):
    """Whether a helper of these frames is one for a render of those (D10)."""
    if have is None or wanted is None:
        return have is wanted
    return have[0] <= wanted[0] and wanted[1] <= have[1]


class Helpers(object):
    """Finds or submits the helper of a plan."""

    def __init__(self, farm, board, settings, batch, user, department):
        self._farm = farm
        self._board = board
        self._settings = settings
        self._whose = (batch, user, department)

    def obtain(self, plan):
        """Return the id of the job that a render has to wait for."""
        claim = self._board.claim(plan.key)
        try:
            found, contested = self._board.look(plan)
            mine = None if found or contested else self._submit(plan)
        finally:
            self._board.take_off(claim)
        if found is None and mine is not None:
            if self._board.wins(plan, mine):
                return mine.wait_for
            self._farm.withdraw(mine.jobs)
        found = found or self._board.outcome(plan)
        if found is None:
            found = self._submit(plan)
            self._board.settle(plan, found)
        return found.wait_for

    def _submit(self, plan):
        """Submit the jobs of a plan and make them known, or leave nothing behind."""
        steps = steps_of(plan, self._settings, uuid.uuid4().hex[:16])
        jobs = []
        try:
            for step in steps:
                jobs.append(self.submit(step, plan, jobs[-1] if jobs else None))
            shards = [step.name for step in steps].index('refresh')
            helper = Helper(jobs[shards], jobs[0], jobs, plan.cover, False)
            self._board.post(plan, helper)
        except Exception:
            self._farm.withdraw(jobs)
            raise
        return helper

    def submit(self, step, plan, after=None):
        """Submit one job, which waits for another one; return its id."""
        folder = tempfile.mkdtemp(prefix='file-cache-', dir=ClientUtils.GetDeadlineTempPath())
        try:
            files = self._write(folder, step, plan, after)
            return str(self._farm.do(RepositoryUtils.SubmitJob, files).JobId)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _write(self, folder, step, plan, after):
        """Write the files of a step; return their names, as SubmitJob takes them."""
        texts = [(step.name + '.job', file_text(job_info(step, plan, self._settings, *self._whose,
                                                         after=after))),
                 (step.name + '.plugin', file_text(plugin_info(step.line(after))))]
        if step.name == 'refresh' and plan.scope == 'assets':
            texts.append(('names.list', b''.join(
                name.encode('utf-8', 'surrogatepass') + b'\0' for name in plan.names)))
        files = []
        for name, text in texts:
            files.append(os.path.join(folder, name))
            with open(files[-1], 'wb') as stream:
                stream.write(text)
        if step.name == 'last':
            files.append(_own_file())
        return files


def _own_file():
    """Return this file as the submitter sees it; over an RCS there may be no share (deadline 8)."""
    path = os.path.join(str(RepositoryUtils.GetEventPluginDirectory(NAME)), NAME + '.py')
    if os.path.isfile(path):
        return path
    return str(RepositoryUtils.GetRepositoryFilePath('events/%s/%s.py' % (NAME, NAME), True))


class Render(object):
    """A job that waits for its helpers and writes its frames back."""

    def __init__(self, host, job):
        """host: the listener, or what has its calls for settings, metadata and log lines."""
        self._host = host
        self._job = job
        self._settings, self._problems = read_settings(host.GetConfigEntryWithDefault)
        self._roots, more = roots_of(self._settings)
        self._problems += more
        self._farm = Farm(self._settings['TimeBudget'])
        self._said = []
        self._held = False

    @property
    def settings(self):
        return self._settings

    @property
    def roots(self):
        return self._roots

    def make_ready(self):
        """Do all that a job needs before it starts; what goes wrong is decided by the policy."""
        if not self._settings['Paths'] and not self._problems:
            return
        try:
            info, plugin = self._files()
            found = touched(info, plugin, self._job.JobOutputDirectories or ())
            reached = self._reached(found)
            if not reached and not any(text.startswith('Paths') for text in self._problems):
                return
            helpers, failure = self._helpers(reached, found, info)
            if reached:
                self._save(reached, helpers)
            if failure:
                raise failure
            self._say_done(reached, helpers)
        except Exception as problem:  # pylint: disable=broad-except
            self._give_up(problem)

    def _files(self):
        """Return the job's own files, as Deadline writes them (deadline 57).

        Lines that Deadline does not know, like AWSAssetFile0, are only among the job's keys.
        """
        folder = tempfile.mkdtemp(prefix='file-cache-', dir=ClientUtils.GetDeadlineTempPath())
        try:
            names = [os.path.join(folder, name) for name in ('job', 'plugin')]
            self._farm.do(RepositoryUtils.CreateJobSubmissionFiles, self._job, *names)
            found = []
            for name in names:
                with open(name, 'rb') as stream:
                    found.append(JobFile.parse(stream.read()))
            found[0].add((str(key), str(self._job.GetJobInfoKeyValue(key) or ''))
                         for key in self._job.GetJobInfoKeys() or ())
            return found
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _reached(self, found):
        """Return the roots that the job touches and can run on."""
        reached = []
        for text in found.outputs + found.assets + found.others:
            match = root_of(text, self._roots)
            if match and match[0] not in reached and runs_on(match[0], self._pools, self._group):
                reached.append(match[0])
        return reached

    def _helpers(self, reached, found, info):
        """Return (ids of the helpers to wait for, None or what went wrong)."""
        if self._problems:
            return [], Problem('a setting of %s is wrong: %s' % (NAME, '; '.join(self._problems)))
        if verb_of(self._settings) is None:
            return [], None
        ids = []
        try:
            plans = self._plans(reached, found, info)
            if plans:
                self._hold()
            helpers = self._finder()
            for plan in plans:
                ids.append(helpers.obtain(plan))
        except Exception as problem:  # pylint: disable=broad-except
            return ids, problem
        return ids, None

    def _finder(self):
        return Helpers(self._farm, Board(self._host, self._farm), self._settings, self._batch(),
                       str(self._job.JobUserName or ''), str(self._job.JobDepartment or ''))

    def submit_one(self, root, name, title, line):
        """Submit one task that runs this line where the root's cache is; return the job's id."""
        plan = plan_for(root, self._settings, 'root', (), None, self._pools, self._group)
        step = Step(name, title, lambda _after: line, plan.pool, plan.group, 1)
        return self._finder().submit(step, plan)

    @property
    def _pools(self):
        return [str(self._job.JobPool or ''), str(self._job.JobSecondaryPool or '')]

    @property
    def _group(self):
        return str(self._job.JobGroup or '')

    def _plans(self, reached, found, info):
        frames = frames_of(str(self._job.JobFrames or info.get('Frames')))
        cover = None
        if self._job.JobIsFrameDependent:
            offsets = [info.get('FrameDependencyOffset' + end, '0') for end in ('Start', 'End')]
            cover = cover_of(frames, *(int(text) if re.match(r'-?\d+\Z', text) else 0
                                       for text in offsets))
        listed = None
        plans = []
        for root in reached:
            scope, names = scope_of(self._settings, root), ()
            if scope == 'assets':
                listed = self._listed(found, frames) if listed is None else listed
                names = listed.get(root.label, ())
            if names or scope != 'assets':
                plans.append(plan_for(root, self._settings, scope, names, cover, self._pools,
                                      self._group))
        return plans

    def _listed(self, found, frames):
        """Return {label of a root: names below it that the job lists}."""
        folders = Folders(min(LIST_SECONDS, self._farm.left / 2))
        listed, left = {}, []
        for texts, numbered in ((found.assets, True), (found.others, False)):
            for text in texts:
                match = root_of(text, self._roots)
                if match is None:
                    if numbered and _UNKNOWN.search(text):
                        left.append((text, 'only the application knows what its variables mean'))
                    continue
                root, spelling, parts = match
                names, why = listed_files(spelling, parts, frames, folders, numbered)
                listed.setdefault(root.label, {}).update(dict.fromkeys(names))
                if why and numbered:
                    left.append((text, why))
        if any(len(names) > MOST_NAMES for names in listed.values()):
            raise Problem('the job lists more than %d files' % MOST_NAMES)
        if left:
            self._said.append('not refreshed: %s (%s)%s' % (
                left[0] + (' and %d more' % (len(left) - 1) if len(left) > 1 else '',)))
        return {label: sorted(names) for label, names in listed.items()}

    def _hold(self):
        """Keep workers off the job while its helpers are made (deadline 82)."""
        if status_of(self._job) == 'Active':
            self._held = self._pend(self._job)

    def _pend(self, job):
        pend = getattr(RepositoryUtils, 'PendJob', None)
        if pend is None:
            self._host.LogWarning('%s: there is no PendJob here, so a worker may start job %s '
                                  'before the next pending scan' % (NAME, job.JobId))
            return False
        self._farm.do(pend, job)
        return True

    def _batch(self):
        return one_line(self._job.JobBatchName or '%s Batch' % self._job.JobName)

    def _save(self, reached, helpers):
        """Change only our own fields, on a fresh copy, and see that they were kept (60).

        The job at hand has them too: another plugin may save it after us.
        """
        fresh = self._farm.job(self._job.JobId)
        if fresh is None:
            raise Problem('the job is gone')
        lost = False
        for job in (self._job, fresh):
            lost = self._change(job, reached, helpers) or lost
        self._farm.do(RepositoryUtils.SaveJob, fresh)
        kept = self._farm.job(self._job.JobId)
        if not (set(helpers) <= set(dependencies(kept))
                and str(kept.JobPostTaskScript or '') == str(fresh.JobPostTaskScript or '')):
            raise Problem('Deadline did not keep what was saved')
        if lost:
            self._said.append('overrides of its own dependencies could not be kept')
        if helpers and status_of(kept) in ('Active', 'Pending'):
            self._pend(kept)

    def _change(self, job, reached, helpers):
        """Set our fields; return whether an override of a dependency was lost."""
        lost = False
        before = dependencies(job)
        earlier = extra_info(job, HELPERS).split(',')
        wanted = [job_id for job_id in before if job_id not in earlier or job_id in helpers]
        wanted += [job_id for job_id in helpers if job_id not in wanted]
        if wanted != before:
            lost = set_dependencies(job, wanted)
        if helpers:
            job.JobBatchName = self._batch()
        script = self._settings['PostTaskScript'].replace('\\', '/')
        present = str(job.JobPostTaskScript or '')
        told = [(ROOTS, ','.join(one_line(root.label) for root in reached)),
                (HELPERS, ','.join(helpers))]
        # Whoever replaced our script later meant it (D14): it is not put back.
        if script and not extra_info(job, OUR_SCRIPT):
            if present and present.replace('\\', '/') != script:
                told.append((USER_SCRIPT, present))
            job.JobPostTaskScript = script
            told += [(OUR_SCRIPT, script), (WAIT, self._settings['WriteBackTimeout']),
                     (POLICY, self._settings['WriteBackPolicy'])]
        for key, value in told:
            job.SetJobExtraInfoKeyValue(key, str(value))
        return lost

    def _say_done(self, reached, helpers):
        parts = ['roots %s' % ', '.join(root.label for root in reached)]
        if helpers:
            parts.append('waits for %s' % ', '.join(helpers))
        text = one_line('; '.join(parts + self._said))
        self._host.LogInfo('%s: job %s: %s' % (NAME, self._job.JobId, text))
        if helpers or self._said:
            self._note('file cache: ' + text)

    def _note(self, text):
        RepositoryUtils.AddJobHistoryEntry(self._job.JobId, one_line(text))

    def _give_up(self, problem):
        """Let the policy decide about a job that could not be made ready."""
        text = one_line('file cache: %s' % problem)
        self._host.LogWarning('%s: job %s: %s' % (NAME, self._job.JobId, text))
        if _is_lenient(self._settings):
            self._note(text + '; the render goes on with what the cache holds')
            if self._held and not dependencies(self._job):
                RepositoryUtils.ReleasePendingJob(self._job)
            return
        fresh = RepositoryUtils.GetJob(self._job.JobId, True)
        comment = ' '.join(filter(None, [str(fresh.JobComment or ''), text]))
        for job in (self._job, fresh):
            job.JobComment = comment
        RepositoryUtils.SaveJob(fresh)
        if status_of(fresh) != 'Suspended':
            RepositoryUtils.SuspendJob(fresh)
        self._note(text + '; the job is suspended')


_OVERRIDES = ('Notes', 'OverrideFrameOffsets', 'StartOffset', 'EndOffset', 'IgnoreFrameOffsets',
              'OverrideResumeOn', 'ResumeOnComplete', 'ResumeOnDeleted', 'ResumeOnFailed',
              'ResumeOnPercentageCompleted', 'ResumeOnPercentageValue')


def dependencies(job):
    return [str(job_id) for job_id in job.JobDependencyIDs or ()]


def _overrides(job):
    return {str(one.JobID): {name: getattr(one, name) for name in _OVERRIDES if hasattr(one, name)}
            for one in job.JobDependencies or ()}


def set_dependencies(job, ids):
    """Set what a job waits for; return whether an override of one that it keeps was lost.

    Setting the ids makes the list anew, without its overrides (deadline 52).
    """
    before = {job_id: values for job_id, values in _overrides(job).items() if job_id in ids}
    job.SetJobDependencyIDs(ids)
    made = list(job.JobDependencies or ())
    for one in made:
        for name, value in before.get(str(one.JobID), {}).items():
            setattr(one, name, value)
    # Not every version has it; where the list holds the objects themselves, none is needed.
    if before and hasattr(job, 'SetJobDependencies'):
        job.SetJobDependencies(made)
    after = _overrides(job)
    return any(after.get(job_id) != values for job_id, values in before.items())


class FileCacheHandlerListener(DeadlineEventListener):
    """What Deadline calls. Nothing here raises: an event must not stop what it tells of."""

    def __init__(self):
        # From 10.3 on nothing works without, and it has to come first (deadline 38).
        super().__init__()
        self.OnJobSubmittedCallback += self.OnJobSubmitted
        self.OnJobRequeuedCallback += self.OnJobRequeued
        self.OnJobResumedCallback += self.OnJobResumed
        self.OnJobStartedCallback += self.OnJobStarted
        self.OnJobFinishedCallback += self.OnJobFinished
        self.OnJobDeletedCallback += self.OnJobDeleted

    def Cleanup(self):
        del self.OnJobSubmittedCallback
        del self.OnJobRequeuedCallback
        del self.OnJobResumedCallback
        del self.OnJobStartedCallback
        del self.OnJobFinishedCallback
        del self.OnJobDeletedCallback

    def OnJobSubmitted(self, job):
        self._safely(job, self._make_ready)

    def OnJobRequeued(self, job):
        self._safely(job, self._again, 'RefreshOnRequeue')

    def OnJobResumed(self, job):
        self._safely(job, self._again, 'RefreshOnResume')

    def OnJobStarted(self, job):
        self._safely(job, self._close)

    def OnJobFinished(self, job):
        self._safely(job, self._close)
        self._safely(job, self._look_at_script)

    def OnJobDeleted(self, job):
        self._safely(job, self._close)

    def _safely(self, job, call, *words):
        try:
            call(job, *words)
        except Exception as problem:  # pylint: disable=broad-except
            self.LogWarning('%s: job %s: %s' % (NAME, job.JobId, one_line(problem)))

    def _make_ready(self, job):
        if not is_generated(job):
            Render(self, job).make_ready()

    def _again(self, job, setting):
        """Refresh for a job that was made ready before: its inputs may have changed since."""
        if is_generated(job) or not extra_info(job, ROOTS):
            return
        render = Render(self, job)
        if render.settings[setting]:
            render.make_ready()

    def _close(self, job):
        """A helper that has begun serves no later submission: what changed since, it may miss."""
        if is_generated(job):
            settings, _problems = read_settings(self.GetConfigEntryWithDefault)
            Board(self, Farm(settings['TimeBudget'])).forget(str(job.JobId), extra_info(job, KEY))

    def _look_at_script(self, job):
        """Say it when another tool took our script away: then nothing was written back (D14)."""
        ours, present = extra_info(job, OUR_SCRIPT), str(job.JobPostTaskScript or '')
        if ours and not is_generated(job) and present.replace('\\', '/') != ours:
            RepositoryUtils.AddJobHistoryEntry(job.JobId, one_line(
                'file cache: the post task script %s was replaced by %s, so tasks did not write '
                'their frames back; the sweep saves what they left' % (ours, present or 'none')))


def GetDeadlineEventListener():
    """Called by Deadline to get an instance of the listener."""
    return FileCacheHandlerListener()


def CleanupDeadlineEventListener(listener):
    """Called by Deadline when it is done with the listener."""
    listener.Cleanup()
