# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mount in use is never disturbed; one that is dead is said, and made anew when idle."""

import pytest

SOURCE = 'cache.fsx.local@tcp:/cache'


def test_other_options_are_only_reported_while_somebody_renders(faulty, worker):
    found = faulty('drift_busy')
    (source, options), = found.mounts
    assert source == SOURCE and 'nosuid' not in options
    assert not found.failed
    assert 'is not as asked (nosuid) and was left as it is: in use by' in found.said
    assert '%s sleep (file open for writing)' % found.launcher['MainPID'] in found.said


def test_other_options_are_put_right_when_nobody_does(faulty):
    before, found = faulty('drift_busy'), faulty('drift_idle')
    (source, options), = found.mounts
    assert source == SOURCE and 'nosuid' in options
    assert found.changed and found.instances != before.instances and len(found.instances) == 1
    assert found.launcher['ActiveState'] == 'active'


def test_a_cache_that_died_is_said_and_nothing_waits_for_it(faulty):
    """field-reports L11"""
    found = faulty('silent_later')
    assert found.failed
    for words in ['does not answer', 'cannot be mounted again while it is in use by',
                  '%s sleep' % found.launcher['MainPID'], 'Nothing waits for it any more']:
        assert words in found.said
    assert found.probe[0] == 2 and 'does not answer' in found.probe[1]
    assert found.instances == faulty('drift_busy').instances


def test_a_cache_that_came_back_is_as_it_was(faulty):
    found, before = faulty('after_silence'), faulty('drift_busy')
    assert found.probe[0] == 0
    assert (found.instances, found.launcher) == (before.instances, before.launcher)


def test_an_evicted_client_is_said_and_left_while_it_is_in_use(faulty):
    """field-reports L10"""
    found = faulty('evicted_busy')
    assert found.failed
    for words in ['was evicted', 'may be lost', 'in use by', 'sleep (file open for writing)',
                  'then look at the files that this host wrote last']:
        assert words in found.said
    assert found.probe[0] == 2 and 'evicted' in found.probe[1]
    assert found.instances == faulty('drift_idle').instances


def test_nobody_renders_on_a_dead_mount(faulty):
    """field-reports D2"""
    assert faulty('on_a_dead_mount').launcher == {'ActiveState': 'failed', 'MainPID': '0'}


def test_an_evicted_client_is_mounted_again_when_nobody_uses_it(faulty):
    found = faulty('evicted_idle')
    (source, options), = found.mounts
    assert source == SOURCE and 'nosuid' not in options
    assert found.changed and not found.failed
    assert found.probe[0] == 0 and found.launcher['ActiveState'] == 'active'
    assert found.instances != faulty('evicted_busy').instances


def test_a_mount_that_lives_on_elsewhere_is_not_called_gone(worker, faulty):
    """field-reports L26: and the host goes on as before."""
    said = worker.read('cat /var/tmp/faults/elsewhere')
    holder = worker.read('cat /var/tmp/faults/holder').strip()
    assert 'The caches stay, and nothing was removed' in said
    assert '1 client instance is' in said and '%s sleep' % holder in said
    found = faulty('after_elsewhere')
    assert [source for source, _options in found.mounts] == [SOURCE]
    assert found.probe[0] == 0 and found.launcher['ActiveState'] == 'active'
    assert len(found.instances) == 2
    assert SOURCE in worker.read('cat /etc/fstab')


@pytest.mark.parametrize('unit', ['file-cache-watch', 'file-cache-guard'])
def test_our_services_run(worker, unit):
    assert worker.host.service(unit).is_running
