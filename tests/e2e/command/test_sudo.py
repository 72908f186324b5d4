# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Through sudo: attempts to get out of what root's config allows (design.md, safety rule 7)."""

import os
import signal
import socket
import subprocess
import threading
import time

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.command.worker import ARTIST, GID, UID
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running

CLEAN, RELEASED = 0x9, 0xd


def refused(worker, *words, said, **kwargs):
    code, summary = worker.summary(*words, **kwargs)
    assert (code, summary['lfs_calls'], summary['hsm_requests']) == (2, 0, 0)
    assert said in summary['error']


def test_what_is_allowed_works_and_is_journalled(worker):
    code, summary = worker.summary('evict', '@assets', '-r')
    assert (code, summary['outcomes']['done']) == (0, 3)
    assert worker.state(worker.mount / 'assets/a/1.tx') == RELEASED
    line = worker.journal.line()
    assert ('user=%s uid=%d verb=evict path="@assets" done=3 exit=0' % (ARTIST, UID)) in line


def test_the_real_sudo(worker):
    ended = subprocess.run(stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                           **worker.entered(['setpriv', '--reuid=%d' % UID, '--regid=%d' % GID,
                                             '--init-groups', 'sudo', '-n', worker.command,
                                             'state', '@assets', '-r']))
    assert ended.returncode == 0, ended.stderr.decode()
    assert b'3 clean' in ended.stdout
    line = next(line for line in iter(worker.journal.line, '') if 'verb=state' in line)
    assert 'user=%s' % ARTIST in line


def test_a_refusal_is_journalled_too(worker):
    refused(worker, 'evict', '/nowhere\n/etc', '-r', said='roots')
    assert 'path="/nowhere\\x0a/etc" exit=2' in worker.journal.line()


# -- the config ------------------------------------------------------------------------


def test_without_a_config_nothing_runs(worker):
    worker.config.unlink()
    refused(worker, 'state', '/mnt', said='does not exist')


@pytest.mark.parametrize('spoil, said', [
    (lambda config: os.chown(str(config), UID, 0), 'can be written by others than root'),
    (lambda config: config.chmod(0o664), 'can be written by others than root'),
    (lambda config: config.parent.chmod(0o777), 'can be written by others than root'),
    (lambda config: (config.rename(str(config) + '.real'),
                     config.symlink_to('config.json.real')), 'cannot be opened'),
    (lambda config: (config.unlink(), os.mkfifo(str(config))), 'not a plain file'),
    (lambda config: config.write_text('{"schema": 1, "ceiling": {}}'), 'unknown key "ceiling"'),
    (lambda config: config.write_text('{' * 9), 'not JSON'),
])
def test_a_config_that_is_not_roots_own_or_not_right(worker, spoil, said):
    spoil(worker.config)
    refused(worker, 'state', '@assets', '-r', said=said)


def test_a_verb_that_is_not_allowed(worker):
    worker.configure(verbs=['state'])
    refused(worker, 'evict', '@assets', '-r', said='allowed are: state')


def test_a_ceiling(worker):
    worker.configure(ceilings={'jobs': 1, 'timeout': 60})
    ended = worker.run('state', '@assets', '-r', '--jobs', '32')
    assert b'--jobs is lowered to 1' in ended.stderr
    assert ended.returncode == 0


# -- files that an option names --------------------------------------------------------


@pytest.mark.parametrize('words', [
    ['evict', '@assets', '--from', '/etc/shadow'],
    ['archive', '@assets', '-r', '--manifest', '/etc/shadow'],
    ['changes', '/etc/shadow', '/etc/shadow'],
])
def test_no_file_is_read_for_the_caller(worker, words):
    ended = worker.run(*words)
    assert ended.returncode == 2
    assert b'root:' not in ended.stdout + ended.stderr


def test_no_file_is_written_for_the_caller(worker, tmp_path):
    ended = worker.run('manifest', '@assets', '--output', str(tmp_path / 'planted'))
    assert ended.returncode == 2
    assert not (tmp_path / 'planted').exists()


# -- names outside the roots ----------------------------------------------------------


@pytest.mark.parametrize('path', ['private', 'assets/../private', 'private/secret.tx', '.'])
def test_a_path_outside_the_roots(worker, path):
    refused(worker, 'evict', '%s/%s' % (worker.mount, path), '-r', said='')
    assert worker.state(worker.mount / 'private/secret.tx') == CLEAN


@pytest.mark.parametrize('name', ['../private/secret.tx', '/etc/passwd',
                                  'a/../../private/secret.tx'])
def test_a_listed_name_outside_the_roots_stops_the_whole_list(worker, name):
    ended = worker.run('evict', '@assets', '--from', '-', '-0', '--json', '--progress', 'none',
                       input=b'a/1.tx\0' + name.encode() + b'\0')
    assert ended.returncode == 2
    assert worker.state(worker.mount / 'assets/a/1.tx') == CLEAN
    assert worker.state(worker.mount / 'private/secret.tx') == CLEAN


def test_a_link_below_a_root_leads_nowhere(worker):
    (worker.mount / 'assets/out').symlink_to(worker.mount / 'private')
    (worker.mount / 'assets/file.tx').symlink_to(worker.mount / 'private/secret.tx')
    code, summary = worker.summary('evict', '@assets', '-r')
    assert summary['matched']['files'] == 3
    code, summary = worker.summary('evict', '@assets', '--from', '-',
                                   input=b'out/secret.tx\nfile.tx\n')
    assert (code, summary['outcomes']['failed']) == (1, 2)
    assert worker.state(worker.mount / 'private/secret.tx') == CLEAN


def test_a_root_swapped_for_a_link(worker):
    os.rename(str(worker.mount / 'assets'), str(worker.mount / 'gone'))
    (worker.mount / 'assets').symlink_to(worker.mount / 'private')
    refused(worker, 'evict', '@assets', '-r', said='link')
    assert worker.state(worker.mount / 'private/secret.tx') == CLEAN


def test_a_parent_swapped_while_the_command_runs(worker):
    """The artist owns a folder below the root and turns it into a link and back, over and over."""
    secret = worker.mount / 'private' / '1.tx'
    secret.write_bytes(b'not for the artist')
    subprocess.run([worker.cache.tools + '/lfs', 'hsm_archive', str(secret)], check=True)
    deadline = time.monotonic() + 60
    while worker.state(secret) != CLEAN and time.monotonic() < deadline:
        time.sleep(0.05)
    honest, swapped = worker.mount / 'assets/a', worker.mount / 'assets/honest'
    link = worker.mount / 'assets/link'
    link.symlink_to(worker.mount / 'private')
    ended = threading.Event()

    def swap():
        while not ended.is_set():
            os.rename(str(honest), str(swapped))
            os.rename(str(link), str(honest))
            os.rename(str(honest), str(link))
            os.rename(str(swapped), str(honest))

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for _dummy in range(12):
            worker.summary('evict', '@assets', '--from', '-', input=b'a/1.tx\n')
            worker.summary('evict', '@assets', '-r')
    finally:
        ended.set()
        swapper.join()
    assert worker.state(secret) == CLEAN


def test_a_listed_name_that_the_caller_cannot_reach(worker):
    """His own rights count, with all his groups, and not those of root."""
    closed, grouped = worker.mount / 'assets/closed', worker.mount / 'assets/grouped'
    for folder, group in ((closed, 0), (grouped, 64124)):
        folder.mkdir()
        (folder / 'x.tx').write_bytes(b'x')
        os.chown(str(folder), 0, group)
        folder.chmod(0o750)
    code, summary = worker.summary('archive', '@assets', '--from', '-',
                                   input=b'closed/x.tx\ngrouped/x.tx\n')
    assert code == 1
    assert summary['reasons']['failed'] == {'denied': 1}
    assert summary['outcomes']['done'] == 1
    assert worker.state(closed / 'x.tx') == 0
    assert worker.state(grouped / 'x.tx') == CLEAN


# -- environment, interpreter, streams -------------------------------------------------


def test_nothing_of_the_environment_is_believed(worker, tmp_path):
    evil = tmp_path / 'evil'
    evil.mkdir()
    for name in ('json.py', 'sqlite3.py', 'sitecustomize.py', 'usercustomize.py'):
        (evil / name).write_text('open(%r, "w")\n' % str(tmp_path / 'owned'))
    (evil / 'lfs').write_text('#!/bin/sh\ntouch %s\n' % (tmp_path / 'owned'))
    (evil / 'lfs').chmod(0o755)
    path = '%s:/usr/sbin:/usr/bin:/sbin:/bin' % evil
    ended = worker.run('evict', '@assets', '-r', cwd=str(evil), environment={
        'PYTHONPATH': str(evil), 'PYTHONHOME': str(evil), 'PYTHONSTARTUP': str(evil / 'json.py'),
        'PYTHONUSERBASE': str(evil), 'HOME': str(evil), 'PATH': path, 'TMPDIR': str(evil / 'no'),
        'LC_ALL': 'de_DE.UTF-8', 'IFS': '/'})
    assert ended.returncode == 0, ended.stderr.decode()
    assert not (tmp_path / 'owned').exists()


@pytest.mark.parametrize('source', ['/dev/zero', 'yes'])
def test_a_list_that_never_ends(worker, source):
    with running(['cat', source] if source != 'yes' else ['yes'],
                 stdout=subprocess.PIPE) as feeder:
        ended = worker.run('evict', '@assets', '--from', '-', stdin=feeder.stdout)
    assert ended.returncode == 2
    assert b'Nothing was requested' in ended.stderr


def test_both_lists_on_one_stream(worker):
    refused(worker, 'archive', '@assets', '-r', '--from', '-', '--manifest', '-',
            said='cannot both come on standard input')


@pytest.mark.parametrize('uid', ['artist', '', '-1', '4294967295'])
def test_a_broken_sudo_environment_is_no_way_round(worker, uid):
    code, summary = worker.summary('state', '@assets', '-r', sudo=False,
                                   environment={'SUDO_UID': uid})
    assert code == 2


def test_it_ends_when_its_output_is_closed(worker):
    """A cancelled Deadline task cannot signal a process of root: the pipe is the only sign."""
    worker.cache.control('copytool', 'stop')
    for name in ('a/1.tx', 'a/2.tx', 'b/3.tx'):
        (worker.mount / 'assets' / name).write_bytes(b'edited in the cache')
    with running(stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                 **worker.entered([worker.command, 'archive', '@assets', '-r'],
                                  {'SUDO_UID': str(UID), 'SUDO_GID': str(GID)})) as process:
        deadline = time.monotonic() + 60
        while (worker.cache.stats()['archive']['requested'] < 3 and process.poll() is None
               and time.monotonic() < deadline):
            time.sleep(0.05)
        assert process.poll() is None
        process.stdout.close()
        assert process.wait(timeout=60) not in (0, -signal.SIGKILL)
    assert 'pending=3' in worker.journal.line()


def test_a_journal_that_takes_nothing_holds_nobody_up(worker):
    """A stopped logger: its socket is there and full."""
    device = worker.folder / 'stuck'
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stuck:
        stuck.bind(str(device))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
            filler.setblocking(False)
            with pytest.raises(BlockingIOError):
                while True:
                    filler.sendto(b'x', str(device))
        began = time.monotonic()
        ended = worker.run('state', '@assets', '-r', journal=device)
    assert ended.returncode == 0
    assert b'could not be journalled' in ended.stderr
    assert time.monotonic() - began < 60
