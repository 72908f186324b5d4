# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shutdown loses no frame, and a boot needs nobody (field-reports L8, L22, D2)."""

import json

import pytest

MOUNT, WATCH, LAUNCHER = UNITS = [
    'mnt-cache.mount', 'file-cache-watch.service', 'deadline10launcher.service']
# What systemd calls these events, whatever its version words (systemd.journal-fields).
STARTED = '39f53479d3a045ac8e11786248231fbf'
STOPPING = 'de5b426a63be47a7b6ac3eaac82e2f6f'
STOPPED = '9d1aaa27d60140bd96365438aad20286'


@pytest.fixture
def shutdown(worker):
    """What systemd said while the host ended: entries of the journal, in order."""
    said = [json.loads(line) for line in worker.read('cat /var/tmp/shutdown.journal').splitlines()]
    began = [number for number, entry in enumerate(said)
             if entry.get('UNIT') == LAUNCHER and entry.get('MESSAGE_ID') == STOPPING]
    return said[began[-1]:]


@pytest.fixture
def boot(worker):
    """What systemd said while the host came up again."""
    return [json.loads(line) for line in worker.read(
        'journalctl --no-pager -o json _PID=1').splitlines()]


def order(entries, event):
    """Our units, as this event met one after the other, each for the last time."""
    units = [entry.get('UNIT') for entry in entries if entry.get('MESSAGE_ID') == event]
    return sorted(set(UNITS) & set(units), key=lambda unit: units[::-1].index(unit), reverse=True)


def test_at_shutdown_the_launcher_ends_first_and_the_mount_last(shutdown):
    assert order(shutdown, STOPPED) == [LAUNCHER, WATCH, MOUNT]


def test_the_unmount_was_not_refused(shutdown):
    assert [entry['MESSAGE'] for entry in shutdown
            if entry.get('UNIT') in UNITS and 'Failed' in str(entry['MESSAGE'])] == []


def test_at_boot_the_mount_came_first_and_the_launcher_last(boot):
    assert order(boot, STARTED) == [MOUNT, WATCH, LAUNCHER]


def test_the_frame_that_was_open_has_its_bytes(worker):
    assert worker.run('sha256sum --check /var/tmp/open.sha256')[0] == 0


def test_the_worker_works_again(worker):
    assert worker.run('/opt/file-cache/bin/file-cache probe /mnt/cache --expect cache')[0] == 0
    for unit in [WATCH, LAUNCHER, 'file-cache-guard.service']:
        assert worker.host.service(unit).is_running
    said = worker.read('journalctl --no-pager -o cat -u file-cache-watch')
    assert '/mnt/cache is watched' in said
    assert worker.read('systemctl --failed --no-legend --no-pager') == ''


@pytest.mark.parametrize('unit, name, values', [
    (MOUNT, 'Before', ['remote-fs.target', 'umount.target', WATCH, LAUNCHER]),
    (MOUNT, 'After', ['network-online.target', 'nss-lookup.target', 'remote-fs-pre.target']),
    (WATCH, 'After', [MOUNT]),
    (LAUNCHER, 'After', [MOUNT, WATCH]),
    (LAUNCHER, 'Requires', [MOUNT]),
])
def test_systemd_knows_the_order(worker, unit, name, values):
    shown = worker.property(unit, name).split()
    assert [value for value in values if value not in shown] == []
