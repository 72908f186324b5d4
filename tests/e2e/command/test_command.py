# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command as a person runs it: how it begins, what it says, how it ends."""

import json
import os
import signal
import subprocess
import time

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running

ALL_KEYS = {
    'schema', 'version', 'verb', 'dry_run', 'host', 'mount', 'roots', 'shard', 'started',
    'elapsed', 'interrupted', 'error', 'complete', 'matched', 'moved', 'outcomes', 'reasons',
    'states', 'flags', 'in_progress', 'space', 'filer', 'lfs_calls', 'hsm_requests', 'files',
    'files_truncated'}


def start(worker, *words, **kwargs):
    return running(
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        **worker.entered([worker.command, *words], **kwargs))


def edit(worker):
    for name in ('a/1.tx', 'a/2.tx', 'b/3.tx'):
        (worker.mount / 'assets' / name).write_bytes(b'edited in the cache')


def wait_for(happened, seconds=60):
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert happened()


@pytest.mark.parametrize('number, code', [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_its_summary_and_a_second_run_goes_on(worker, number, code):
    worker.cache.control('copytool', 'stop')
    edit(worker)
    with start(worker, 'archive', '@assets', '-r', '--json') as process:
        wait_for(lambda: worker.cache.stats()['archive']['requested'] == 3)
        process.send_signal(number)
        out, _err = process.communicate(timeout=60)
    summary = json.loads(out.decode())
    assert (process.returncode, summary['interrupted']) == (code, signal.Signals(number).name)
    assert summary['reasons']['pending'] == {'interrupted': 3}
    worker.cache.control('copytool', 'start')
    code, summary = worker.summary('archive', '@assets', '-r', sudo=False)
    assert code == 0
    assert worker.state(worker.mount / 'assets/a/1.tx') == 0x9
    assert worker.cache.stats()['archive']['started'] == 3


def test_every_ending_has_every_key(worker):
    for words in (['state', '@assets', '-r'], ['evict', '/nowhere', '-r'], ['evict', '@assets'],
                  ['hydrate', '@assets', '-r', '-n']):
        assert set(worker.summary(*words, sudo=False)[1]) == ALL_KEYS


def test_a_dead_mount_is_no_usage_error(worker):
    """field-reports L10: it ends 1 and says what may be lost."""
    instance = worker.cache.instance(str(worker.mount))
    worker.cache.control('evict-client', instance, '108')
    code, summary = worker.summary('archive', '@assets', '-r', sudo=False)
    assert code == 1
    assert 'evicted' in summary['error'] and 'may be lost' in summary['error']


def test_it_ends_when_its_parent_dies(worker, tmp_path):
    worker.cache.control('copytool', 'stop')
    edit(worker)
    pid_file = tmp_path / 'pid'
    with running(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **worker.entered(
            ['sh', '-c', '"$0" archive @assets -r > /dev/null & echo $! > "$1"; exec sleep 600',
             worker.command, pid_file])):
        wait_for(lambda: worker.cache.stats()['archive']['requested'] == 3)
        process = '/proc/%d' % int(pid_file.read_text())
        assert os.path.exists(process)
    wait_for(lambda: not os.path.exists(process))


@pytest.mark.parametrize('words, said', [
    (['state', 'assets'], 'must be absolute'),
    (['state', '/'], 'folder'),
    (['state', '/nowhere', '-r'], 'does not exist'),
    (['state', '@plates', '-r'], 'knows @assets'),
    (['state', '/usr', '-r'], 'does not lie on Lustre'),
    (['state', '@assets', '-r', '--shard', '5/4'], '5/4'),
    (['state', '@assets', '-r', '--shard', '0/4'], '0/4'),
    (['state', '@assets', '-r', '--include', '[a'], '[a'),
    (['archive', '@assets', '-r', '--manifest', '/dev/null'], 'empty'),
    (['archive', '@assets', '-r', '--manifest', '/nowhere'], '/nowhere'),
    (['evict', '@assets', '--from', '/nowhere'], '/nowhere'),
    (['manifest', '/nowhere', '--output', '-'], 'cannot be listed'),
    (['changes', '/dev/null', '/dev/null'], 'empty'),
])
def test_bad_input_is_one_clear_error(worker, words, said):
    ended = worker.run(*words, sudo=False)
    assert ended.returncode == 2
    assert said in ended.stderr.decode()
    assert ended.stderr.count(b'\n') == 1
    assert not [line for line in ended.stdout.splitlines() if line[:12] != b'Progress: 0%']
    assert worker.cache.stats()['archive']['requested'] == 0


def test_without_lfs_it_says_what_to_install(worker, tmp_path):
    tools = tmp_path / 'empty'
    tools.mkdir()
    ended = worker.run('state', '@assets', '-r', sudo=False, tools=tools)
    assert ended.returncode == 2
    assert b'Install the Lustre client' in ended.stderr


def test_manifest_changes_and_back_into_a_refresh(worker, tmp_path):
    """The chain of scope `changed`: two manifests, what changed, a refresh of just that."""
    filer = worker.cache.filer + '/assets'
    old, new = tmp_path / 'old', tmp_path / 'new'
    assert worker.run('manifest', filer, '--output', old, sudo=False).returncode == 0
    with open(filer + '/a/1.tx', 'wb') as stream:
        stream.write(b'a new version on the filer')
    with open(filer + '/a/new one.tx', 'wb') as stream:
        stream.write(b'new')
    assert worker.run('manifest', filer, '--output', new, sudo=False).returncode == 0
    changes = worker.run('changes', old, new, sudo=False)
    assert changes.returncode == 0
    assert sorted(changes.stdout.split(b'\0')) == [b'', b'a/1.tx', b'a/new one.tx']
    ended = worker.run('refresh', '@assets', '--from', '-', '-0', input=changes.stdout)
    assert ended.returncode == 0, ended.stderr.decode()
    assert (worker.mount / 'assets/a/1.tx').read_bytes() == b'a new version on the filer'
    assert (worker.mount / 'assets/a/new one.tx').read_bytes() == b'new'
