# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that runs `lfs`: what it may ask, and what comes of any answer (rule 2)."""

import errno
import os
import sys
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import lfs as lfs_module
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.answers import (
    Answer,
    Stuck,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Root, troubled
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import (
    Interrupted,
    Refused,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.lfs import (
    Forbidden,
    Lfs,
    find_binary,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.place import RootPlace
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.report import (
    Action,
    Failure,
    Ost,
    State,
)
from hypothesis import given
from hypothesis import strategies as st

# An `lfs` of the file system that holds the tests: the state of a file is its content.
FAKE = '''#!%s -IS
import os, sys
verb, names = sys.argv[1], [os.fsencode(name) for name in sys.argv[2:]]
known = {b"0": b"(0x00000000)", b"9": b"(0x00000009) exists archived, archive_id:1"}
status = 0
for name in names if verb in ("hsm_state", "hsm_action") else ():
    try:
        with open(name, "rb") as file:
            text = known[file.read()] if verb == "hsm_state" else b"NOOP"
        os.write(1, name + b": " + text + b"\\n")
    except OSError as error:
        status = status or error.errno
        what = b"HSM state" if verb == "hsm_state" else b"hsm action"
        os.write(2, b"lfs %%s: get %%s for '%%s' failed: %%s\\n" %% (
            verb.encode(), what, name, error.strerror.encode()))
sys.exit(status)
''' % sys.executable

SOMEWHERE = RootPlace(Root(b'/', None))


def entry(rel):
    return troubled(0, rel, None)


@pytest.fixture
def children():
    made = Children()
    yield made
    made.close()


@pytest.fixture
def mount(tmp_path):
    """An empty folder that stands for the root of a cache."""
    folder = os.path.realpath(os.fsencode(str(tmp_path / 'mount')))
    os.mkdir(folder)
    return folder


@pytest.fixture
def make(tmp_path, children, mount):
    """Return a function that makes an Lfs out of the text of a program."""
    def make_one(text, only=None, **kwargs):
        program = tmp_path / 'lfs'
        program.write_text(text)
        program.chmod(0o755)
        return Lfs(children, [Root(mount, only)], os.fsencode(str(program)), **kwargs)
    return make_one


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(text)


# The allow-list

DESIGN = {'hsm_state', 'hsm_action', 'hsm_archive', 'hsm_restore', 'hsm_release', 'hsm_set', 'find',
          'df', 'path2fid', 'getname', '--version'}


def test_the_list_is_that_of_the_design():
    assert {verb.decode() for verb in lfs_module.ALLOWED} == DESIGN
    assert lfs_module.ALLOWED[b'hsm_set'] == ((b'--dirty',),)
    for verb, options in lfs_module.ALLOWED.items():
        if verb not in (b'hsm_set', b'find'):
            assert options == ((),)


class NoChildren(object):
    """Notes what would have been started."""

    def __init__(self):
        self.started = []

    def start(self, job):
        self.started.append(job)


@pytest.fixture
def idle(mount):
    return Lfs(NoChildren(), [Root(mount, None)], b'/bin/true')


OTHER_VERBS = [
    'hsm_remove', 'hsm_clear', 'hsm_cancel', 'hsm_import', 'hsm_ingest', 'migrate', 'setstripe',
    'mkdir', 'rmfid', 'setquota', 'mirror', 'swap_layouts', 'unlink_foreign', 'rm_entry',
    'hsm_archive --filelist', 'HSM_STATE', '', 'help', 'pcc', 'project', 'getstripe', '--help']


@pytest.mark.parametrize('verb', OTHER_VERBS)
def test_any_other_verb_is_never_run(idle, verb):
    with pytest.raises(Forbidden):
        idle.call(verb.encode(), (), SOMEWHERE, None)
    assert idle._children.started == [] and idle.calls == 0


@pytest.mark.parametrize('options', [
    '', '--archived', '--exists', '--lost', '--norelease', '--noarchive', '--dirty --archived',
    '--dirty --dirty', '--archive-id 2 --dirty', '-d', '--dir', '--dirty -h'])
def test_hsm_set_is_never_run_but_with_exactly_dirty(idle, options):
    """Rule 2, H52: any other flag forges cleanliness or protects from archiving."""
    with pytest.raises(Forbidden):
        idle.call(b'hsm_set', tuple(options.encode().split()), SOMEWHERE, None)
    assert idle._children.started == []


@given(st.sampled_from(sorted(lfs_module.ALLOWED)) | st.binary(max_size=12),
       st.lists(st.sampled_from([b'--dirty', b'-0', b'--mntpath', b'--filelist', b'-exec', b'-L',
                                 b'released', b'--type', b'f', b'!', b'--lost', b'--data', b'/x']),
                max_size=6).map(tuple))
def test_what_is_not_on_the_list_is_never_run(verb, options):
    started = NoChildren()
    lfs = Lfs(started, [Root(b'/mnt', None)], b'/bin/true')
    try:
        lfs.call(verb, options, SOMEWHERE, None)
    except Forbidden:
        assert started.started == []
        assert options not in lfs_module.ALLOWED.get(verb, ())
    else:
        assert verb.decode() in DESIGN
        assert not options or (verb, options) == (b'hsm_set', (b'--dirty',)) or verb == b'find'


SHOW = '#!/bin/sh\nprintf "%s\\n" "$@" >&2; exit 9\n'


def test_what_each_question_runs(make, mount):
    """The whole command lines, and every name below a descriptor of ours."""
    lfs = make(SHOW)
    for name in (b'a', b'b'):
        write(mount + b'/' + name, b'9')
    two = [entry(b'a'), entry(b'b')]
    for verb in ('archive', 'restore', 'release'):
        assert lfs.sync(lfs.request, verb, two).text == 'hsm_%s %s/a %s/b' % (
            verb, mount.decode(), mount.decode())
    assert lfs.sync(lfs.set_dirty, two[:1]).text == 'hsm_set --dirty %s/a' % mount.decode()
    assert lfs.sync(lfs.df, 0).text == 'df %s/' % mount.decode()
    assert lfs.sync(lfs.fsname, 0).text == 'getname %s/' % mount.decode()
    assert (lfs.calls, lfs.requests) == (6, 3)


def test_the_names_are_given_below_descriptors(make, mount):
    write(mount + b'/sub/-0', b'9')
    lfs = make('#!/bin/sh\nprintf "%s|" "$@" | tr / % >&2; exit 9\n')
    assert lfs.sync(lfs.request, 'archive', [entry(b'sub/-0')]).text == (
        'hsm_archive|%proc%self%fd%20%-0|')
    assert lfs.sync(lfs.released, 0, None) == 'find|%proc%self%fd%20%|--type|f|-L|released|-0|'


# Finding `lfs`

def test_without_an_lfs_there_is_advice(monkeypatch, tmp_path):
    monkeypatch.setenv('PATH', str(tmp_path))
    with pytest.raises(Refused, match='There is no lfs in %s. Install the Lustre client'
                                      % tmp_path):
        find_binary()


def test_an_lfs_that_may_not_be_executed(monkeypatch, tmp_path):
    monkeypatch.setenv('PATH', str(tmp_path))
    (tmp_path / 'lfs').write_text('')
    with pytest.raises(Refused, match='%s/lfs may not be executed by this user' % tmp_path):
        find_binary()
    with pytest.raises(Refused, match='may not be executed'):
        find_binary(os.fsencode(str(tmp_path / 'lfs')))


def test_the_first_lfs_that_can_be_executed_is_taken(monkeypatch, tmp_path):
    for folder, mode in (('a', None), ('b', 0o644), ('c', 0o755), ('d', 0o755)):
        (tmp_path / folder).mkdir()
        if mode is not None:
            (tmp_path / folder / 'lfs').write_text('')
            (tmp_path / folder / 'lfs').chmod(mode)
    monkeypatch.setenv('PATH', ':'.join(str(tmp_path / folder) for folder in 'abcd'))
    assert find_binary() == os.fsencode(str(tmp_path / 'c' / 'lfs'))


def test_a_relative_path_never_finds_one(monkeypatch, tmp_path):
    (tmp_path / 'lfs').write_text('')
    (tmp_path / 'lfs').chmod(0o755)
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv('PATH', '.:')
    with pytest.raises(Refused):
        find_binary()


def test_under_sudo_the_path_of_the_caller_is_not_looked_at(monkeypatch, tmp_path):
    """Rule 7."""
    (tmp_path / 'lfs').write_text('')
    (tmp_path / 'lfs').chmod(0o755)
    monkeypatch.setenv('PATH', str(tmp_path))
    try:
        assert find_binary(fixed_paths=True).startswith((b'/usr/', b'/bin/', b'/sbin/'))
    except Refused as refused:
        assert '/usr/bin, /usr/sbin, /bin, /sbin' in str(refused)


# Questions and requests

def test_states_and_actions_of_good_and_bad_names(make, mount):
    """H1, H3, H6: also where a folder is gone, or has become a link."""
    names = [b'a', b'x: (0x00000009) exists archived', b'new\nline', b'bad\xff', b'-dash',
             b'n' * 255, b'sub/f']
    for number, name in enumerate(names):
        write(mount + b'/' + name, b'9' if number % 2 else b'0')
    os.symlink(b'sub', mount + b'/link')
    lfs = make(FAKE)
    entries = [entry(name) for name in names + [b'gone', b'none/f', b'link/f']]
    states = lfs.sync(lfs.states, entries)
    assert states[:7] == [State(9, 1) if number % 2 else State(0, 0) for number in range(7)]
    assert [failure.errno for failure in states[7:]] == [2, 2, 20]
    actions = lfs.sync(lfs.actions, entries)
    assert actions[:7] == [Action(None, False, 0)] * 7
    assert [failure.errno for failure in actions[7:]] == [2, 2, 20]
    assert (lfs.calls, lfs.requests) == (2, 0)


def test_two_thousand_files_in_two_thousand_folders(make, mount):
    entries = [entry(b'%d/f' % number) for number in range(2000)]
    for number, one in enumerate(entries):
        if number % 5:
            write(mount + b'/' + one.rel, b'9')
    lfs = make(FAKE)
    for number, answer in enumerate(lfs.sync(lfs.states, entries)):
        assert answer == (State(9, 1) if number % 5 else Failure(2, 'No such file or directory'))
    assert lfs.calls == 5


@pytest.mark.parametrize('count', [0, 51, 52, 1000])
def test_a_request_holds_one_to_fifty_files(idle, count):
    """H30."""
    with pytest.raises(ValueError):
        idle.request('archive', [entry(b'a')] * count, None)
    assert idle._children.started == [] and idle.requests == 0


def test_only_three_verbs_are_requests(idle):
    for verb in ('remove', 'cancel', 'hsm_archive', 'set'):
        with pytest.raises(KeyError):
            idle.request(verb, [entry(b'a')], None)
    assert idle._children.started == []


def test_what_lfs_refuses_is_told_with_the_real_name(make, mount):
    """H32."""
    write(mount + b'/shot/a', b'9')
    lfs = make('#!/bin/sh\n'
               'echo "Cannot send HSM request (use of $2): Operation not permitted" >&2; exit 1\n')
    assert lfs.sync(lfs.request, 'release', [entry(b'shot/a')]) == Answer(
        1, 'Cannot send HSM request (use of %s/shot/a): Operation not permitted' % mount.decode(),
        False, {})


def test_files_without_a_folder_are_left_out_of_a_request(make, mount):
    write(mount + b'/a', b'9')
    lfs = make('#!/bin/sh\nshift; echo $# >&2\n')
    assert lfs.sync(lfs.request, 'archive', [entry(b'none/b'), entry(b'a'), entry(b'a/c')]) == (
        Answer(0, '1', False, {0: 2, 2: 20}))
    assert lfs.sync(lfs.request, 'archive', [entry(b'none/b')]) == Answer(0, '', False, {0: 2})


def test_a_call_before_a_run_ends_when_it_is_told_to(make):
    lfs = make('#!/bin/sh\nexec sleep 60\n')
    started = time.monotonic()
    told = iter([None, None, 'SIGTERM'])
    with pytest.raises(Interrupted) as interrupted:
        lfs.sync(lfs.df, 0, stop=lambda: next(told))
    assert (interrupted.value.interrupted, interrupted.value.status) == ('SIGTERM', 143)
    assert time.monotonic() - started < 5


def test_a_call_that_hangs_is_left(make, mount):
    write(mount + b'/a', b'9')
    lfs = make('#!/bin/sh\nexec sleep 60\n', call_timeout=0.5)
    started = time.monotonic()
    answer = lfs.sync(lfs.request, 'release', [entry(b'a')])
    assert (answer.rc, answer.stuck) == (None, True)
    assert 'gave no answer within' in answer.text
    assert isinstance(lfs.sync(lfs.states, [entry(b'a')])[0], Stuck)
    assert isinstance(lfs.sync(lfs.df, 0), Stuck)
    assert 'no answer' in lfs.sync(lfs.released, 0, None)
    assert time.monotonic() - started < 8


def test_an_lfs_that_dies_by_a_signal(make, mount):
    write(mount + b'/a', b'9')
    lfs = make('#!/bin/sh\nkill -SEGV $$\n')
    assert lfs.sync(lfs.request, 'archive', [entry(b'a')]).rc == -11
    assert lfs.sync(lfs.states, [entry(b'a')]) == [Failure(
        None, 'lfs hsm_state ended with status -11 and said nothing that can be read.')]


def test_an_lfs_that_is_gone_in_the_middle_of_a_run(make, mount, tmp_path):
    write(mount + b'/a', b'9')
    lfs = make(FAKE)
    (tmp_path / 'lfs').unlink()
    answer = lfs.sync(lfs.request, 'archive', [entry(b'a')])
    assert answer.rc is None and not answer.stuck
    assert answer.text == '%s/lfs cannot be started: No such file or directory.' % tmp_path
    assert lfs.sync(lfs.states, [entry(b'a')]) == [Failure(None, answer.text)]
    assert lfs.sync(lfs.df, 0) == Failure(None, answer.text)


def test_an_lfs_that_talks_without_end(make, mount):
    """Neither output nor errors take our memory, and what is told stays short."""
    write(mount + b'/a', b'9')
    lfs = make('#!/bin/sh\nyes | head -c 30000000 >&2; yes | head -c 200000000\n')
    answer = lfs.sync(lfs.request, 'archive', [entry(b'a')])
    assert answer.rc == -9 and answer.text == 'y y y'


def test_the_reason_behind_a_long_name_is_told(make, mount):
    """A path of 4000 bytes and more can be asked for (M5), and lfs names all of it."""
    write(mount + b'/a', b'9')
    lfs = make('#!/bin/sh\n'
               'echo "Could not find $(head -c 5000 /dev/zero | tr "\\0" x): too long" >&2\n')
    text = lfs.sync(lfs.request, 'archive', [entry(b'a')]).text
    assert len(text) < 1010
    assert text.startswith('Could not find xxx') and text.endswith('xxx: too long')


def test_a_path_that_lfs_cannot_ask_for_is_told_from_a_lost_device(make, mount):
    write(mount + b'/a', b'9')
    lfs = make('#!/bin/sh\n'
               'echo "Could not find path \'$2\': File name too long" >&2\n'
               'echo "Cannot send HSM request (use of $2): No such device" >&2; exit 19\n')
    assert lfs.sync(lfs.request, 'archive', [entry(b'a')]).rc == errno.ENAMETOOLONG


# About a root

def test_listing_by_find(make, mount):
    """H70, M5: names come out below the folder as it was given, with two slashes."""
    got = []
    lfs = make('#!/bin/sh\nfor n in a "sub/new\nline" "-0"; do printf "%s/%s\\0" "$2" "$n"; done\n')
    assert lfs.sync(lfs.released, 0, got.extend) is None
    assert got == [b'a', b'sub/new\nline', b'-0']


SILENT = 'lfs find ended with status %d and said nothing that can be read.'


@pytest.mark.parametrize('script, names, why', [
    # L4: one unreadable folder, and the listing proves nothing.
    ('printf "%s/a\\0" "$2"; echo "lfs: no right" >&2', [b'a'], 'lfs: no right'),
    ('printf "%s/a\\0" "$2"; exit 13', [b'a'], SILENT % 13),
    ('printf "%s/a\\0%s/b" "$2" "$2"', [b'a'], SILENT % 0),
    ('printf "/elsewhere\\0%s/a\\0" "$2"', [b'a'], SILENT % 0),
    ('kill -9 $$', [], SILENT % -9),
    # H70, H71: an older lfs without the option.
    ('echo "lfs: unrecognized option \'-L\'" >&2; echo usage; exit 4', [],
     "lfs: unrecognized option '-L'"),
])
def test_a_listing_that_is_not_whole(make, script, names, why):
    got = []
    lfs = make('#!/bin/sh\n' + script + '\n')
    assert lfs.sync(lfs.released, 0, got.extend) == why
    assert got == names


def test_a_listing_of_a_root_that_is_gone(make, mount):
    lfs = make(FAKE)
    os.rmdir(mount)
    assert lfs.sync(lfs.released, 0, None) == 'No such file or directory'


def test_a_listing_of_one_file(make, mount):
    write(mount + b'/f', b'9')
    got = []
    lfs = make('#!/bin/sh\nprintf "%s\\0" "$2"\n', only=b'f')
    assert lfs.sync(lfs.released, 0, got.extend) is None
    assert got == [b'f']


def test_a_long_listing_comes_in_pieces(make):
    """H70: nothing is collected."""
    pieces = []
    lfs = make('#!/bin/sh\nseq -f "$2/%.0f" 200000 | tr "\\n" "\\0"\n')
    assert lfs.sync(lfs.released, 0, pieces.append) is None
    assert len(pieces) > 10
    assert [name for piece in pieces for name in piece] == [
        b'%d' % number for number in range(1, 200001)]


def test_space(make):
    """H73."""
    lfs = make('#!/bin/sh\ncat <<E\nUUID  1K-blocks  Used  Available Use%  Mounted on\n'
               'c-OST0000_UUID       2000        1000     500   1%  /mnt/cache[OST:0] \nE\n')
    assert lfs.sync(lfs.df, 0) == [Ost(0, 2000 * 1024, 500 * 1024)]
    lfs = make('#!/bin/sh\necho "df:/tmp Not a Lustre filesystem"; exit 95\n')
    assert lfs.sync(lfs.df, 0) == Failure(None, 'df:/tmp Not a Lustre filesystem')
    lfs = make('#!/bin/sh\nexit 0\n')
    assert lfs.sync(lfs.df, 0).errno is None


def test_what_is_not_lustre(make, mount):
    """H74: rc 25."""
    lfs = make('#!/bin/sh\necho "lfs getname: cannot get lov name: Inappropriate ioctl for device '
               '(25)" >&2; exit 25\n')
    assert lfs.sync(lfs.fsname, 0).errno == 25
    lfs = make('#!/bin/sh\necho "cache-ffff8800 $2"\n')
    assert lfs.sync(lfs.fsname, 0) == ('cache', 'ffff8800')
    os.rmdir(mount)
    assert lfs.sync(lfs.fsname, 0) == Failure(2, 'No such file or directory')
