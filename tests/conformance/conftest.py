# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One table of cases on one mounted cache. See README.md."""

import os
import re
import shutil
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from kit import lfs  # noqa: E402
from kit.cache import CLEAN, DIRTY, Cache  # noqa: E402
from kit.child import Blocked, Child  # noqa: E402
from kit.control import Control  # noqa: E402
from kit.fanotify import WAYS  # noqa: E402
from kit.filer import Filer  # noqa: E402
from kit.folder import MB, Folder, unlike  # noqa: E402
from kit.listener import Listener  # noqa: E402
from kit.patience import Patience  # noqa: E402


def pytest_addoption(parser):
    group = parser.getgroup('conformance')
    group.addoption('--mount', default=os.environ.get('MOUNT'), help='the mounted cache')
    group.addoption('--control', default=os.environ.get('CONTROL') or None,
                    help='the command that plays the operator of the server')
    group.addoption('--table', action='store_true', help='print the table of cases, run nothing')


def pytest_configure(config):
    config.addinivalue_line('markers', 'rows(*cases): the cases that a test shows')
    if not (config.getoption('--table') or config.getoption('collectonly')):
        why = _unusable(config.getoption('--mount'))
        if why:
            raise pytest.UsageError(why)


def _unusable(mount):
    """Why there is nothing to test, or None."""
    if os.geteuid() != 0:
        return 'run as root: rights and states are part of the table'
    if not mount or not os.path.isdir(mount):
        return '--mount (MOUNT) must name the folder of a mounted cache, not %r' % mount
    if not shutil.which('lfs'):
        return 'there is no lfs on the PATH: install the Lustre client'
    answer = lfs.run(('lfs', 'getname', mount), 60)
    if answer.rc:
        return '%s is not on Lustre: %s' % (mount, answer.err.decode('utf-8', 'replace').strip())
    return None


def pytest_generate_tests(metafunc):
    mark = metafunc.definition.get_closest_marker('rows')
    if mark is None:
        raise pytest.UsageError('%s names no row' % metafunc.definition.nodeid)
    metafunc.parametrize('case', mark.args, ids=[case.id for case in mark.args], indirect=True)


def pytest_collection_modifyitems(config, items):
    seen = set()
    for item in items:
        case = item.callspec.params['case']
        if not re.match(r'[A-Z]+[0-9]+-[a-z0-9_.-]+$', case.id) or case.id in seen:
            raise pytest.UsageError('%s: an id is ROW-word, and used once' % case.id)
        seen.add(case.id)
    items.sort(key=lambda item: _order(item.callspec.params['case'].id))
    if config.getoption('--table'):
        for item in items:
            case = item.callspec.params['case']
            print('| %s | %s | %s |' % (case.id, case.does, case.expects))
        items[:] = []


def _order(case_id):
    """By row: copies and servers (C), fanotify (F), files (H), mounts (M), versions (V)."""
    letter, number = re.match(r'([A-Z]+)([0-9]+)', case_id).groups()
    return letter, int(number)


@pytest.fixture(autouse=True)
def case(request):
    return request.param


@pytest.fixture(scope='session')
def cache(request):
    mount = os.path.realpath(request.config.getoption('--mount'))
    return _acquaint(Cache(mount, Patience(float(os.environ.get('CONFORMANCE_SLOW') or 1))))


@pytest.fixture(scope='session')
def area(cache):
    """The suite's own folder on the mount."""
    path = os.path.join(cache.mount, os.fsencode('conformance-%d-%d' % (os.getpid(), time.time())))
    os.mkdir(path)
    os.chmod(path, 0o777)
    yield path
    _remove(cache, path)


def _strict():
    """Is this a cache of which everything may be asked?"""
    return os.environ.get('CONFORMANCE_STRICT') == '1'


def _acquaint(cache):
    """Texts, speed, and whether a copy moves at all: found out once, by behaviour."""
    probe = os.path.join(cache.mount, os.fsencode('conformance-probe-%d' % os.getpid()))
    cache.look_at_texts(probe)
    with open(probe, 'wb') as stream:
        stream.write(b'probe')
    try:
        began = time.time()
        cache.ask('archive', probe)
        cache.wait_state(probe, CLEAN)
        if 'CONFORMANCE_SLOW' not in os.environ:
            cache.patience.factor = max(1.0, (time.time() - began) / 1.5)
    except AssertionError as error:
        if _strict():
            raise
        cache.unfit = 'no archive moves on this mount: %s' % error
    finally:
        os.unlink(probe)
    return cache


@pytest.fixture(scope='session')
def the_control(request, cache):
    return Control(request.config.getoption('--control'), _strict(), cache.patience)


@pytest.fixture
def control(the_control):
    """Faults of one case, mended at its end."""
    yield the_control
    the_control.mend()


@pytest.fixture(scope='session')
def doubles(the_control, cache, area):
    """V5 and H25: is a second request recorded beside the first? Asked once, by behaviour."""
    path = os.path.join(area, b'doubles')
    try:
        with open(path, 'wb') as stream:
            stream.write(unlike(4 * MB))
        the_control.slow_copytool(1)
        cache.ask('archive', path)
        cache.wait_action(path, b'ARCHIVE running')
        cache.ask('archive', path)
        return cache.quiet(path, 120) == DIRTY
    finally:
        the_control.mend()
        os.unlink(path)


@pytest.fixture
def filer(the_control, cache):
    """The backing folder, where CONTROL can show it."""
    return Filer(the_control('filer'), cache.patience)


@pytest.fixture
def second(the_control):
    """Another mount of the same cache on this host."""
    return os.fsencode(the_control('second-mount'))


@pytest.fixture
def folder(cache, area, case):
    made = Folder(cache, os.path.join(area, os.fsencode(case.id)))
    yield made
    made.mend()
    _remove(cache, made.path)


@pytest.fixture
def mount_at(cache):
    """Mounts the cache once more, by the source and the helper of the one under test."""
    with open('/proc/self/mounts', 'rb') as table:
        source = [line.split()[0] for line in table if line.split()[1] == cache.mount][-1]

    def mount(target):
        answer = lfs.run(('mount.lustre', source, target, '-o', 'rw'), cache.patience.limit(60))
        if answer.rc:
            pytest.skip('no further mount of %r can be made here: rc %d' % (source, answer.rc))

    return mount


@pytest.fixture
def third(cache, mount_at, tmp_path):
    """A mount of our own."""
    target = os.fsencode(str(tmp_path / 'third'))
    os.mkdir(target)
    mount_at(target)
    yield target
    while os.path.ismount(target):
        lfs.run(('umount', '-l', target), cache.patience.limit(30))


@pytest.fixture
def listen(cache, folder):
    """Marks a mount: listen(way, point, flags), all three as for the one under test by default.

    A way that is not taken skips the case.
    """
    made = []

    def mark(way, point=cache.mount, below=folder.path, flags=0):
        try:
            made.append(Listener(way, point, below, flags))
        except OSError as error:
            pytest.skip('this mount takes no mark of the way %s (%s)' % (way, error))
        return made[-1]

    yield mark
    for listener in made:
        listener.close()


@pytest.fixture(scope='session')
def ways(cache, area):
    """The ways to listen that this mount takes: tried, never inferred (fanotify F43)."""
    taken = []
    for way in sorted(WAYS):
        try:
            Listener(way, cache.mount, area).close()
            taken.append(way)
        except OSError:
            continue
    assert taken, 'this mount takes no mark at all'
    return taken


@pytest.fixture
def listeners(ways, listen):
    """All of them side by side: {way: Listener}."""
    return {way: listen(way) for way in ways}


@pytest.fixture
def children(cache, the_control):
    """Starts callers that may sleep in the kernel: children(function, *args). All are freed."""
    made = []

    def start(function, *args, **options):
        made.append(Child(function, *args, **options))
        return made[-1]

    def adopt(call):
        made.append(call)
        return call

    start.adopt = adopt
    yield start
    for child in made:
        child.abandon()


def _remove(cache, path):
    """Best effort, in a child: a stuck file must not stop the suite."""
    child = Child(shutil.rmtree, path, True)
    try:
        child.wait(cache.patience.limit(30))
    except Blocked:
        child.abandon()
