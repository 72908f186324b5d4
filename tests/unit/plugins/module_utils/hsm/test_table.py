# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names kept on disk."""

import os
import subprocess
import sys
import tempfile

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.table import NameTable
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.binary(max_size=12), max_size=60), st.binary(max_size=12))
def test_a_table_is_a_set_that_keeps_the_order(names, other):
    table = NameTable()
    model = []
    for name in names:
        assert table.add(name) == (name not in model)
        if name not in model:
            model.append(name)
    assert list(table) == model and len(table) == len(model)
    assert (other in table) == (other in model)
    table.close()


def test_nothing_is_left_on_disk_under_a_name(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path))
    table = NameTable()
    for number in range(2000):
        table.add(b'%d' % number * 50)
    assert os.listdir(str(tmp_path)) == []
    assert len(list(table)) == 2000
    table.close()


GROWTH = '''
import resource
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.table import NameTable
table = NameTable()
def fill(start, end):
    for number in range(start, end):
        table.add(b"show/seq%d/shot/%d.%d.exr" % (number % 97, number * 7919 % 1000003, number))
    with open("/proc/self/statm") as facts:
        return int(facts.read().split()[1]) * resource.getpagesize() // 1024
first = fill(0, 150000)
print(fill(150000, 400000) - first)
'''


@pytest.mark.slow
def test_memory_does_not_grow_with_the_names():
    grown = int(subprocess.check_output(
        [sys.executable, '-c', GROWTH], env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))))
    assert grown < 8 * 1024, '%d KiB for 250,000 more names' % grown


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    if os.geteuid() != 0 or subprocess.call(
            ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'x', str(tmp_path)]) != 0:
        pytest.skip('needs the right to mount (root)')
    monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path))
    table = NameTable()
    try:
        with pytest.raises(Refused) as refused:
            for number in range(300000):
                table.add(b'%d' % number * 100)
        assert str(tmp_path) in str(refused.value) and 'full' in str(refused.value)
    finally:
        table.close()
        subprocess.check_call(['umount', str(tmp_path)])


def test_no_place_for_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path / 'no'))
    with pytest.raises(Refused) as refused:
        NameTable()
    assert 'TMPDIR' in str(refused.value)
