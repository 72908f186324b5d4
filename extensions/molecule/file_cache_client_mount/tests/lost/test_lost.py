# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame of a worker that was lost is on the filer: the sweep of another host has saved it."""

import hashlib
import json

import farm_hosts
import pytest


@pytest.fixture
def sweeper():
    return farm_hosts.Worker('worker-dnf')


def test_the_frame_is_on_the_filer(farm):
    rendered = farm.filer.parent / 'lost.sha256'
    saved = farm.on_filer('/mnt/cache/nas1/shots/lost.1001.exr').read_bytes()
    assert hashlib.sha256(saved).hexdigest() == rendered.read_text(encoding='utf-8').split()[0]


def test_one_host_sweeps(sweeper):
    assert sweeper.host.service('file-cache-sweep.timer').is_enabled
    assert sweeper.host.service('file-cache-sweep.timer').is_running
    shown = sweeper.property('file-cache-sweep.timer', 'NextElapseUSecMonotonic').strip()
    assert shown not in ('', 'infinity', '0')


def test_everybody_may_read_how_the_last_sweep_went(sweeper):
    said = json.loads(sweeper.read(
        "su render -s /bin/sh -c 'cat /var/lib/file-cache/sweep.json'"))
    assert said['verb'] == 'sweep' and said['complete'] is True and said['error'] is None
    assert said['roots'] == ['/mnt/cache/nas1/assets', '/mnt/cache/nas1/shots']
    assert said['outcomes']['failed'] == said['outcomes']['timed_out'] == 0
    # Its own launcher has a frame open, which no sweep of its host takes for finished.
    assert 'worker-dnf open' in said['oldest_unsaved']['path']


def test_the_config_has_the_quiet_period(sweeper):
    config = json.loads(sweeper.read('cat /etc/file-cache/config.json'))
    assert config['sweep'] == {'quiet_period': 5}


def test_the_worker_that_was_lost_works_again(worker):
    assert worker.run('/opt/file-cache/bin/file-cache probe /mnt/cache --expect cache')[0] == 0
    for unit in ['file-cache-watch', 'file-cache-guard', 'deadline10launcher']:
        assert worker.host.service(unit).is_running
