# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cache in memory behind the interfaces of Lfs, Looker and Scout, on a clock of its own.

It knows states, actions and faults by the rows of lustre-hsm, and notes in `wrongs` whatever
an engine must never do. Time passes only in wait().
"""

import errno
import heapq
import itertools
import os

from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.answers import (
    Answer,
    Stuck,
    of_errno,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.drive import Drive
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Entry, Root
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.look import Look
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.options import Options
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.report import (
    Action,
    Ost,
    State,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import Tally

EXISTS, DIRTY, RELEASED, ARCHIVED = 1, 2, 4, 8
NEVER_RELEASE, NEVER_ARCHIVE, LOST = 16, 32, 64
CLEAN = EXISTS | ARCHIVED
GIB = 1 << 30


class File(object):
    """One inode. content, saved: versions of the bytes here and on the filer."""

    numbers = itertools.count(100)

    def __init__(self, flags=0, size=10, nlink=1, immutable=False):
        self.flags = flags
        self.size = size
        self.nlink = nlink
        self.immutable = immutable
        self.unfinished = None
        self.ino = next(self.numbers)
        self.mtime_ns = 10 ** 18
        self.content = 1
        self.saved = 1 if flags & (CLEAN | RELEASED) in (CLEAN, CLEAN | RELEASED) else 0
        self.actions = []
        self.archives = 0
        self.open_for_writing = False
        self.fails = 0
        # Refused for a reason that the bits do not show, such as another archive id (H43).
        self.refuses = False
        self.shrinks_on_release = False

    def write(self):
        self.content += 1
        self.mtime_ns += 10 ** 9
        for action in self.actions:
            action['fails'] = True
        if self.flags:
            self.flags = (self.flags & ~RELEASED) | DIRTY


class Cache(object):
    """Files by name, the coordinator, and the calls under way."""

    def __init__(self, files=(), copy_seconds=0.2, max_requests=3):
        self.files = dict(files)
        self.now = 0.0
        self.copy_seconds = copy_seconds
        self.max_requests = max_requests
        self.copytool = True
        self.coordinator = 'enabled'
        self.read_only = False
        self.old_server = False
        self.wrongs = []
        self.requests = []
        self.osts = [Ost(0, 100 * GIB, 90 * GIB), Ost(1, 100 * GIB, 90 * GIB)]
        self.on_request = None
        self._events = []
        self._number = itertools.count()
        self._queue = []

    # Time.

    def clock(self):
        return self.now

    def at(self, seconds, call, *args):
        heapq.heappush(self._events, (self.now + seconds, next(self._number), call, args))

    def wait(self, timeout):
        """Let time pass until the next thing happens, at most `timeout` seconds."""
        ends = self.now + timeout
        self._coordinate()
        if self._events and self._events[0][0] <= ends:
            self.now, _number, call, args = heapq.heappop(self._events)
            call(*args)
        else:
            self.now = ends
        return True

    # The coordinator.

    def _coordinate(self):
        if not self.copytool or self.coordinator != 'enabled':
            return
        running = sum(1 for action in self._queue if action['running'])
        # C2: restores first; H27: what cannot be delivered keeps its slot.
        self._queue.sort(key=lambda action: action['verb'] != 'RESTORE')
        for action in self._queue:
            if running >= self.max_requests:
                return
            if not action['running']:
                running += 1
                action['running'] = True
                stays = action['file'].immutable and action['verb'] == 'ARCHIVE'
                if not stays and not action.get('frozen'):
                    self.at(self.copy_seconds, self._end, action)

    def _end(self, action):
        if action not in self._queue:
            return
        self._queue.remove(action)
        subject = action['file']
        subject.actions.remove(action)
        failed = action['fails'] or subject.fails > 0
        subject.fails = max(0, subject.fails - 1)
        if action['verb'] == 'RESTORE':
            if not failed:
                subject.flags &= ~RELEASED
                subject.size = subject.__dict__.pop('true_size', subject.size)
        elif not failed:
            subject.flags = (subject.flags & ~(DIRTY | LOST)) | CLEAN
            subject.saved = subject.content
        elif action['doubled']:
            subject.flags |= DIRTY

    def _queue_up(self, verb, subject):
        if subject.actions and (self.old_server or verb == 'RESTORE'):
            return
        action = {'verb': verb, 'file': subject, 'running': False, 'fails': False,
                  'doubled': bool(subject.actions)}
        if action['doubled']:
            # Between hosts no lock exists (safety rule 5).
            if not subject.actions[0].get('foreign'):
                self.wrongs.append('a second %s while one is under way' % verb)
            action['fails'] = True
        subject.actions.append(action)
        self._queue.append(action)

    def request(self, verb, names):
        """Obey a request up to the first file that is refused (H33); return errno."""
        if len(names) > 50:
            self.wrongs.append('%d files in a request' % len(names))
        self.requests.append((verb, list(names)))
        if self.on_request is not None:
            self.on_request(verb, names)
        if verb != 'release' and self.coordinator == 'stopped':
            return errno.EAGAIN
        if verb != 'restore' and self.read_only:
            return errno.EROFS
        for name in names:
            if name not in self.files:
                return errno.ENOENT
        for name in names:
            refused = getattr(self, '_' + verb)(self.files[name])
            if refused:
                return refused
        return 0

    def _archive(self, subject):
        if subject.immutable:
            self.wrongs.append('archive of an immutable file')
        flags = subject.flags
        if flags & NEVER_ARCHIVE or subject.refuses:
            return errno.EPERM
        if flags & RELEASED or flags & (CLEAN | DIRTY) == CLEAN:
            return 0
        subject.archives += 1
        subject.flags |= EXISTS
        self._queue_up('ARCHIVE', subject)
        return 0

    def archive_elsewhere(self, subject):
        """Another host asks for an archive."""
        self._archive(subject)
        for action in subject.actions:
            action['foreign'] = True

    def _restore(self, subject):
        if not subject.flags & RELEASED:
            return errno.EPERM if subject.flags & DIRTY else 0
        if subject.flags & LOST:
            return errno.EPERM
        self._queue_up('RESTORE', subject)
        return 0

    def _release(self, subject):
        if subject.actions and not subject.actions[0].get('foreign'):
            self.wrongs.append('release of a file with an action')
        flags = subject.flags
        if flags & RELEASED:
            return 0
        if subject.immutable:
            return errno.EACCES
        if subject.open_for_writing or flags & ~NEVER_ARCHIVE != CLEAN:
            return errno.EPERM
        if subject.content != subject.saved:
            self.wrongs.append('bytes were lost')
        subject.flags |= RELEASED
        if subject.shrinks_on_release:
            subject.true_size, subject.size = subject.size, 0
        return 0


class Lfs(object):
    """The calls of Lfs, each of which takes a little time."""

    SECONDS = 0.01

    def __init__(self, cache):
        self._cache = cache
        self.calls = self.requests = 0
        self.answers = {}
        self.rights = True

    def _later(self, done, answer):
        self.calls += 1
        self._cache.at(self.SECONDS, lambda: done(answer()))

    def _one(self, entry, answer):
        """answers: {name: fixed answer of state and action}."""
        if entry.rel in self.answers:
            return self.answers[entry.rel]
        subject = self._cache.files.get(entry.rel)
        return of_errno(errno.ENOENT) if subject is None else answer(subject)

    def states(self, entries, done):
        self._later(done, lambda: [self._one(
            entry, lambda subject: State(subject.flags, 1)) for entry in entries])

    def actions(self, entries, done):
        self._later(done, lambda: [self._one(entry, _action) for entry in entries])

    def request(self, verb, entries, done):
        self.requests += 1
        names = [entry.rel for entry in entries]
        if verb == 'archive' and not self.rights:
            self._later(done, lambda: Answer(errno.EPERM, 'Operation not permitted', False, {}))
            return
        self._later(done, lambda: self._answer(verb, names))

    def _answer(self, verb, names):
        number = self._cache.request(verb, names)
        return Answer(number, os.strerror(number) if number else '', False, {})

    def set_dirty(self, entries, done):
        self._later(done, lambda: self._mark([entry.rel for entry in entries]))

    def _mark(self, names):
        for name in names:
            subject = self._cache.files[name]
            if subject.flags != CLEAN or subject.actions:
                self._cache.wrongs.append('hsm_set --dirty of a file that is not plain clean')
            subject.flags |= DIRTY
        return Answer(0, '', False, {})

    def released(self, _root, data, done):
        names = [name for name, subject in self._cache.files.items() if subject.flags & RELEASED]
        self._later(done, lambda: data(names))

    def df(self, _root, done):
        self._later(done, lambda: list(self._cache.osts))

    def sync(self, call, *args, **_stop):
        answers = []
        call(*args, done=answers.append)
        while not answers:
            self._cache.wait(1)
        return answers[0]


def _action(subject):
    if not subject.actions:
        return Action(None, False, 0)
    return Action(subject.actions[0]['verb'], subject.actions[0]['running'], 0)


class Looker(object):
    def __init__(self, cache):
        self._cache = cache
        self.silent = set()

    def look(self, entries, step, done):
        self._cache.at(0.01, lambda: done([self._one(entry, step) for entry in entries]))

    def _one(self, entry, step):
        subject = self._cache.files.get(entry.rel)
        if entry.rel in self.silent:
            return Stuck('no answer')
        if subject is None:
            return of_errno(errno.ENOENT)
        return Look(subject.size, subject.mtime_ns, subject.ino, subject.nlink,
                    subject.immutable if step else None,
                    subject.unfinished if step == 'archive' else None)


class Scout(object):
    """The files of the cache as a walk finds them, some at a time."""

    def __init__(self, entries, complete=True):
        self._entries = iter(entries)
        self._next = next(self._entries, None)
        self.complete = complete
        self.error = None if complete else 'Something could not be listed.'
        self.seen = 0

    @property
    def ended(self):
        return self._next is None

    def take(self, count):
        taken = []
        while self._next is not None and len(taken) < min(count, 700):
            taken.append(self._next)
            self._next = next(self._entries, None)
        self.seen += len(taken)
        return taken

    def stop(self):
        self.complete = self.complete and self.ended


ROOTS = [Root(b'/mnt/cache', None)]


def entry_of(name, subject, root=0):
    return Entry(root, name, subject.size, subject.mtime_ns, subject.ino, subject.nlink, None)


def entries_of(cache):
    return [entry_of(name, cache.files[name]) for name in sorted(cache.files)]


class Outcome(object):
    """A finished run: its summary, and what it did."""

    def __init__(self, summary, options, lfs):
        self.summary = summary
        self.options = options
        self.lfs = lfs

    def __getattr__(self, name):
        return self.summary[name]

    @property
    def counts(self):
        """What happened, without the zeros: {'done': 3, 'skipped dirty': 1}."""
        found = {}
        for outcome, count in self.summary['outcomes'].items():
            reasons = self.summary['reasons'].get(outcome)
            if reasons:
                found.update((outcome + ' ' + reason, reasons[reason]) for reason in reasons)
            elif count:
                found[outcome] = count
        return found


def run(cache, verb, entries=None, lfs=None, looker=None, stop=None, progress=None,
        records=None, roots=None, scout=None, **words):
    """Run a verb on the model to its end, and hold the summary to its laws."""
    options = Options(verb, [b'/mnt/cache'], recursive=True, **words)
    roots = roots or ROOTS
    lfs = lfs or Lfs(cache)
    tally = Tally(options, roots, b'/mnt/cache', cache.clock)
    scout = scout or Scout(entries_of(cache) if entries is None else entries)
    drive = Drive(options, lfs, looker or Looker(cache), scout, tally, records, cache.wait,
                  cache.clock)
    summary = drive.go(progress, stop)
    if verb != 'state':
        assert sum(summary['outcomes'].values()) == summary['matched']['files']
    for states in summary['states'].values():
        assert sum(one['files'] for one in states.values()) == summary['matched']['files']
    assert cache.wrongs == []
    return Outcome(summary, options, lfs)
