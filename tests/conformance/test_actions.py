# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H20 - H27 and V5: what hsm_action says, and what becomes of a request."""

import os
import re

import pytest
from kit.cache import CLEAN, DIRTY, RELEASED
from kit.case import case, row, rows
from kit.folder import MB, unlike

EOF = b' waiting (from 0 to EOF)'


@row('H20-noop', 'hsm_action of an idle file', 'NOOP')
def test_noop(cache, folder):
    assert cache.action(folder.new('f')) == b'NOOP'


@rows(case('H20-archive-waiting', 'an archive without a copytool', 'ARCHIVE waiting',
           verb='archive', before=0),
      case('H20-restore-waiting', 'a restore without a copytool', 'RESTORE waiting',
           verb='restore', before=RELEASED),
      case('H20-remove-waiting', 'a remove without a copytool', 'REMOVE waiting',
           verb='remove', before=CLEAN))
def test_waiting(case, cache, folder, control):
    verb, before = case.data['verb'], case.data['before']
    make = {'archive': folder.new, 'restore': folder.released, 'remove': folder.clean}[verb]
    path = make('f')
    control('copytool', 'stop')
    cache.ask(verb, path)
    assert cache.action(path) == verb.upper().encode() + EOF
    assert cache.state(path) == before
    control.copytool_up()
    cache.wait_state(path, 0 if verb == 'remove' else CLEAN)


@rows(case('H23-first', 'a first archive is looked at while it runs', '0x1, ARCHIVE running',
           make='new', verb='archive', bits=0x1),
      case('H23-again', 'a second archive is looked at while it runs', '0xb, ARCHIVE running',
           make='dirty', verb='archive', bits=DIRTY),
      case('H23-restore', 'a restore is looked at while it runs', '0xd, RESTORE running',
           make='released', verb='restore', bits=RELEASED))
def test_running(case, cache, folder, control):
    verb = case.data['verb']
    path = large(folder, case.data['make'])
    control.slow_copytool(1)
    cache.ask(verb, path)
    cache.wait_action(path, verb.upper().encode() + b' running')
    assert re.match(br'[A-Z]+ running \(\d+ bytes moved\)$', cache.action(path))
    assert cache.state(path) == case.data['bits']
    cache.wait_state(path, CLEAN, 120)


def large(folder, make, size=4 * MB):
    """A file that takes seconds at 1 MB/s."""
    if make == 'new':
        return folder.new('f', unlike(size))
    path = folder.clean('f', content=unlike(size))
    if make == 'dirty':
        folder.append(path)
    elif make == 'released':
        folder.cache.ask('release', path)
    return path


@rows(case('H22-no-copytool-archive', 'archive without a copytool', 'rc 0, waits, done later',
           off=('copytool', 'stop'), verb='archive'),
      case('H22-no-copytool-restore', 'restore without a copytool', 'rc 0, waits, done later',
           off=('copytool', 'stop'), verb='restore'),
      case('H22-disabled-archive', 'archive while the coordinator is disabled',
           'rc 0, waits, done later', off=('coordinator', 'disable'), verb='archive'),
      case('H22-disabled-restore', 'restore while the coordinator is disabled',
           'rc 0, waits, done later', off=('coordinator', 'disable'), verb='restore'))
def test_request_waits(case, cache, folder, control):
    verb = case.data['verb']
    paths = (folder.released if verb == 'restore' else folder.clean)('one', 'two')
    if verb == 'archive':
        for path in paths:
            folder.append(path)
    control(*case.data['off'])
    cache.ask(verb, *paths)
    assert {cache.action(path) for path in paths} == {verb.upper().encode() + EOF}
    control.mend()
    for path in paths:
        cache.wait_state(path, CLEAN)


@row('H24-orphan', 'the copytool is killed during an archive, and a new one started',
     'the action stays running, the new copytool does other work')
def test_orphaned_archive(cache, folder, control):
    control('coordinator', 'purge')  # without it the orphan would keep a slot for an hour
    path = large(folder, 'new', 20 * MB)
    control.slow_copytool(1)
    cache.ask('archive', path)
    cache.wait_action(path, b'ARCHIVE running')
    control('copytool', 'kill')
    try:
        assert cache.action(path).startswith(b'ARCHIVE running')
        control.copytool_up()
        other = folder.clean('other')
        assert cache.state(other) == CLEAN
        assert cache.action(path).startswith(b'ARCHIVE running')
    finally:
        control('coordinator', 'purge')


@pytest.fixture
def two_records(doubles):
    if not doubles:
        pytest.skip('this server is < 2.14: V5 holds instead')


@pytest.fixture
def one_record(doubles):
    if doubles:
        pytest.skip('this server is 2.14 or newer: H25 holds instead')


def archive_twice(cache, folder, control, by=None):
    """The second one, by another name or not, while the first one runs: of two that wait, a small
    file's first may end before its second begins, which then does nothing."""
    path = large(folder, 'new')
    if by:
        os.link(path, by)
    control.slow_copytool(1)
    cache.ask('archive', path)
    cache.wait_action(path, b'ARCHIVE running')
    cache.ask('archive', by or path)
    return cache.quiet(path, 120)


@row('H25-running', 'a second archive while the first one runs, server 2.14 or newer',
     'rc 0, ends 0xb, although nobody wrote')
def test_second_archive_spoils_the_first(cache, folder, control, two_records):
    assert archive_twice(cache, folder, control) == DIRTY


@row('H25-cure', 'such a file is archived once more', '0x9')
def test_spoilt_file_is_archived_again(cache, folder, control, two_records):
    assert archive_twice(cache, folder, control) == DIRTY
    control.mend()
    cache.ask('archive', folder('f'))
    cache.wait_state(folder('f'), CLEAN)


@row('V5-second-archive', 'a second archive while the first one runs, server before 2.14',
     'rc 0, forgotten: ends 0x9')
def test_second_archive_is_dropped(cache, folder, control, one_record):
    assert archive_twice(cache, folder, control) == CLEAN


@row('V5-waiting', 'a remove asked while an archive waits, server before 2.14',
     'rc 0, forgotten: the archive is done, 0x9')
def test_other_request_is_dropped(cache, folder, control, one_record):
    path = folder.dirty('f')
    control('copytool', 'stop')
    cache.ask('archive', path)
    cache.ask('remove', path)
    control.copytool_up()
    cache.wait_state(path, CLEAN)


@row('H25-restore', 'a restore is asked three times', 'one restore, 0x9')
def test_repeated_restore(cache, folder, control):
    path = folder.released('f')
    control('copytool', 'stop')
    for _again in range(3):
        cache.ask('restore', path)
    control.copytool_up()
    cache.wait_state(path, CLEAN)


@row('H25-same-request', 'one file twice in one archive request', 'one archive, 0x9')
def test_twice_in_one_request(cache, folder):
    path = folder.new('f')
    cache.ask('archive', path, path)
    cache.wait_state(path, CLEAN)


@row('H26-links-one-request', 'two hard links of a file in one archive request', '0x9')
def test_links_in_one_request(cache, folder):
    path = folder.new('f')
    os.link(path, folder('link'))
    cache.ask('archive', path, folder('link'))
    cache.wait_state(path, CLEAN)


@row('H26-links-two-requests', 'two hard links of a file in two archive requests',
     'one file: as H25, or V5')
def test_links_in_two_requests(cache, folder, control, doubles):
    state = archive_twice(cache, folder, control, folder('link'))
    assert state == (DIRTY if doubles else CLEAN)


def moved_away(folder, path):
    os.mkdir(folder('sub'))
    os.rename(path, folder('sub/new name'))
    return folder('sub/new name')


def renamed(folder, path):
    os.rename(path, folder('new name'))
    return folder('new name')


def linked(folder, path):
    os.link(path, folder('link'))
    return folder('link')


@rows(*[case('H26-' + word, 'a file whose archive waits is %s' % word,
             'the action shows under the new name; 0x9', act=act)
        for word, act in (('renamed', renamed), ('moved', moved_away), ('linked', linked))])
def test_identity(case, cache, folder, control):
    path = folder.new('f')
    control('copytool', 'stop')
    cache.ask('archive', path)
    there = case.data['act'](folder, path)
    assert cache.action(there) == b'ARCHIVE' + EOF
    control.copytool_up()
    cache.wait_state(there, CLEAN)


@row('H26-deleted', 'one of three files whose archives wait is deleted', 'the others are archived')
def test_deleted_while_it_waits(cache, folder, control):
    paths = [folder.new(name) for name in ('one', 'two', 'three')]
    control('copytool', 'stop')
    cache.ask('archive', *paths)
    os.unlink(paths[1])
    control.copytool_up()
    for path in (paths[0], paths[2]):
        cache.wait_state(path, CLEAN)
    assert cache.lfs('hsm_state', paths[1]).rc == 2


@rows(*[case('H37-' + verb, 'hsm_%s while the coordinator is shut down' % verb,
             'Resource temporarily unavailable, rc 11', verb=verb, make=make)
        for verb, make in (('archive', 'dirty'), ('restore', 'released'), ('remove', 'clean'),
                           ('cancel', 'clean'))])
def test_shut_down(case, cache, folder, control):
    path = getattr(folder, case.data['make'])('f')
    before = cache.state(path)
    control('coordinator', 'shutdown')
    answer = cache.lfs('hsm_' + case.data['verb'], path)
    assert (answer.rc, answer.out) == (11, b'')
    assert answer.err.endswith(b': Resource temporarily unavailable\n')
    assert (cache.state(path), cache.action(path)) == (before, b'NOOP')


@row('H37-release', 'hsm_release while the coordinator is shut down', 'works')
def test_release_while_shut_down(cache, folder, control):
    path = folder.clean('f')
    control('coordinator', 'shutdown')
    cache.ask('release', path)
    assert cache.state(path) == RELEASED


@row('H37-read', 'read of a released file while the coordinator is shut down',
     'ENODATA at once; it works when enabled')
def test_read_while_shut_down(cache, folder, control, children):
    path = folder.released('f')
    control('coordinator', 'shutdown')
    outcome = children(read, path).wait(cache.patience.limit(20))
    assert outcome.errno == 61
    control.mend()
    assert children(read, path).wait(cache.patience.limit(60)).value == folder.contents[path]


def read(path):
    with open(path, 'rb') as stream:
        return stream.read()


@row('C1-at-once', 'more slow archives than max_requests', 'that many run, no more')
def test_copies_at_once(cache, folder, control):
    at_once = int(os.environ.get('CONFORMANCE_MAX_REQUESTS', '3'))
    paths = [folder.new('f%d' % number, unlike(3 * MB)) for number in range(at_once + 3)]
    control.slow_copytool(1)
    cache.ask('archive', *paths)

    def running():
        return cache.lfs('hsm_action', *paths).out.count(b': ARCHIVE running (')

    cache.patience.until(lambda: running() == at_once, 20, lambda: '%d copies run, not %d' % (
        running(), at_once))
    seen = [running() for _look in range(5)]
    # One look is not one moment: it may count a copy that ends and the next that begins.
    assert sorted(seen)[-2] <= at_once
    for path in paths:
        cache.wait_state(path, CLEAN, 120)


@row('C2-restores-first', 'archives wait, then a restore is asked for', 'the restore goes first')
def test_restores_go_first(cache, folder, control):
    released = folder.released('released')
    slow = [folder.new('f%d' % number, unlike(3 * MB)) for number in range(8)]
    control('copytool', 'stop')
    cache.ask('archive', *slow)
    cache.ask('restore', released)
    control('copytool', 'start', '1')
    cache.wait_state(released, CLEAN, 120)
    assert any(cache.action(path) != b'NOOP' for path in slow)
    for path in slow:
        cache.wait_state(path, CLEAN, 240)
