# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of fstab: order, requirements, names of units."""

import shutil
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils.fstab import (
    MARK,
    hopeless_requirements,
    marked_paths,
    ordered,
    required_units,
    unit_of,
)

ASKED = ['relatime', 'flock', '_netdev', 'x-systemd.automount', 'nofail']


@pytest.mark.parametrize('manager, online', [
    ('NetworkManager', 'NetworkManager-wait-online.service'),    # Rocky 9, an artist's desktop
    ('systemd-networkd', 'systemd-networkd-wait-online.service'),    # Amazon Linux 2023
])
def test_the_mount_waits_for_the_manager_that_is_active(manager, online):
    """field-reports L22: by what is active, not by the distribution; and nothing is required."""
    options = ordered(ASKED, manager, 90)
    assert options[:len(ASKED)] == ASKED
    waits = [option for option in options if 'wait-online' in option]
    assert waits == ['x-systemd.after=' + online]
    assert not required_units(options)


@pytest.mark.parametrize('manager', ['', 'networking', 'network'])
def test_other_managers_have_no_unit_to_wait_for(manager):
    assert not [option for option in ordered(ASKED, manager, 90) if 'wait-online' in option]


def test_the_mount_is_unmounted_before_the_network_ends():
    """field-reports L8: nofail takes this order away."""
    assert 'x-systemd.before=remote-fs.target' in ordered(ASKED, '', 90)


def test_what_is_asked_for_is_not_said_twice():
    own = ASKED + ['x-systemd.mount-timeout=30s', 'x-systemd.before=remote-fs.target']
    options = ordered(own, '', 90)
    assert len(set(options)) == len(options)
    assert 'x-systemd.mount-timeout=90s' not in options


def test_a_number_that_came_from_the_command_line_is_text():
    assert 'x-systemd.mount-timeout=45s' in ordered(ASKED, '', '45')


@pytest.mark.parametrize('manager, hopeless', [
    ('NetworkManager', ['systemd-networkd-wait-online.service']),    # AWS's line on a desktop
    ('systemd-networkd', []),
    ('', []),
])
def test_a_required_unit_that_cannot_succeed(manager, hopeless):
    options = ASKED + ['x-systemd.requires=systemd-networkd-wait-online.service']
    assert list(hopeless_requirements(options, manager)) == hopeless


def test_our_lines_are_known_by_their_mark():
    fstab = '\n'.join([
        'UUID=1 / ext4 defaults 0 1',
        '#a@tcp:/x /mnt/commented lustre flock,%s 0 0' % MARK,
        'a@tcp:/x /mnt/hand lustre flock 0 0',
        'a@tcp:/x /mnt/cache lustre flock,%s 0 0' % MARK,
        r'b@tcp:/y /mnt/show\040a lustre %s,flock' % MARK,
        '\tc@tcp:/z\t/mnt/back\\134slash\tlustre\tflock,%s 0 0' % MARK,
        'e@tcp:/z /mnt/a\u00a0b\u2028c lustre %s 0 0' % MARK,
        'd@tcp:/z /mnt/other lustre flock,%s-not 0 0' % MARK,
        'torn',
        '',
    ])
    assert marked_paths(fstab) == ['/mnt/cache', '/mnt/show a', '/mnt/back\\slash',
                                   '/mnt/a\u00a0b\u2028c']


PATHS = ['/mnt/show-a', '/mnt/show a', '/mnt/_x', '/mnt/\u00e4', '/mnt/x', '/.hidden/.b',
         '/mnt/a.b:c', '/mnt/50%', '/mnt/back\\slash', '/mnt/at@home', '/']


@pytest.mark.parametrize('path, unit', [
    ('/mnt/show-a', r'mnt-show\x2da.mount'),
    ('/mnt/show a', r'mnt-show\x20a.mount'),
    ('/mnt/_x', 'mnt-_x.mount'),
    ('/mnt/\u00e4', r'mnt-\xc3\xa4.mount'),
    ('/.hidden/.b', r'\x2ehidden-.b.mount'),
    ('/', '-.mount'),
])
def test_the_unit_of_a_mount_point(path, unit):
    """field-reports L25"""
    assert unit_of(path) == unit


@pytest.mark.skipif(not shutil.which('systemd-escape'), reason='no systemd here')
@pytest.mark.parametrize('path', PATHS)
def test_systemd_itself_says_the_same(path):
    said = subprocess.run(['systemd-escape', '--path', '--suffix=mount', path],
                          stdout=subprocess.PIPE, check=True, universal_newlines=True).stdout
    assert unit_of(path) == said.rstrip('\n')
