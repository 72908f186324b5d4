# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last minutes of a Spot host, from the notice to the unmount."""

import re
import subprocess
import sys
import time

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.guard.spot import (
    DONE,
    LAUNCHER,
    WATCH,
    instance_of,
)
from ansible_collections.renderfarm.file_cache.tests.e2e.watch.host import PATIENCE, wait_for
from ansible_collections.renderfarm.file_cache.tests.e2e.writeback.host import contents

READER = 'import sys; f = open(sys.argv[1]); print(flush=True); sys.stdin.read()'


def phase(host, name):
    """(what was said of a phase, the seconds it took)"""
    found, = re.findall(r'^file-cache: %s: (.*) \((\S+) s of \S+ s\)$' % name, host.said, re.M)
    return found[0], float(found[1])


def test_finished_frames_reach_the_filer_and_a_half_written_one_does_not(host, record_property):
    host.watch()
    host.work(frames=40, size=1 << 20)
    guard = host.guard()
    wait_for(lambda: 'looking for' in host.said)
    began = time.monotonic()
    host.imds.control(notice={'action': 'terminate', 'seconds': 120})
    wait_for(lambda: DONE in host.said, 240)
    took = time.monotonic() - began
    record_property('figures', '%d frames of 1 MiB: done %.1f s after the notice; %s' % (
        len(host.frames), took, ', '.join('%s %.1f s' % (name, phase(host, name)[1]) for name
                                          in ('services', 'write-back', 'watch', 'unmount'))))
    assert host.on_filer() == host.frames
    assert not host.is_mounted()
    assert [call.split()[0::2] for call in host.calls if LAUNCHER in call or WATCH in call][0] \
        == ['stop', LAUNCHER]
    assert WATCH in host.calls[-1]
    assert 'not saved: %s/half.exr (unfinished)' % host.shot in host.said
    assert host.marker()['done'] is True
    # Nothing is lost: what was not saved is in the cache, as far as it was written.
    again = host.cache.mount()
    with open(again + '/shot/half.exr', 'rb') as half:
        assert half.read() == b'header and some lines'
    guard.terminate()
    assert guard.wait(PATIENCE) == 0


def test_a_guard_that_is_started_again_does_not_act_again(host):
    host.watch()
    host.work()
    host.taken_away(60)
    calls = host.calls
    host.guard()
    asked = host.imds.control()['answered']
    wait_for(lambda: host.imds.control()['answered'] > asked)
    time.sleep(0.5)
    assert host.calls == calls and host.said.count(DONE) == 1


def test_a_launcher_that_does_not_stop_is_killed_and_its_frame_left(host):
    (host.units / (LAUNCHER + '.hangs')).touch()
    host.watch()
    host.work(stubborn=True)
    assert host.taken_away(20) < 20
    assert 'were killed' in phase(host, 'services')[0]
    assert host.on_filer() == host.frames and not host.is_mounted()


def test_no_archive_moves(host):
    """The time runs out; what is dirty stays in the cache, and the host goes in time."""
    host.cache.control('copytool', 'stop')
    host.watch()
    host.work()
    assert host.taken_away(20) < 20
    assert host.on_filer() == {} and not host.is_mounted()
    assert '4 not: they stay in the cache' in phase(host, 'write-back')[0]
    again = host.cache.mount()
    assert host.frames.items() <= contents(again + '/shot').items()


def test_a_mount_that_does_not_answer(host):
    """field-reports L11: nothing waits for what cannot die."""
    host.watch()
    worker = host.work()
    instance = instance_of(host)
    host.cache.control('freeze-mount', instance, 'on')
    try:
        assert host.taken_away(20) < 20 + 2
    finally:
        host.cache.control('freeze-mount', instance, 'off')
    assert worker.poll() is not None
    assert [name for name in ('services', 'write-back', 'watch', 'unmount') if phase(host, name)]
    assert host.on_filer() == {}


def test_a_mount_that_is_in_use_is_named_and_left(host):
    host.watch()
    host.work()
    with subprocess.Popen([sys.executable, '-c', READER, str(host.shot / 'beauty.1001.exr')],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        reader.stdout.readline()
        host.taken_away(60)
        assert host.is_mounted()
        assert '%d ' % reader.pid in phase(host, 'unmount')[0]
    assert host.on_filer() == host.frames


def test_without_the_list_nothing_is_guessed(host):
    """The service was down: a walk would find what other hosts are writing."""
    host.configure()
    host.work()
    host.taken_away(60)
    assert 'not complete (down)' in phase(host, 'write-back')[0]
    assert host.on_filer() == {} and not host.is_mounted()


@pytest.mark.parametrize('environment, said', [
    ({'AWS_EC2_METADATA_SERVICE_ENDPOINT': 'nowhere'}, 'is no address like'),
    ({'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE': 'IPv5'}, 'can be IPv4 or IPv6'),
])
def test_an_environment_that_makes_no_sense_is_refused(host, environment, said):
    ended = subprocess.run([sys.executable, '-I', str(host.command), 'guard'], env=environment,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE)
    assert ended.returncode == 2 and said in ended.stdout.decode()
    assert ended.stdout.count(b'\n') == 1
