# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which cause stands behind a mount that failed: the port, the kernel log, the modules."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import explain
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host.programs import Done

SILENT = b'mount.lustre: mount x at /mnt/cache failed: Input/output error\nIs the MGS running?'
NO_MODULE = b'mount x at /mnt/cache failed: No such device\nAre the lustre modules loaded?'
ACCEPTOR = b"<3>[ 4000.125] LNetError: 122-1: Can't start acceptor on port 988: port already in use"
PROFILE = b"<3>[ 4000.5] LustreError: 156-2: The client profile 'x-client' could not be read from"


class Programs(object):
    """dmesg and modinfo; None: not installed."""

    def __init__(self, log=b'', modinfo=0):
        self.log = log
        self.modinfo = modinfo

    def there(self, program):
        return None if {'dmesg': self.log, 'modinfo': self.modinfo}[program] is None else program

    def call(self, program, words, names=(), deadline=None):
        assert deadline is not None and deadline <= 10
        if program == 'dmesg':
            return Done(0, self.log, b'', False, False, None)
        assert list(names) == [os.uname().release.encode(), b'lustre']
        return Done(self.modinfo, b'', b'', False, False, None)


@pytest.fixture
def explained(monkeypatch):
    """explained(programs, text, taker): the Diagnosis of a mount begun at second 4000."""
    def told(programs, text, taker=None):
        monkeypatch.setattr(explain.port, 'taker', lambda: taker)
        return explain.explain(programs, text, '10.0.0.1@tcp:/x', '/mnt/cache', 4000.0)
    return told


def test_without_more_it_is_what_was_said(explained):
    assert explained(Programs(), SILENT).cause == 'mgs_silent'


def test_the_kernel_log_of_this_mount_counts_and_an_older_one_does_not(explained):
    assert explained(Programs(PROFILE), SILENT).cause == 'profile'
    old = PROFILE.replace(b'4000.5', b'3994.9')
    assert explained(Programs(old), SILENT).cause == 'mgs_silent'


@pytest.mark.parametrize('text', [
    SILENT, NO_MODULE, b'No route to host', b'Invalid argument', b'what nobody knows'])
def test_a_stolen_port_hides_behind_other_causes(explained, text):
    found = explained(Programs(), text, 'process 812 (rpc.statd), which listens on it')
    assert found.cause == 'port_taken' and '812 (rpc.statd)' in found.message


def test_what_has_another_cause_is_not_blamed_on_the_port(explained):
    assert explained(Programs(), b"Can't parse NID 'x'", 'process 812').cause == 'name_unresolved'


def test_a_port_that_is_free_again_was_taken_all_the_same(explained):
    found = explained(Programs(ACCEPTOR), SILENT)
    assert found.cause == 'port_taken' and 'is taken by something' in found.message


@pytest.mark.parametrize('modinfo, cause', [
    (1, 'module_missing'), (0, 'module_not_loaded'), (None, 'module_not_loaded')])
def test_a_module_that_is_not_there_is_not_one_that_does_not_load(explained, modinfo, cause):
    found = explained(Programs(modinfo=modinfo), NO_MODULE)
    assert found.cause == cause and os.uname().release in found.message


def test_a_host_without_dmesg(explained):
    assert explained(Programs(log=None), SILENT).cause == 'mgs_silent'


@pytest.mark.parametrize('log', [
    b'', b'no stamp: profile x could not be read', b'\xff\xfe', b'<3>[x] profile could not be read',
    b'[ 4000.1] another line'])
def test_lines_that_tell_nothing(log):
    assert explain.kernel_words(Programs(log), 4000.0) == []


def test_only_the_last_lines_are_told():
    log = b'\n'.join(PROFILE.replace(b"'x-", b"'%d-" % number) for number in range(50))
    words = explain.kernel_words(Programs(log), 4000.0)
    assert len(words) == 4 and words[-1].startswith(b'LustreError: 156-2: The client profile \'49-')
