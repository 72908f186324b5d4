# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mounting and unmounting with systemd: order, names, ends (field-reports L2, L25, L26)."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import (
    mounting,
    probe,
    questions,
    unmount,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.processes import Process
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.host import (
    worker as simulated,
)

POINT = b'/mnt/show-a'
UNIT = 'mnt-show\\x2da'
OPTIONS = ['relatime', 'flock', '_netdev', 'nofail', 'x-systemd.automount', 'x-file-cache']
RENDER = Process(4711, 'maya.bin', 1000, 'file open for writing', True)


@pytest.fixture
def worker(monkeypatch):
    monkeypatch.setattr(mounting.time, 'sleep', lambda _seconds: None)
    monkeypatch.setattr(unmount, '_LINGERS', 0)
    monkeypatch.setattr(probe, 'ask', lambda *_question: questions.Answer(b'3', None, False))
    monkeypatch.setattr(mounting.explain, 'uptime', lambda: 1.0)
    return simulated.Worker(POINT, monkeypatch)


def mounted(worker, dry_run=False, **changes):
    request = mounting.Request(POINT, simulated.SOURCE, 'abcd1234', OPTIONS, 3, 1, 5, False, True)
    return mounting.mount(worker, request._replace(**changes), dry_run, worker.units)


def gone(worker, **how):
    return unmount.unmount(worker, POINT, units=worker.units, **how)


def without_automount():
    return [option for option in OPTIONS if option != 'x-systemd.automount']


# Mounted


def test_the_automount_is_started_and_then_entered(worker):
    worker.stale = True
    done = mounted(worker)
    assert (done.changed, done.failure, done.drift, done.attempts) == (True, None, [], 1)
    assert worker.said == [
        'systemctl daemon-reload', 'systemctl start %s.automount' % UNIT, 'enter']
    worker.said = []
    again = mounted(worker)
    assert (again.changed, again.failure, worker.said) == (False, None, [])


@pytest.mark.parametrize('lack', ['stale', 'lost'])
def test_systemd_is_told_of_a_new_line_also_where_a_mount_stays(worker, lack):
    mounted(worker)
    worker.said = []
    setattr(worker, lack, True)
    assert mounted(worker).failure is None
    assert worker.said == ['enter', 'systemctl daemon-reload']
    assert mounted(worker, dry_run=True).failure is None


def test_systemd_is_not_sent_to_a_mount_that_does_not_answer(worker):
    """It would stand still, and lose the units of fstab (field-reports L25)."""
    mounted(worker)
    worker.said = []
    worker.stale = worker.silent = True
    done = mounted(worker)
    assert '/mnt/show-a does not answer, and systemd' in done.failure
    assert worker.said == ['enter']


def test_without_an_automount_the_mount_unit_is_started(worker):
    worker.loaded = 'not-found'
    assert mounted(worker, options=without_automount()).failure is None
    assert worker.said == ['systemctl daemon-reload', 'systemctl start %s.mount' % UNIT]


def test_a_line_that_systemd_does_not_take_is_said(worker, monkeypatch):
    worker.loaded = 'masked'
    monkeypatch.setattr(worker.units, 'reload', lambda: None)
    done = mounted(worker)
    assert 'no unit mnt-show\\\\x2da.mount (masked)' in done.failure and done.attempts == 0


def test_what_may_heal_is_tried_again_what_cannot_is_not(worker):
    worker.missing.discard('journalctl')
    worker.failures = [(104, b'mount.lustre: mount failed: Connection reset by peer\n'),
                       (17, b'mount.lustre: mount failed: File exists\n')]
    done = mounted(worker)
    assert (done.failure, done.attempts) == (None, 3)
    worker.mount = None
    worker.failures = [(2, b'failed: No such file or directory\nIs the filesystem name correct?\n')]
    done = mounted(worker)
    assert (done.diagnosis.cause, done.attempts) == ('wrong_name', 1)


def test_tries_are_bounded(worker):
    worker.failures = [(110, b'')] * 10
    done = mounted(worker, options=without_automount())
    assert (done.diagnosis.cause, done.attempts) == ('unknown', 4)
    assert 'Job for mnt-show' in done.failure


def test_no_automounter(worker, monkeypatch):
    monkeypatch.setattr(worker, '_start', lambda unit: simulated.done(
        1, err=b'Starting of %s unsupported.\n' % unit))
    done = mounted(worker)
    assert (done.diagnosis.cause, done.attempts) == ('no_automount', 1)


def test_a_dry_run_starts_nothing(worker):
    worker.loaded = 'not-found'
    assert mounted(worker, dry_run=True).changed is True
    worker.appear()
    worker.armed = True
    assert mounted(worker, dry_run=True).changed is False
    worker.mount = worker.mount._replace(options=(b'ro', b'relatime'))
    assert mounted(worker, dry_run=True).changed is True
    worker.users = [RENDER]
    assert mounted(worker, dry_run=True).changed is False
    assert worker.said == []


def test_drift_is_put_right_only_when_nobody_is_there(worker):
    worker.appear()
    worker.armed = True
    worker.mount = worker.mount._replace(options=(b'rw', b'noatime', b'flock'))
    worker.users = [RENDER]
    done = mounted(worker)
    assert (done.changed, done.drift, done.users) == (False, ['relatime'], [RENDER])
    assert '4711 maya.bin' in done.warnings[0] and worker.said == []
    worker.users = []
    worker.stale = True
    done = mounted(worker)
    assert (done.changed, done.drift, done.failure) == (True, [], None)
    # The trigger stays armed all the time; systemd reads the new line before it mounts.
    assert worker.said == ['umount /mnt/show-a', 'systemctl daemon-reload',
                           'systemctl start %s.automount' % UNIT, 'enter']


def test_a_trigger_that_is_no_longer_wanted_goes_before_its_line_is_read(worker):
    """L25: a trigger whose unit vanished makes everybody wait for ever."""
    worker.armed = True
    worker.stale = True
    assert mounted(worker, options=without_automount()).failure is None
    assert worker.said == ['systemctl stop %s.automount' % UNIT, 'systemctl daemon-reload',
                           'systemctl start %s.mount' % UNIT]


def test_another_folder_of_the_cache_is_a_drift_of_the_source(worker):
    worker.source = simulated.SOURCE + b'/shots'
    worker.appear()
    worker.armed = True
    done = mounted(worker, remount=False)
    assert done.drift == ['source']


def test_the_address_may_be_a_name(worker):
    worker.appear()
    worker.armed = True
    assert mounted(worker, source=b'fc-0.fsx.local@tcp:/abcd1234').drift == []


# Unmounted


def test_plain_umount_first_and_the_units_after_it(worker):
    """L2, L25: the simulated systemd would not bear the other order."""
    worker.appear()
    worker.armed = True
    done = gone(worker)
    assert (done.state, done.changed, done.proven) == ('gone', True, True)
    assert worker.said == ['umount /mnt/show-a', 'systemctl stop %s.automount' % UNIT]
    assert worker.read() == []
    worker.said = []
    assert gone(worker).changed is False and worker.said == []


def test_while_it_is_used_nothing_is_stopped(worker):
    worker.appear()
    worker.armed = True
    worker.users = [RENDER]
    done = gone(worker)
    assert (done.state, done.changed, done.users) == ('busy', False, [RENDER])
    assert '4711 maya.bin (file open for writing)' in done.message
    assert worker.said == ['umount /mnt/show-a'] and worker.armed


def test_an_umount_that_hangs_ends_as_stuck(worker):
    worker.appear()
    worker.umount = simulated.done(None, stuck=True, overdue=True, pid=99)
    done = gone(worker)
    assert (done.state, done.pid) == ('stuck', 99) and 'process 99' in done.message


def test_a_unit_that_cannot_be_stopped_is_said(worker, monkeypatch):
    worker.armed = True
    monkeypatch.setattr(worker, '_stop', lambda _unit: simulated.done(1, err=b'no\nway'))
    done = gone(worker)
    assert done.state == 'failed' and done.message.endswith('cannot be stopped: no way')


def test_a_trigger_without_a_unit_is_taken_away(worker, monkeypatch):
    """L25."""
    worker.armed = True
    monkeypatch.setattr(worker, '_show', lambda _unit: b'LoadState=not-found\nActiveState=inactive')
    done = gone(worker)
    assert (done.state, done.changed) == ('gone', True)
    assert worker.said == ['umount /mnt/show-a'] and worker.read() == []


def test_what_lives_on_is_not_gone(worker):
    """L26, lustre-hsm M1."""
    worker.alive = {b'abcd1234-ff09', b'other-ff01'}
    done = gone(worker, fsname=b'abcd1234')
    assert (done.state, done.instances, done.proven) == ('alive', [b'abcd1234-ff09'], True)


def test_nobody_can_tell_what_lives_on(worker, monkeypatch):
    monkeypatch.setattr(unmount.instances, 'FOLDERS', ())
    worker.missing.add('lctl')
    done = gone(worker, fsname=b'abcd1234')
    assert (done.state, done.proven) == ('gone', False)


def test_the_folder_of_the_kernel_tells_where_lctl_is_missing(worker, monkeypatch, tmp_path):
    """M2."""
    (tmp_path / 'abcd1234-ff02').mkdir()
    monkeypatch.setattr(unmount.instances, 'FOLDERS', (bytes(tmp_path),))
    worker.missing.add('lctl')
    assert gone(worker, fsname=b'abcd1234').instances == [b'abcd1234-ff02']


def test_a_dry_run_of_an_unmount(worker):
    worker.appear()
    worker.armed = True
    assert gone(worker, dry_run=True).changed is True
    worker.users = [RENDER]
    assert gone(worker, dry_run=True).state == 'busy'
    worker.mount = None
    assert gone(worker, dry_run=True, fsname=b'none').changed is True
    assert worker.said == [] and worker.armed
    worker.armed = None
    assert gone(worker, dry_run=True, fsname=b'none').changed is False


def test_more_names_than_a_message_holds():
    users = [RENDER._replace(pid=number) for number in range(25)]
    assert unmount.names(users).endswith('19 maya.bin (file open for writing), 5 more')


# Names of units


@pytest.mark.parametrize('point, name', [
    (b'/mnt/show-a', b'mnt-show\\x2da.mount'), (b'/mnt/show a', b'mnt-show\\x20a.mount'),
    (b'/mnt/_x', b'mnt-_x.mount'), ('/mnt/ä'.encode(), b'mnt-\\xc3\\xa4.mount'),
    (b'/mnt//x/', b'mnt-x.mount'), (b'/mnt/a\nb', b'mnt-a\\x0ab.mount')])
def test_a_units_name_is_what_systemd_says(worker, point, name):
    """L25."""
    assert worker.units.name(point, 'mount') == name
