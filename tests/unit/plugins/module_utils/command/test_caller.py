# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is behind sudo (design.md, safety rule 7)."""

import grp
import os
import pwd

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.caller import (
    sudo_caller,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused


@pytest.mark.parametrize('environ', [{}, {'SUDO_UID': '0', 'SUDO_GID': '0'}])
def test_nobody_is_behind_sudo(environ):
    assert sudo_caller(environ) is None


def test_a_user_with_all_his_groups():
    user = pwd.getpwnam('nobody')
    caller = sudo_caller({'SUDO_UID': str(user.pw_uid), 'SUDO_GID': str(user.pw_gid)})
    assert (caller.name, caller.uid, caller.gid) == ('nobody', user.pw_uid, user.pw_gid)
    assert user.pw_gid in caller.groups
    assert set(os.getgrouplist('nobody', user.pw_gid)) <= set(caller.groups)
    assert {g.gr_gid for g in grp.getgrall() if 'nobody' in g.gr_mem} <= set(caller.groups)


def test_a_user_unknown_here_has_the_group_that_sudo_says():
    caller = sudo_caller({'SUDO_UID': '987654', 'SUDO_GID': '4321'})
    assert caller == ('987654', 987654, 4321, [4321])


@pytest.mark.parametrize('uid', ['', '-1', 'root', '1 000', '4294967295', '99999999999', '0x0',
                                 '\u00b2', '1\n'])
def test_a_number_that_is_none(uid):
    with pytest.raises(Refused) as problem:
        sudo_caller({'SUDO_UID': uid})
    assert 'SUDO_UID' in str(problem.value)


def test_an_unknown_user_without_a_group():
    with pytest.raises(Refused):
        sudo_caller({'SUDO_UID': '987654'})
