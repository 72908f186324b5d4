# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A boot that goes wrong ends with its cause and its remedy, and nobody renders on that host."""

import pytest

# fault: words of what happened, and of what to do (filecache-and-peers A2.4).
WORDS = {
    'unresolved': ['cannot be resolved', 'cache.fsx.local', 'VPC', 'by the IP address'],
    'silent': ['did not answer in time', 'security group', '988'],
    'wrong_name': ['knows no file system', '/wrong', 'MountName of describe-file-caches'],
    'refused': ['do not talk to this client', 'outbound rules'],
    'port': ['TCP port 988', 'is taken by process', '(python3)', 'noresvport'],
    'other': ['is mounted 10.0.0.1@tcp:/other', 'asked for was the cache "cache"',
              'Correct the fstab line or the variable'],
}
FAULTS = sorted(WORDS)


@pytest.mark.parametrize('fault', FAULTS)
def test_cause_and_remedy_are_named(faulty, fault):
    found = faulty(fault)
    assert found.failed
    assert [words for words in WORDS[fault] if words not in found.said] == []


def test_who_has_the_port_is_named_by_his_number(worker, faulty):
    taker = worker.read('cat /var/tmp/faults/taker').strip()
    assert 'process %s (python3), which listens on it' % taker in faulty('port').said


@pytest.mark.parametrize('fault', FAULTS)
def test_the_launcher_does_not_start(faulty, fault):
    """field-reports D2: not without a mount, and not on a wrong one."""
    assert faulty(fault).launcher == {'ActiveState': 'failed', 'MainPID': '0'} or \
        faulty(fault).launcher == {'ActiveState': 'inactive', 'MainPID': '0'}


@pytest.mark.parametrize('fault', FAULTS)
def test_nothing_else_was_mounted(faulty, fault):
    assert [source for source, _options in faulty(fault).mounts] == (
        ['10.0.0.1@tcp:/other'] if fault == 'other' else [])


@pytest.mark.parametrize('fault', FAULTS)
def test_the_probe_says_no_and_comes_back(faulty, fault):
    status, said = faulty(fault).probe
    assert status == 2
    assert ('asked for was' if fault == 'other' else 'No cache is mounted at /mnt/cache') in said


def test_the_folder_below_cannot_be_written(worker):
    """Nor was anything written there, or into the other cache, by what was kept from starting."""
    assert worker.read('ls -A /mnt/cache') == ''
    assert worker.run("su render -s /bin/sh -c 'touch /mnt/cache/frame.exr'")[0] != 0
    if worker.name == 'worker-apt':  # whose folders can be made immutable
        assert worker.run('touch /mnt/cache/frame.exr')[0] != 0


def test_nothing_was_written_into_the_other_cache(farm):
    assert list((farm.filer.parent / 'other' / 'mnt' / 'client1').iterdir()) == []
