# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""User data on a host that holds the image stage only."""

import pytest

LACKS = {
    'command': 'This image has no /opt/file-cache/bin/file-cache: bake it with the stage image of '
               'the role file_cache_client.',
    'client': 'This image has no Lustre client (mount.lustre): bake it with the stage image of the '
              'role file_cache_client.',
}


HELD = 'The services that work on the caches stay stopped.'


def units(text):
    """{unit: its other properties} of `systemctl show`."""
    blocks = [dict(line.split('=', 1) for line in block.splitlines())
              for block in text.strip().split('\n\n')]
    return {block.pop('Id'): block for block in blocks}


@pytest.mark.parametrize('lacking', sorted(LACKS))
def test_an_image_that_lacks_something_says_so_and_holds_the_launcher(worker, lacking):
    said = worker.read('cat /var/tmp/lacking_' + lacking).splitlines()
    assert 'file-cache: %s %s' % (LACKS[lacking], HELD) in said
    assert 'status 1' in said
    # Failed: it was, and is not even tried.
    assert 'launcher inactive' in said or 'launcher failed' in said
    assert not [line for line in said if 'x-file-cache' in line]


def test_the_cache_is_mounted(worker):
    assert worker.read('lfs getname /mnt/cache').startswith('cache-')
    assert worker.run('/opt/file-cache/bin/file-cache probe /mnt/cache --expect cache')[0] == 0


def test_the_launcher_started_after_the_mount(worker):
    """field-reports D2"""
    began = {name: int(each.get('ActiveEnterTimestampMonotonic', 0))
             for name, each in units(worker.read('cat /var/tmp/first_boot.units')).items()}
    assert 0 < began['mnt-cache.mount'] < began['file-cache-watch.service']
    assert began['file-cache-watch.service'] <= began['deadline10launcher.service']


def test_what_the_launcher_renders_is_in_the_cache(farm, worker):
    frame = worker.read("ls -t /mnt/cache/nas1/shots/'%s open '* | head -n 1" % worker.name)
    assert worker.read('lfs hsm_state %s', frame).startswith(frame + ': (0x')


def test_a_second_run_changes_nothing_and_stops_nothing(worker):
    now = units(worker.read("systemctl show -p Id,InvocationID,ActiveEnterTimestampMonotonic "
                            "'mnt-cache.*' 'deadline10launcher*' 'file-cache-*'"))
    assert now == units(worker.read('cat /var/tmp/first_boot.units'))
    assert worker.snapshot() == worker.remembered('first_boot')
    assert worker.read('cat /var/tmp/second_run.said') == 'file-cache: the caches are mounted.'


def test_the_services_will_start_at_the_next_boot_too(worker):
    for unit in ['file-cache-watch.service', 'file-cache-guard.service']:
        assert worker.read('systemctl is-enabled %s', unit) == 'enabled'
    sweeps = worker.run('systemctl is-enabled file-cache-sweep.timer')[1].strip()
    assert sweeps == ('enabled' if worker.name == 'worker-dnf' else 'disabled')
