# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sweep: what became quiet is archived, whoever wrote it, and its figures are kept."""

import json
import os
import signal
import stat
import subprocess
import sys

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.store import PATH
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running
from ansible_collections.renderfarm.file_cache.tests.e2e.watch.host import wait_for
from ansible_collections.renderfarm.file_cache.tests.e2e.writeback.host import CLEAN

FIGURES = os.path.join(os.path.dirname(PATH), 'sweep.json')
WRITER = """
import sys
with open(sys.argv[1], 'wb', buffering=0) as file:
    file.write(b'half')
    print(flush=True)
    sys.stdin.read()
"""


def write(folder, *names, data=b'pixels', age=1000):
    """Files that became quiet some seconds ago."""
    for name in names:
        (folder / name).write_bytes(data)
        moment = (folder / name).stat().st_mtime - age
        os.utime(str(folder / name), (moment, moment))


def sweep(host, *words):
    code, summary = host.save(*words, verb='sweep')
    assert figures() == summary
    return code, summary


def figures():
    with open(FIGURES) as stream:
        return json.load(stream)


def test_what_became_quiet_is_archived(idle):
    """Another host wrote it, and is gone; nothing is released."""
    other = idle.cache.mount()
    os.mkdir(other + '/elsewhere')
    for name in ('/shot/a', '/elsewhere/b'):
        with open(other + name, 'wb') as stream:
            stream.write(b'of a lost worker')
        os.utime(other + name, (10 ** 9, 10 ** 9))
    write(idle.shot, 'now', age=0)
    code, summary = sweep(idle)
    assert (code, summary['outcomes']['done']) == (0, 2)
    assert summary['reasons']['skipped'] == {'unfinished': 1}
    assert idle.on_filer() == {b'a': b'of a lost worker'}
    assert [idle.state('a'), idle.state('../elsewhere/b')] == [CLEAN, CLEAN]
    assert summary['oldest_unsaved']['path'] == str(idle.shot / 'now')


def test_the_quiet_period_is_a_setting(idle):
    idle.settings['sweep'] = {'quiet_period': 0}
    idle.configure()
    write(idle.shot, 'now', age=0)
    code, summary = sweep(idle)
    assert (code, summary['outcomes']['done'], summary['oldest_unsaved']) == (0, 1, None)


def test_what_is_not_finished_is_left_and_named(idle):
    """field-reports D3, D8: quiet for long, and not finished."""
    write(idle.shot, 'beauty.1001.exr', data=b'pixels')
    write(idle.shot, 'beauty.1002.exr', data=b'header', age=360 + 900)
    write(idle.shot, 'beauty.1002.exr.mantra_checkpoint', 'scene.lock', 'x.tmp')
    write(idle.shot, 'f_0010.png', data=b'', age=240 + 900)
    write(idle.shot, 'f_0011.png', data=b'0', age=240 + 900)
    with running([sys.executable, '-c', WRITER, str(idle.shot / 'open.exr')],
                 stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        writer.stdout.read(1)
        os.utime(str(idle.shot / 'open.exr'), (10 ** 9, 10 ** 9))
        code, summary = sweep(idle)
    assert code == 0
    assert idle.on_filer() == {b'beauty.1001.exr': b'pixels'}
    assert {os.path.basename(one['path']): one['why'] for one in summary['unfinished']} == {
        'beauty.1002.exr': 'sidecar', 'beauty.1002.exr.mantra_checkpoint': 'partial',
        'scene.lock': 'partial', 'x.tmp': 'partial', 'f_0010.png': 'placeholder',
        'f_0011.png': 'placeholder', 'open.exr': 'open'}
    assert summary['oldest_unsaved'] == {'path': str(idle.shot / 'open.exr'), 'epoch': 10 ** 9}


def test_what_is_saved_by_now_is_taken_off_the_list(host):
    """Also what was moved too far for a writeback, and what nobody has any more."""
    (host.shot / 'far' / 'far' / 'away').mkdir(parents=True)
    write(host.shot, 'saved', 'gone', 'moved')
    write(host.shot, 'new', age=0)
    host.listed()
    (host.shot / 'gone').unlink()
    os.rename(str(host.shot / 'moved'), str(host.shot / 'far' / 'far' / 'away' / 'moved'))
    code, summary = sweep(host)
    assert (code, summary['outcomes']['done']) == (0, 2)
    assert sorted(host.on_filer()) == [b'far/far/away/moved', b'saved']
    assert [os.path.basename(entry.path) for entry in host.listed()] == [b'new']
    assert summary['matched']['files'] == 3


def test_the_figures_are_for_everybody(idle):
    """design.md: `status` reads only that, and need not be root."""
    write(idle.shot, 'a')
    sweep(idle)
    assert stat.S_IMODE(os.stat(FIGURES).st_mode) == 0o644
    assert [name for name in os.listdir(os.path.dirname(FIGURES)) if name.startswith('sweep.json.')
            ] == []


def test_a_second_one_while_one_runs(idle):
    write(idle.shot, 'a')
    sweep(idle)
    before = figures()
    idle.cache.control('copytool', 'stop')
    write(idle.shot, 'b')
    with idle.saving(verb='sweep') as first:
        wait_for(lambda: idle.cache.stats()['archive']['requested'] == 2)
        code, summary = idle.save(verb='sweep')
        assert code == 0 and 'Another sweep is under way' in summary['error']
        assert summary['matched']['files'] == 0 and figures() == before
        idle.cache.control('copytool', 'start')
        code, summary = idle.ended(first)
    assert (code, summary['outcomes']['done']) == (0, 1)
    assert figures() == summary and idle.archives() == 2


@pytest.mark.parametrize('fault', ['filer-full', 'filer-readonly'])
def test_a_filer_that_takes_nothing(idle, fault):
    write(idle.shot, 'younger')
    write(idle.shot, 'older', age=5000)
    idle.cache.control(fault, 'on')
    code, summary = sweep(idle)
    assert (code, summary['outcomes']['failed']) == (1, 2)
    assert summary['oldest_unsaved']['path'] == str(idle.shot / 'older')


def test_its_time_runs_out(idle):
    write(idle.shot, 'a')
    idle.cache.control('copytool', 'stop')
    code, summary = sweep(idle, '--timeout', '3')
    assert (code, summary['reasons']['pending']) == (1, {'timeout': 1})
    assert summary['oldest_unsaved']['path'] == str(idle.shot / 'a')


def test_a_stop_leaves_figures_too(idle):
    """The timer's service is stopped while it runs."""
    write(idle.shot, 'a')
    idle.cache.control('copytool', 'stop')
    with idle.saving(verb='sweep') as process:
        wait_for(lambda: idle.cache.stats()['archive']['requested'] == 1)
        process.send_signal(signal.SIGTERM)
        code, summary = idle.ended(process)
    assert code == 143 and figures() == summary
    assert summary['interrupted'] == 'SIGTERM'


def test_a_root_that_is_not_on_the_cache(idle):
    """field-reports D2: it is said, and the other root is swept all the same."""
    local = idle.folder / 'local'
    local.mkdir()
    idle.settings['roots'] = [{'name': 'local', 'path': str(local)},
                              {'name': 'shots', 'path': str(idle.mount)}]
    idle.configure()
    write(idle.shot, 'a')
    code, summary = sweep(idle)
    assert code == 2 and str(local) in summary['error']
    assert idle.on_filer() == {b'a': b'pixels'}


def test_a_disk_without_room_for_the_figures(idle):
    state = os.path.dirname(FIGURES)
    os.makedirs(state, exist_ok=True)
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', state], check=True)
    try:
        write(idle.shot, 'a')
        with open(state + '/ballast', 'wb', buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b'x' * 4096)
            except OSError:
                pass
        code, summary = idle.save(verb='sweep')
        assert (code, summary['outcomes']['done']) == (1, 1)
        assert 'cannot be kept' in summary['error'] and 'No space left' in summary['error']
        assert not os.path.exists(FIGURES)
        assert idle.on_filer() == {b'a': b'pixels'}
    finally:
        subprocess.run(['umount', state], check=True)
