# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's list of mounts: any name in it, and what lies on top (field-reports L25)."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import mountinfo
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import mountpoint
from hypothesis import given
from hypothesis import strategies as st

CACHE = b'10.0.0.1@tcp:/abcd1234'


def escaped(name):
    """A name as the kernel writes it (fs/proc_namespace.c: blank, tab, newline, backslash, #)."""
    return b''.join(b'\\%03o' % byte if byte in b' \t\n\\#' else bytes([byte]) for byte in name)


def line(point, source=CACHE, fstype=b'lustre', number=40, options=b'rw,relatime',
         super_options=b'rw,flock,lazystatfs', tags=b'shared:7 '):
    return b'%d 22 1997:42 / %s %s %s- %s %s %s\n' % (
        number, escaped(point), options, tags, fstype, escaped(source), super_options)


def parsed(*lines):
    return list(mountpoint.parse(lines))


def test_a_line_of_a_lustre_mount():
    """field-reports L10 shows the options."""
    assert parsed(line(b'/mnt/cache')) == [mountinfo.Mount(
        b'/mnt/cache', b'/', CACHE, b'lustre', (b'rw', b'relatime', b'flock', b'lazystatfs'),
        (1997, 42), 40)]


@pytest.mark.parametrize('tags', [b'', b'shared:1 ', b'shared:1 master:2 propagate_from:3 '])
def test_any_number_of_optional_fields(tags):
    assert parsed(line(b'/mnt/a', tags=tags))[0].source == CACHE


@pytest.mark.parametrize('point', [
    b'/mnt/show-a', b'/mnt/show a', b'/mnt/_x', '/mnt/ä'.encode(), b'/mnt/new\nline', b'/mnt/\t',
    b'/mnt/back\\slash', b'/mnt/\\040', b'/mnt/# - x', b'/mnt/ - lustre', b'/mnt/\xff'])
def test_names_come_out_as_they_are(point):
    mounts = parsed(line(point), line(b'/mnt'))
    assert mountinfo.at(point, mounts).point == point


NAME = st.binary(min_size=1, max_size=20).map(lambda name: b'/' + name.replace(b'\0', b'/'))


@given(NAME, NAME)
def test_whatever_the_kernel_writes_is_read_back(point, source):
    mount, = parsed(line(point, source))
    assert (mount.point, mount.source) == (point, source)


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_nonsense_is_no_mount_and_no_error(lines):
    assert len(parsed(*lines)) <= len(lines)


@pytest.mark.parametrize('text', [
    b'', b'\n', b'1 2 3', b'x 1 0:1 / /a rw - t s rw', b'1 1 01 / /a rw - t s rw',
    b'1 1 0:1 / /a rw t s rw', b'1 1 0:1 / /a rw - t'])
def test_a_line_that_is_none_is_left_out(text):
    assert parsed(text) == []


def test_a_line_without_options_of_the_file_system():
    assert parsed(b'1 1 0:1 / /a rw - t s')[0].options == (b'rw',)


def test_the_topmost_mount_counts_and_a_trigger_does_not():
    trigger = line(b'/mnt/a', b'systemd-1', b'autofs')
    under, over = line(b'/mnt/a', number=50), line(b'/mnt/a', b'nas:/x', b'nfs', number=51)
    assert mountinfo.at(b'/mnt/a', parsed(trigger)) is None
    assert mountinfo.armed(b'/mnt/a', parsed(trigger)) is True
    assert mountinfo.at(b'/mnt/a', parsed(trigger, under, over)).number == 51
    assert mountinfo.armed(b'/mnt/a', parsed(under)) is False
    assert mountinfo.at(b'/mnt', parsed(under)) is None


def test_the_list_of_this_host_and_of_a_process_that_is_gone():
    assert mountinfo.at(b'/proc').fstype == b'proc'
    assert mountinfo.read(2 ** 30) == []


@pytest.mark.parametrize('source, found', [
    (b'fc-0123.fsx.eu-west-1.amazonaws.com@tcp:/abcd1234', (b'abcd1234', b'')),
    (b'10.0.0.1@tcp:/abcd1234/team1/set', (b'abcd1234', b'team1/set')),
    (b'10.0.0.1@tcp:10.0.0.2@tcp:/abcd1234/', (b'abcd1234', b'')),
    (b'10.0.0.1@tcp,10.0.0.2@tcp1:/abcd1234', (b'abcd1234', b'')),
    (b'tmpfs', (b'', b'')), (b'', (b'', b'')), (b'a@tcp:/', (b'', b'')),
    (b'nas:/export', (b'', b'')),
])
def test_the_name_of_the_file_system_in_a_source(source, found):
    assert mountinfo.filesystem_of(source) == found
