# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Spot host that is about to go has saved what was finished, and let the cache go."""

import hashlib
import json

import pytest


@pytest.mark.parametrize('unit', [
    'deadline10launcher.service', 'file-cache-watch.service', 'file-cache-sweep.timer',
    'mnt-cache.mount', 'mnt-cache.automount'])
def test_what_works_on_the_cache_was_stopped(worker, unit):
    assert worker.property(unit, 'ActiveState').strip() in ('inactive', 'failed')


def test_finished_frames_are_on_the_filer_byte_for_byte(farm, worker):
    lines = worker.read('cat /var/tmp/finished.sha256').splitlines()
    assert len(lines) == 24
    for line in lines:
        checksum, name = line.split('  ', 1)
        saved = farm.on_filer('/mnt/cache/nas1/shots/' + name).read_bytes()
        assert hashlib.sha256(saved).hexdigest() == checksum


def test_the_frame_that_was_half_written_is_not(farm, worker):
    """It was closed when the launcher ended, as finished ones are (fanotify F2)."""
    half = worker.read('cat /var/tmp/half').strip()
    assert ' open ' in half
    assert not farm.on_filer(half).exists()


def test_it_stays_in_the_cache(farm, worker):
    half = farm.on_filer(worker.read('cat /var/tmp/half').strip())
    kept = farm.filer.parent / 'mnt' / 'client1' / half.relative_to(farm.filer)
    assert kept.stat().st_size == 1000000


def test_the_cache_is_unmounted(worker):
    """lustre-hsm M1"""
    assert ' /mnt/cache ' not in worker.read('cat /proc/self/mountinfo')
    assert worker.run('lctl get_param -N llite.*.uuid')[0] == 2


def test_the_guard_knows_that_it_is_done(worker):
    assert worker.host.service('file-cache-guard').is_running
    mark = json.loads(worker.read('cat /run/file-cache/guard.json'))
    assert mark['action'] == 'terminate' and mark['done'] is True
    assert mark['open'] != []
