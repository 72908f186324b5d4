# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A line of /etc/fstab: whatever name is written there is read back."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import fstab
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from hypothesis import given
from hypothesis import strategies as st

SOURCE = b'10.0.0.1@tcp:/abcd1234'


def escaped(name):
    """As mount(8) and ansible.posix.mount write a name."""
    return b''.join(b'\\%03o' % byte if byte in b' \t\n\\' else bytes([byte]) for byte in name)


def line(point, source=SOURCE, options=b'flock,_netdev'):
    return b'%s %s lustre %s 0 0\n' % (escaped(source), escaped(point), options)


def parsed(*lines):
    return list(fstab.parse(lines))


NAME = st.binary(min_size=1, max_size=20).map(lambda name: name.replace(b'\0', b'_'))
PART = NAME.map(lambda name: name.replace(b'/', b'_'))
POINT = st.lists(PART, min_size=1, max_size=4).map(lambda parts: b'/' + b'/'.join(parts))
# A first field that begins with # is a comment.
FIRST = NAME.filter(lambda name: not name.startswith(b'#'))


@given(POINT, FIRST, st.lists(st.sampled_from([b'ro', b'flock', b'x-a=b']), max_size=3))
def test_whatever_is_written_is_read_back(point, source, options):
    found, = parsed(line(point, source, b','.join(options) or b'defaults'))
    assert found == fstab.Line(source, point, b'lustre', options or [b'defaults'])


@given(POINT, st.lists(POINT, max_size=4))
def test_the_line_of_a_mount_point_is_found_among_others(tmp_path_factory, point, others):
    path = bytes(tmp_path_factory.getbasetemp() / 'fstab')
    others = [other for other in others if other != point]
    with open(path, 'wb') as file:
        file.write(b'# a comment\n\n' + b''.join(line(other) for other in others))
    assert fstab.line_of(point, path) is None
    with open(path, 'ab') as file:
        file.write(line(point))
    assert fstab.line_of(point, path).point == point


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_nonsense_is_no_error(lines):
    assert len(parsed(*lines)) <= len(lines)


@pytest.mark.parametrize('text', [
    b'', b'\n', b'#', b'# a b c d', b' \t# a b c d', b'one', b'one /two', b'\t \n'])
def test_what_is_no_line(text):
    assert parsed(text) == []


@pytest.mark.parametrize('written', [b'/mnt/cache/', b'//mnt//cache', b'/mnt/cache'])
def test_a_mount_point_has_one_spelling(written):
    assert parsed(b'%s %s lustre\n' % (SOURCE, written)) == [
        fstab.Line(SOURCE, b'/mnt/cache', b'lustre', [])]


@pytest.mark.parametrize('text', [
    b'\t%s\t\t/mnt/a\tlustre   flock,,ro,  0  0\n', b'%s /mnt/a lustre flock,ro', ])
def test_blanks_and_empty_options(text):
    assert parsed(text % SOURCE) == [
        fstab.Line(SOURCE, b'/mnt/a', b'lustre', [b'flock', b'ro'])]


@pytest.mark.parametrize('name', [b'/mnt/a\x0bb', b'/mnt/a\x0cb', b'/mnt/a\rb'])
def test_only_blank_and_tab_end_a_field(name):
    assert parsed(b'%s %s lustre flock 0 0\n' % (SOURCE, name))[0].point == name


def test_swap_and_the_like_have_no_folder():
    assert parsed(b'/dev/sda2 none swap sw 0 0\n')[0].point == b'none'


def test_two_lines_for_one_folder_are_refused(tmp_path):
    path = bytes(tmp_path / 'fstab')
    with open(path, 'wb') as file:
        file.write(line(b'/mnt/a') + line(b'/mnt/a/'))
    with pytest.raises(Refused, match='2 lines for /mnt/a. Leave one'):
        fstab.line_of(b'/mnt/a', path)


def test_a_host_without_the_file(tmp_path):
    with pytest.raises(Refused, match='cannot be read: No such file'):
        fstab.line_of(b'/mnt/a', bytes(tmp_path / 'none'))
