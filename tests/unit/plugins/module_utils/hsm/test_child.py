# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Children: deadlines, what cannot die, floods, pauses (safety rule 6, lustre-hsm H80)."""

import errno
import os
import signal
import subprocess
import sys
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import (
    CallJob,
    Children,
    ExecJob,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.entry import Root
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.place import RootPlace
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

COLLECTIONS = sys.modules[Children.__module__].__file__.split('/ansible_collections/')[0]
SOMEWHERE = RootPlace(Root(b'/', None))


@pytest.fixture
def children():
    made = Children()
    yield made
    made.close()
    assert not made.running


def run(children, job, seconds=20):
    """Return the result of a job once it is there."""
    results = []
    job.done = results.append
    children.start(job)
    wait_for(children, results, seconds)
    return results[0]


def wait_for(children, results, seconds=20):
    ends = time.monotonic() + seconds
    while not results:
        assert time.monotonic() < ends, 'no result within %d seconds' % seconds
        children.wait(1)


def shell(script, deadline=20, **kwargs):
    return ExecJob(b'/bin/sh', [b'-c', script.encode()], SOMEWHERE, [], deadline=deadline,
                   done=None, **kwargs)


def is_alive(pid):
    """Whether a process exists and is no zombie."""
    try:
        with open('/proc/%d/stat' % pid) as stat:
            return stat.read().rpartition(')')[2].split()[0] != 'Z'
    except OSError:
        return False


def gone(pid, seconds=5):
    ends = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < ends:
        time.sleep(0.01)
    return not is_alive(pid)


# What a program gets, and what comes of it


def test_output_errors_and_status(children):
    result = run(children, shell('echo out; echo err >&2; exit 7'))
    assert (result.rc, result.out, result.err) == (7, b'out\n', b'err\n')
    assert not (result.stuck or result.timed_out or result.flooded or result.failure)
    assert result.place_errors == {}


def test_an_end_by_a_signal(children):
    assert run(children, shell('kill -TERM $$')).rc == -signal.SIGTERM


def test_a_program_gets_nothing_of_the_caller(children, monkeypatch, tmp_path):
    """Rule 7: no environment, no descriptor, no working folder, no input, no terminal."""
    monkeypatch.setenv('LD_PRELOAD_X', 'x')
    monkeypatch.setenv('LC_ALL', 'de_DE.UTF-8')
    monkeypatch.chdir(str(tmp_path))
    leak = os.open(str(tmp_path), os.O_RDONLY)
    os.set_inheritable(leak, True)
    try:
        result = run(children, shell(
            'env | sort | grep -vE "^(PWD|_|OLDPWD|SHLVL)="; pwd; cat; ls -1 /proc/self/fd'))
    finally:
        os.close(leak)
    # The descriptors are 0, 1, 2, that of the place, and the listing's own.
    assert result.out.decode().split() == [
        'LANG=C', 'LC_ALL=C', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', '/', '0', '1', '2', '20', '3']


def test_a_child_has_a_session_of_its_own_and_default_signals(children):
    """Ctrl-C on a terminal reaches only the parent, which then ends the run in order."""
    before = signal.signal(signal.SIGINT, lambda *_args: None)
    held = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    try:
        result = run(children, CallJob(tell_session, (), 20, None))
    finally:
        signal.signal(signal.SIGINT, before)
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
    pid, session, handled, masked = result.out.split()
    assert pid == session
    assert (handled, masked) == (b'0', b'0')


def tell_session(out):
    default = signal.getsignal(signal.SIGINT) == signal.SIG_DFL
    os.write(out, b'%d %d %d %d' % (
        os.getpid(), os.getsid(0), not default,
        len(signal.pthread_sigmask(signal.SIG_BLOCK, []))))


@pytest.mark.parametrize('make, words', [
    (None, b'No such file or directory'),
    (lambda path: path.write_text('#!/bin/sh\n'), b'Permission denied'),
    (lambda path: (path.write_text('no program'), path.chmod(0o755)), b'Exec format error'),
    (lambda path: (path.write_text('#!/none/sh\n'), path.chmod(0o755)), b'No such file'),
    (lambda path: path.mkdir(), b'Permission denied'),
])
def test_what_cannot_be_started_is_one_line(children, tmp_path, make, words):
    path = tmp_path / 'lfs'
    if make is not None:
        make(path)
    result = run(children, ExecJob(os.fsencode(str(path)), [], SOMEWHERE, [], deadline=20,
                                   done=None))
    assert result.failure.encode().startswith(os.fsencode(str(path)) + b' cannot be started: ')
    assert words in result.failure.encode() and '\n' not in result.failure


def test_no_process_can_be_had(children, monkeypatch):
    def fork():
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    open_before = len(os.listdir('/proc/self/fd'))
    with monkeypatch.context() as patched:
        patched.setattr(os, 'fork', fork)
        result = run(children, shell('true'))
    assert result.rc is None
    assert result.failure == 'No process can be started: Resource temporarily unavailable.'
    assert len(os.listdir('/proc/self/fd')) == open_before
    assert run(children, shell('true')).rc == 0


def test_a_caller_that_ignores_its_children(children):
    """SIGCHLD ignored is inherited from some schedulers and would hide every exit status."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert run(Children(), shell('exit 5')).rc == 5
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_caller_that_closed_the_standard_descriptors(tmp_path):
    """A closed stdin, stdout or stderr must not become one of our pipes."""
    report = tmp_path / 'report'
    script = ('import sys; sys.path.insert(0, %r)\n'
              'from %s import *\n'
              'open(%r, "wb").write(run(Children(), shell("echo out; echo err >&2; exit 3"))'
              '.__repr__().encode())\n') % (COLLECTIONS, __name__, str(report))
    subprocess.check_call(
        ['/bin/sh', '-c', 'exec "$@" <&- >&- 2>&-', 'sh', sys.executable, '-c', script],
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)))
    text = report.read_text()
    assert 'rc=3' in text and "out=b'out\\n'" in text and "err=b'err\\n'" in text


# Deadlines and what cannot die


def test_the_deadline_kills_what_ignores_sigterm_and_all_it_started(children, tmp_path):
    pids = tmp_path / 'pids'
    started = time.monotonic()
    result = run(children, shell(
        'trap "" TERM; (trap "" TERM; sleep 60) & echo $$ $! > %s; sleep 60; sleep 60' % pids,
        deadline=0.5))
    assert result.timed_out and not result.stuck and result.rc == -signal.SIGKILL
    assert 0.5 <= time.monotonic() - started < 3
    for pid in pids.read_text().split():
        assert gone(int(pid))
    assert children.abandoned == []


def test_a_child_that_cannot_be_killed_is_abandoned(children, monkeypatch):
    """H80, by a kill that does nothing; the real thing is below."""
    with monkeypatch.context() as patched:
        patched.setattr(os, 'kill', lambda *_args: None)
        patched.setattr(os, 'killpg', lambda *_args: None)
        result = run(children, shell('echo $$; exec sleep 60', deadline=0.3), seconds=5)
    pid = int(result.out)
    assert result.stuck and result.timed_out and result.rc is None
    assert children.abandoned == [(pid, '/bin/sh -c echo $$; exec sleep 60')]
    assert not children.running
    os.kill(pid, signal.SIGKILL)
    ends = time.monotonic() + 5
    while os.path.exists('/proc/%d' % pid):
        # Should it end after all, no zombie is kept of it.
        assert time.monotonic() < ends
        children.wait(0.01)


needs_fuse = pytest.mark.skipif(
    os.geteuid() != 0 or not os.access('/dev/fuse', os.W_OK),
    reason='mounts a FUSE server: needs root and /dev/fuse')


@pytest.fixture
def frozen_folder(tmp_path):
    """A mount on which every look-up blocks, also for SIGKILL."""
    folder = str(tmp_path / 'frozen')
    os.mkdir(folder)
    server = subprocess.Popen([sys.executable, frozen.__file__, folder], stdout=subprocess.PIPE)
    assert server.stdout.readline() == b'ready\n'
    yield folder
    # First the server, then the mount: what is blocked gets an error and lets go.
    server.kill()
    server.wait()
    server.stdout.close()
    frozen.unmount(folder)
    for _number in range(2):
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break


def touch_the_mount(_out, path):
    os.stat(path)


def state_of(pid):
    with open('/proc/%d/stat' % pid) as stat:
        return stat.read().rpartition(')')[2].split()[0]


@needs_fuse
def test_a_child_in_uninterruptible_sleep_is_abandoned_and_the_others_go_on(
        children, frozen_folder):
    """H80: nobody waits for it, not even at the end."""
    results, others = [], []
    children.start(CallJob(touch_the_mount, (frozen_folder + '/file',), 0.5, results.append))
    children.start(ExecJob(b'/bin/ls', [os.fsencode(frozen_folder) + b'/file'], SOMEWHERE, [],
                           deadline=0.5, done=results.append))
    for _number in range(5):
        assert run(children, shell('true')).rc == 0
    started = time.monotonic()
    while len(results) < 2:
        children.wait(1)
        others.append(run(children, shell('true')).rc)
    assert time.monotonic() - started < 3
    assert set(others) == {0}
    assert [result.stuck for result in results] == [True, True]
    assert [state_of(pid) for pid, _what in children.abandoned] == ['D', 'D']


@needs_fuse
def test_the_end_of_a_run_waits_for_nothing_that_cannot_die(frozen_folder):
    children = Children()
    results = []
    children.start(CallJob(touch_the_mount, (frozen_folder + '/file',), None, results.append))
    time.sleep(0.3)
    started = time.monotonic()
    children.close()
    assert time.monotonic() - started < 2
    assert len(children.abandoned) == 1 and not results and not children.running


def test_the_end_of_a_run_leaves_no_process(children, tmp_path):
    pids = tmp_path / 'pids'
    results = []
    for _number in range(3):
        job = shell('echo $$ >> %s; exec sleep 60' % pids)
        job.done = results.append
        children.start(job)
    while not pids.exists() or len(pids.read_text().split()) < 3:
        time.sleep(0.01)
    children.close()
    assert children.abandoned == [] and results == []
    assert not any(is_alive(int(pid)) for pid in pids.read_text().split())


ORPHAN = '''
import os, sys, time
sys.path.insert(0, %r)
from %s import CallJob, Children, shell
def sleep(out):
    os.write(out, b'%%d\\n' %% os.getpid())
    time.sleep(60)
def say(data):
    os.write(1, data)
children = Children()
children.start(CallJob(sleep, (), None, None, data=say))
children.start(shell('echo $$; exec sleep 60', deadline=None, data=say))
while True:
    children.wait(1)
'''


def test_children_die_with_their_parent():
    """No walk goes on alone when its parent was killed."""
    parent = subprocess.Popen(
        [sys.executable, '-c', ORPHAN % (COLLECTIONS, __name__)], stdout=subprocess.PIPE,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)))
    pids = [int(parent.stdout.readline()), int(parent.stdout.readline())]
    assert all(is_alive(pid) for pid in pids)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert all(gone(pid) for pid in pids)


# Output: floods, streams, pauses


def test_a_flood_of_output_ends_the_program(children):
    result = run(children, shell('yes', most_out=1 << 20))
    assert result.flooded and len(result.out) == 1 << 20
    assert result.rc in (-signal.SIGKILL, -signal.SIGPIPE) and not result.timed_out


def test_a_flood_of_errors_is_cut(children):
    result = run(children, shell('yes | head -c 3000000 >&2; echo done', most_err=1 << 20))
    assert (result.rc, result.out, len(result.err)) == (0, b'done\n', 1 << 20)


def test_a_descendant_that_holds_the_pipes_does_not_hold_us(children):
    started = time.monotonic()
    result = run(children, shell('sleep 30 & echo $!'))
    assert time.monotonic() - started < 5
    os.kill(int(result.out), signal.SIGKILL)
    assert result.rc == 0


def write_pieces(out, pieces, pause):
    for piece in pieces:
        time.sleep(pause)
        while piece:
            piece = piece[os.write(out, piece):]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=200000), max_size=5))
def test_a_stream_arrives_whole(pieces):
    children = Children()
    got = []
    result = run(children, CallJob(write_pieces, (pieces, 0), 20, None, data=got.append))
    assert (result.rc, result.out, b''.join(got)) == (0, b'', b''.join(pieces))


def test_the_deadline_of_a_stream_counts_from_its_last_sign_of_life(children):
    got = []
    result = run(children, CallJob(write_pieces, ([b'x'] * 8, 0.1), 0.4, None, data=got.append))
    assert result.rc == 0 and b''.join(got) == b'x' * 8
    result = run(children, CallJob(write_pieces, ([b'x', b''], 0.8), 0.4, None, data=got.append))
    assert result.timed_out and not result.stuck


def write_without_end(out):
    while True:
        os.write(out, b'x' * 65536)


def test_a_paused_stream_stands_still_and_outlives_its_deadline(children):
    got = []
    job = CallJob(write_without_end, (), 0.3, None, data=lambda data: got.append(len(data)))
    results = []
    job.done = results.append
    children.start(job)
    while not got:
        children.wait(1)
    job.pause()
    taken = sum(got)
    ends = time.monotonic() + 1
    while time.monotonic() < ends:
        children.wait(0.05)
    assert sum(got) == taken and not results
    job.resume()
    while sum(got) < taken + (1 << 20):
        children.wait(1)
    job.stop()
    wait_for(children, results)
    assert results[0].rc == -signal.SIGKILL and not results[0].timed_out


def test_what_a_child_left_in_the_pipe_is_not_lost_by_a_pause(children):
    got, results = [], []
    job = CallJob(write_pieces, ([b'a' * 50000], 0), 0.2, results.append, data=got.append)
    job.pause()
    children.start(job)
    ends = time.monotonic() + 0.7
    while time.monotonic() < ends:
        children.wait(0.05)
    assert not got and not results
    job.resume()
    wait_for(children, results)
    assert b''.join(got) == b'a' * 50000 and results[0].rc == 0


def test_a_pause_out_of_the_callback_holds_at_once(children):
    got = []

    def take(data):
        got.append(data)
        job.pause()

    job = CallJob(write_pieces, ([b'a' * 65536] * 4, 0), 20, None, data=take)
    results = []
    job.done = results.append
    children.start(job)
    for count in range(1, 4):
        while len(got) < count:
            children.wait(1)
        for _number in range(5):
            children.wait(0.02)
        assert len(got) == count
        job.resume()
    while not results:
        children.wait(1)
        job.resume()
    assert sum(map(len, got)) == 4 * 65536


def test_a_stopped_job_that_is_paused_ends(children):
    results = []
    job = CallJob(write_without_end, (), None, results.append, data=lambda _data: job.pause())
    children.start(job)
    while not job.paused:
        children.wait(1)
    job.stop()
    wait_for(children, results, 5)
    assert results[0].rc == -signal.SIGKILL


def ended_but_paused(children, results):
    """Return the job of a child that is over while its output still waits."""
    job = CallJob(write_pieces, ([b'a' * 50000], 0), None, results.append, data=len)
    job.pause()
    children.start(job)
    ends = time.monotonic() + 0.5
    while time.monotonic() < ends:
        children.wait(0.05)
    return job


def test_a_stopped_job_whose_child_is_over_ends(children):
    results = []
    ended_but_paused(children, results).stop()
    wait_for(children, results, 5)
    assert results[0].rc == 0


def test_a_number_that_may_be_somebody_elses_is_not_killed(children, monkeypatch):
    """A process that is over has no number any more."""
    ended_but_paused(children, [])
    killed = []
    monkeypatch.setattr(os, 'kill', lambda pid, _number: killed.append(pid))
    monkeypatch.setattr(os, 'killpg', lambda pid, _number: killed.append(pid))
    children.close()
    assert killed == [] and children.abandoned == []


# Functions in a child


def fail(_out):
    raise ValueError('it is\nso')


def fail_of_the_system(_out):
    os.open('/none/such', os.O_RDONLY)


def test_a_function_that_fails_says_so_in_one_line(children):
    result = run(children, CallJob(fail, (), 20, None))
    assert result.rc == 1 and result.failure.startswith('ValueError: it is so (test_child.py, line')
    result = run(children, CallJob(fail_of_the_system, (), 20, None))
    assert result.failure == "FileNotFoundError: [Errno 2] No such file or directory: '/none/such'"


def print_by_mistake(out):
    sys.__stdout__.write('stray\n')
    sys.__stdout__.flush()
    os.write(out, b'data')


def test_a_stray_print_is_no_output(children):
    result = run(children, CallJob(print_by_mistake, (), 20, None))
    assert result.out == b'data' and b'stray' in result.err


def open_ends(out):
    kinds = []
    for number in os.listdir('/proc/self/fd'):
        try:
            kinds.append(os.readlink('/proc/self/fd/' + number))
        except OSError:
            # The descriptor of the listing itself.
            continue
    os.write(out, b'%d' % sum(kind.startswith('pipe:') for kind in kinds))


def test_a_child_holds_no_pipe_of_another(children):
    """Else the end of one output would not be seen before the end of all others."""
    alone = run(children, CallJob(open_ends, (), 20, None)).out
    for _number in range(3):
        job = shell('sleep 20')
        job.done = None
        children.start(job)
    assert run(children, CallJob(open_ends, (), 20, None)).out == alone


def test_many_side_by_side(children):
    results = []
    for number in range(40):
        job = shell('echo %d; exit %d' % (number, number))
        job.done = results.append
        children.start(job)
    while len(results) < 40:
        children.wait(1)
    assert sorted((result.rc, int(result.out)) for result in results) == [
        (number, number) for number in range(40)]
    assert not children.running


def test_no_descriptor_and_no_zombie_is_left(children):
    before = len(os.listdir('/proc/self/fd'))
    for _number in range(5):
        run(children, shell('true'))
        run(children, CallJob(fail, (), 20, None))
        run(children, shell('sleep 9', deadline=0.05))
    assert len(os.listdir('/proc/self/fd')) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_waiting_without_children_lasts_as_long_as_asked():
    children = Children()
    started = time.monotonic()
    assert children.wait(0.1) is False
    assert 0.09 <= time.monotonic() - started < 1


def test_the_loop_does_not_burn_time_while_a_program_sleeps(children):
    before = time.process_time()
    run(children, shell('exec >&- 2>&-; sleep 1'))
    assert time.process_time() - before < 0.3
