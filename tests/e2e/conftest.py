# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every test below runs on a simulated cache: it needs root, FUSE and a compiler.

The machine is not changed: a session leaves the mounts of the machine, and /var/lib is an
overlay there, so that each test begins on a host that never ran ours.
"""

import fcntl
import gc
import os
import shutil
import signal
import socket
import struct
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.tests.farm.cache import farm

STATE = '/var/lib/file-cache'
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1


@pytest.fixture(scope='session', autouse=True)
def _farm_can_be_raised(tmp_path_factory):
    """FARM=required (as make sets it) turns what this machine lacks into a failure."""
    lacking = farm.lacks()
    if lacking and os.environ.get('FARM') == 'required':
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
    # Who runs us in the background of a shell has it ignored, in what we start too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    farm.alone()
    if os.readlink('/proc/self') != str(os.getpid()):
        # The script alone gave us processes of our own.
        subprocess.run(['mount', '-t', 'proc', 'proc', '/proc'], check=True)
        _bring_loopback_up()
    _cover('/var/lib', tmp_path_factory.mktemp('lib'))


@pytest.fixture(autouse=True)
def _leaves_nothing(_farm_can_be_raised):
    """No test finds the state of one before it, and what one left unclosed is its own failure."""
    shutil.rmtree(STATE, ignore_errors=True)
    yield
    gc.collect()


def _bring_loopback_up():
    """A network namespace begins without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack('16sh14x', b'lo', 0)
        flags, = struct.unpack_from('h', fcntl.ioctl(any_socket, _GET_FLAGS, request), 16)
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack('16sh14x', b'lo', flags | _UP))


def _cover(point, folder):
    """Have changes below a folder of the machine kept in memory."""
    # An upper layer needs a file system that an overlay can stand on, which /tmp may not be.
    subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', str(folder)], check=True)
    for name in ('upper', 'work'):
        (folder / name).mkdir()
    layers = 'lowerdir=%s,upperdir=%s,workdir=%s' % (point, folder / 'upper', folder / 'work')
    subprocess.run(['mount', '-t', 'overlay', 'overlay', '-o', layers, point], check=True)


def pytest_terminal_summary(terminalreporter):
    """What tests measured: each recorded it as its property `figures`."""
    for report in terminalreporter.getreports('passed'):
        for name, value in report.user_properties:
            if name == 'figures' and report.when == 'call':
                terminalreporter.write_line(value)
