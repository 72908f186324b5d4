# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sweep leaves on this host, and what keeps two of them apart."""

import errno
import json
import os
import subprocess
import sys

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import (
    OUTCOMES,
    Settled,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback import state, sweep
from hypothesis import given
from hypothesis import strategies as st

LOCK = '''
import sys
sys.path[:0] = {path!r}
from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback import state
print(state.sweep_lock(sys.argv[1]) is not None, flush=True)
sys.stdin.read()
'''


def test_one_sweep_at_a_time(tmp_path):
    """A record lock is let go of whatever ends the process, and no child holds it."""
    folder = str(tmp_path / 'state')
    script = LOCK.format(path=sys.path)
    with subprocess.Popen([sys.executable, '-c', script, folder], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b'True\n'
        assert state.sweep_lock(folder) is None
        other.kill()
        other.wait()
    mine = state.sweep_lock(folder)
    assert mine is not None
    os.close(mine)


def test_the_figures_are_whole_or_those_before(tmp_path, monkeypatch):
    path = tmp_path / 'sweep.json'
    state.keep_sweep({'number': 1}, str(tmp_path))
    assert json.loads(path.read_text()) == {'number': 1}
    assert path.stat().st_mode & 0o777 == 0o644

    def no_room(_descriptor):
        raise OSError(errno.ENOSPC, 'no room')
    monkeypatch.setattr(state.os, 'fsync', no_room)
    with pytest.raises(OSError):
        state.keep_sweep({'number': 2}, str(tmp_path))
    assert json.loads(path.read_text()) == {'number': 1}
    assert os.listdir(str(tmp_path)) == ['sweep.json']


def test_who_may_not_keep_state_has_no_gate(tmp_path):
    (tmp_path / 'file').write_text('')
    assert state.gate(str(tmp_path / 'file' / 'state')) is None
    gate = state.gate(str(tmp_path / 'state'))
    assert gate.enter()
    gate.close()


@given(st.lists(st.tuples(st.sampled_from(OUTCOMES), st.integers(0, 4 * 10 ** 18)), max_size=8))
def test_the_oldest_file_that_is_not_saved(files):
    oldest = sweep._Oldest()
    for number, (outcome, mtime_ns) in enumerate(files):
        oldest(Settled(b'/%d' % number, mtime_ns, outcome, None, None, None))
    left = [(mtime_ns, number) for number, (outcome, mtime_ns) in enumerate(files)
            if outcome not in ('already', 'done', 'vanished')]
    assert oldest.found == (None if not left else {
        'path': '/%d' % min(left)[1], 'epoch': min(left)[0] // 10 ** 9})
