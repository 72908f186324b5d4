# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has TCP port 988: what stands in /proc/net/tcp, and whose socket it is."""

import contextlib
import os
import socket
import struct
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.host import port
from hypothesis import given
from hypothesis import strategies as st

TITLE = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid ...\n'
LISTENS, OPEN, WAITS = '0A', '01', '06'
NOBODYS = '4026531999'


def hexed(address, number):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    packed = socket.inet_pton(family, address)
    words = struct.unpack('=%dI' % (len(packed) // 4), packed)
    return '%s:%04X' % (''.join('%08X' % word for word in words), number)


def row(state, local, remote=('0.0.0.0', 0), inode=NOBODYS):
    return ('   0: %s %s %s 00000000:00000000 00:00000000 00000000     0        0 %s 1 ffff888 100 '
            '0 0 10 0\n' % (hexed('10.0.0.7', local), hexed(*remote), state, inode))


@contextlib.contextmanager
def held():
    """(process, inode) of a socket that another process has."""
    with socket.socket() as mine, subprocess.Popen(['sleep', '600'], stdin=mine) as holder:
        try:
            yield holder.pid, '%d' % os.fstat(mine.fileno()).st_ino
        finally:
            holder.kill()


@pytest.fixture
def taker(tmp_path):
    """taker(rows): who has the port, when /proc/net/tcp has these."""
    def told(*rows):
        table = tmp_path / 'tcp'
        table.write_text(TITLE + ''.join(rows))
        return port.taker([str(tmp_path / 'nothing'), str(table)])
    return told


def test_nobody(taker):
    assert taker() is None
    assert taker(row(LISTENS, 22), row(OPEN, 22, ('10.0.0.1', 988))) is None


def test_the_client_itself_is_no_thief(taker):
    """Its sockets belong to no process, and lead to the ports of Lustre (A2.3)."""
    assert taker(row(LISTENS, 988), row(OPEN, 988, ('10.0.0.1', 988)),
                 row(OPEN, 988, ('10.0.0.1', 1021))) is None


def test_a_process_that_listens(taker):
    with held() as (pid, inode):
        assert taker(row(LISTENS, 988, inode=inode)) == (
            'process %d (sleep), which listens on it' % pid)


def test_a_connection_of_the_kernel(taker):
    """filecache-and-peers A2.4: an NFS mount took it."""
    assert taker(row(OPEN, 988, ('192.168.1.9', 2049))) == (
        'a connection of the kernel to 192.168.1.9 port 2049, an NFS mount')


def test_a_connection_of_a_process(taker):
    with held() as (pid, inode):
        assert taker(row(OPEN, 988, ('fd00::1', 443), inode)) == (
            'a connection of process %d (sleep) to fd00::1 port 443' % pid)


def test_what_is_over_is_nobody(taker):
    assert taker(row(WAITS, 988, ('10.0.0.1', 2049), '0')) is None


def test_the_first_that_is_in_the_way_is_named(taker):
    assert 'port 2049' in taker(row(LISTENS, 988), row(OPEN, 988, ('10.0.0.1', 1020)),
                                row(OPEN, 988, ('10.0.0.9', 2049)), row(OPEN, 988, ('10.0.0.8', 1)))


ADDRESS = st.one_of(st.binary(min_size=4, max_size=4), st.binary(min_size=16, max_size=16)).map(
    lambda packed: socket.inet_ntop(
        socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed))


@given(ADDRESS, st.integers(0, 65535))
def test_an_address_is_read_as_the_kernel_writes_it(address, number):
    assert port._remote(hexed(address, number)) == (address, number)


@given(st.lists(st.text(st.characters(blacklist_categories=('Cs',)), max_size=30), max_size=5))
def test_a_title_or_a_torn_line_is_no_socket(tmp_path_factory, lines):
    table = str(tmp_path_factory.getbasetemp() / 'tcp')
    with open(table, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines))
    assert port.taker([table]) is None


def test_the_tables_of_this_host():
    assert port.taker() is None or isinstance(port.taker(), str)
