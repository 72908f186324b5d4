# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rendered user data: it begins as a script must, fits, parses, and quotes what it is given."""

import re
import shlex
import shutil
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.roles.user_data import (
    ROLE,
    mount,
    planned,
    render,
)
from hypothesis import given, settings
from hypothesis import strategies as st

# What the plan lets pass in a path; what it refuses is its own test.
NAMES = st.text(st.characters(blacklist_categories=('Cc', 'Cs', 'Zl', 'Zp')), min_size=1,
                max_size=20).map(lambda name: '/mnt/' + name).filter(
                    lambda path: not planned([mount(path)])['problems'])
ODD = ['/mnt/ca che', '/mnt/show-a', '/mnt/_x', '/mnt/ä', '/mnt//x/', '/mnt/a; rm (b) *',
       '/mnt/-n', '/mnt/~', '/mnt/!{a,b}[c]?', '/mnt/a=b|c>d<e']


def parses(script):
    return subprocess.run(['sh', '-n'], input=script.encode(), check=False).returncode == 0


def calls(script, name):
    """The words of each call of a function of the script that stands on a line of its own."""
    return [shlex.split(line)[1:] for line in script.split('\n') if line.startswith(name + ' ')]


def test_it_begins_exactly_as_the_kernel_and_cloud_init_want_it():
    """field-reports D26."""
    raw = render([mount()]).encode('utf-8')
    assert raw.startswith(b'#!/bin/sh\n') and b'\r' not in raw and raw.endswith(b'mounted.\'\n')
    assert (ROLE / 'templates' / 'user_data.sh.j2').read_bytes().startswith(b'#!/bin/sh\n')


@pytest.mark.skipif(not shutil.which('shellcheck'), reason='shellcheck is not installed')
def test_it_is_clean_shell():
    script = render([mount(), mount('/mnt/ca che', cache='fc-2')],
                    services=['a.service', 'b@1.service'])
    ended = subprocess.run(['shellcheck', '-'], input=script.encode(), check=False,
                           stdout=subprocess.PIPE)
    assert ended.returncode == 0, ended.stdout.decode()


def test_it_leaves_room_below_the_limit_of_ec2():
    """field-reports D35: others put their own documents beside it."""
    roots = [{'name': 'root%d' % number, 'path': '/mnt/cache0/nas/projects/show%d' % number,
              'cache': 'fc-0'} for number in range(20)]
    mounts = [mount('/mnt/cache%d' % number, cache='fc-%d' % number) for number in range(4)]
    assert len(render(mounts, roots=roots).encode('utf-8')) < 12 * 1024


def test_it_holds_no_task_and_no_vault():
    assert not re.search(r'{[{%]|vault|password', render([mount()]))


@pytest.mark.parametrize('path', ODD)
def test_odd_mount_points_are_single_words(path):
    check(path)


@given(NAMES)
@settings(max_examples=60)
def test_any_mount_point_that_the_plan_lets_pass_is_a_single_word(path):
    check(path)


def check(path):
    script = render([mount(path)])
    planned_mount, = planned([mount(path)])['mounts']
    assert parses(script)
    assert calls(script, 'folder') == [[planned_mount['path'], planned_mount['field']]]
    assert calls(script, 'line') == [[planned_mount['field'], planned_mount['line']]]
    assert calls(script, 'mounted') == [[
        planned_mount['path'], 'abcd', planned_mount['unit'][:-len('mount')] + 'automount',
        planned_mount['unit']]]


def test_without_an_automount_only_the_mount_is_started():
    script = render([mount(options=['flock', '_netdev'])])
    assert calls(script, 'mounted') == [['/mnt/cache', 'abcd', 'mnt-cache.mount']]


def test_only_wanted_units_are_enabled():
    lines = [line for line in render([mount()], units=['file-cache-guard.service']).split('\n')
             if 'systemctl enable' in line]
    assert lines == ['systemctl enable --now --no-block -- file-cache-guard.service ||']


def test_a_host_without_named_services():
    script = render([mount()], services=[])
    assert parses(script) and '\nrelease \n' in script
