# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is the right cache mounted at a folder, and does it answer? Everything with an end."""

import collections
import errno
import os
import socket

from ..hsm.answers import Stuck
from ..hsm.errors import Refused
from ..hsm.escape import escape
from . import diagnosis, instances, mountinfo
from .causes import EMPTY
from .questions import ask

# mount: the Mount, or None; fsname, instance: text, '' when not known; entries: how many names
# the folder shows (as far as MOST_NAMES), None when it was not listed; written: whether the
# write test was done; warnings: sentences; diagnosis: None when all is well.
Probe = collections.namedtuple(
    'Probe', 'mount fsname instance entries written warnings diagnosis')

SECONDS = 30
MOST_NAMES = 1000
# This folder is never moved by the engine, so what a killed test leaves is never archived.
_TEST_FOLDER = b'.file-cache'
_TEST = b'renderfarm.file_cache probe\n'


def probe(programs, point, expect='', write_test=False, seconds=SECONDS):
    """Look at the mount at a folder; return Probe. An automount is entered first.

    expect: the name of the cache ('': any).
    """
    return _Look(programs, point, expect, seconds).go(write_test)


def enter(children, point, seconds):
    """Have a child open a folder, which mounts what an automount trigger stands for."""
    return ask(children, _open, point, seconds)


class _Look(object):

    def __init__(self, programs, point, expect, seconds):
        self._programs = programs
        self._children = programs.children
        self._point = point
        self._expect = expect
        self._seconds = seconds
        self._seen = dict(mount=None, fsname='', instance='', entries=None, written=False,
                          warnings=[], diagnosis=None)

    def go(self, write_test):
        if mountinfo.at(self._point) is None and mountinfo.armed(self._point):
            enter(self._children, self._point, self._seconds)
        found = self._mounted() or self._name() or self._list()
        if found is None and write_test:
            found = self._write()
        if found is None:
            self._seen['warnings'] += nid_warnings(self._programs, self._seen['mount'].source)
        return Probe(**dict(self._seen, diagnosis=found))

    def _of(self, cause, text=''):
        return diagnosis.of(cause, text, **self._known())

    def _failed(self, number, otherwise):
        return diagnosis.of_errno(number, otherwise, **self._known())

    def _known(self):
        mount = self._seen['mount']
        shown = escape(mount.source) if mount else '?'
        return dict(point=escape(self._point), source=shown, found=shown, expect=self._expect)

    def _mounted(self):
        mount = self._seen['mount'] = mountinfo.at(self._point)
        if mount is None:
            return self._of('not_mounted')
        shown = mountinfo.filesystem_of(mount.source)[0].decode('utf-8', 'replace')
        if shown and self._expect and shown != self._expect:
            return self._of('other_cache')
        return None

    def _name(self):
        try:
            answer = instances.ask_name(self._children, self._point, self._seconds)
        except Refused as problem:
            return self._of('client_missing', str(problem))
        if isinstance(answer, Stuck):
            return self._of('no_answer', answer.text)
        if not instances.is_name(answer):
            if answer.errno is None:
                return self._of('not_lustre', answer.text)
            return self._failed(answer.errno, 'not_lustre')
        self._seen['fsname'], self._seen['instance'] = answer
        if self._expect and answer[0] != self._expect:
            return self._of('other_cache')
        return None

    def _list(self):
        answer = self._ask(_count)
        if answer.errno == errno.ENODATA:
            # field-reports L15: it may mean nothing, once.
            answer = self._ask(_count)
        if answer.silent:
            return self._of('no_answer')
        if answer.errno is not None:
            return self._failed(answer.errno, 'read_error')
        self._seen['entries'] = int(answer.text)
        if answer.text == b'0':
            self._seen['warnings'].append(EMPTY % {'point': escape(self._point)})
        return None

    def _write(self):
        answer = self._ask(_write)
        if answer.silent:
            return self._of('no_answer')
        if answer.errno is not None:
            return self._failed(answer.errno, 'write_error')
        self._seen['written'] = True
        return None

    def _ask(self, function):
        return ask(self._children, function, self._point, self._seconds)


def nid_warnings(programs, source):
    """Return what is odd about the addresses that the client announces (field-reports L31)."""
    if programs.there('lctl') is None:
        return []
    done = programs.call('lctl', ('list_nids',), deadline=10)
    nids = done.out.decode('utf-8', 'replace').split()
    ours = _own_address(source)
    if done.rc != 0 or not nids or ours is None or ours in [nid.partition('@')[0] for nid in nids]:
        return []
    return ['The client announces %s, but the way to the cache leads over %s: it speaks through '
            'another interface than the one that reaches the cache. Name the right one: options '
            'lnet networks="tcp(INTERFACE)" in /etc/modprobe.d.' % (', '.join(nids), ours)]


def _own_address(source):
    """Return the address of this host on its way to the first server of a source, or None."""
    server = source.partition(b'@')[0].decode('ascii', 'replace')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            # Of a datagram socket this sends nothing. Only numbers: no name is resolved here.
            socket.inet_aton(server)
            way.connect((server, 988))
            return way.getsockname()[0]
        except OSError:
            return None


def _open(point):
    os.close(os.open(point, os.O_RDONLY | os.O_DIRECTORY))
    return b''


def _count(point):
    count = 0
    with os.scandir(point) as names:
        for _name in names:
            count += 1
            if count == MOST_NAMES:
                break
    return b'%d' % count


def _write(point):
    """Write a file and read it back."""
    folder = os.path.join(point, _TEST_FOLDER)
    try:
        os.mkdir(folder, 0o755)
    except FileExistsError:
        made = False
    else:
        made = True
    name = os.path.join(folder, b'probe.%s.%d' % (os.fsencode(socket.gethostname()), os.getpid()))
    try:
        file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            os.write(file, _TEST)
            os.fsync(file)
            if os.pread(file, len(_TEST) + 1, 0) != _TEST:
                raise OSError(errno.EIO, 'what was written reads differently')
        finally:
            os.close(file)
            os.unlink(name)
    finally:
        if made:
            os.rmdir(folder)
    return b''
