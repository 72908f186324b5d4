# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What writers had in hand when they were ended is not finished (fanotify F2, safety rule 8)."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.config import NOTHING
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.finished import (
    Finished,
    Halt,
)

NOW = 1795594920.7


@pytest.fixture
def sign(tmp_path):
    """sign(name, time of its last write, halt, open): what says that it is unfinished."""
    folder = os.open(str(tmp_path), os.O_RDONLY)

    def said(name, written, halted=True, was_open=()):
        path = tmp_path / name
        path.write_bytes(b'pixels')
        os.utime(str(path), (written, written))
        halt = Halt(NOW, {(tmp_path / other).stat().st_ino for other in was_open})
        finished = Finished(NOTHING.settings['unfinished'], os.fsencode(str(tmp_path)),
                            halt if halted else None)
        return finished.judge()(os.fsencode(name), folder, path.stat())
    yield said
    os.close(folder)


def test_what_was_written_to_its_end_before_is_finished(sign):
    assert sign('1001.exr', NOW - 1) is None


@pytest.mark.parametrize('written', [NOW - 0.7, NOW, NOW + 5])
def test_what_was_written_since_is_not(sign, written):
    """Lustre keeps whole seconds: the second of the halt is not to be told from the one after."""
    assert sign('1002.exr', written) == 'open'
    assert sign('1002.exr', written, halted=False) is None


def test_what_was_open_then_is_not_however_old_it_looks(sign):
    """field-reports D3: the header is written first, and then nothing for minutes."""
    assert sign('1003.exr', NOW - 600, was_open=['1003.exr']) == 'open'
    assert sign('1004.exr', NOW - 600, was_open=['1003.exr']) is None
