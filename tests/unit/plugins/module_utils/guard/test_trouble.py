# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A trouble that lasts does not fill the journal."""

from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.trouble import (
    REMIND_SECONDS,
    Trouble,
)


def test_it_is_said_when_it_begins_changes_and_ends():
    said, now = [], [0]
    trouble = Trouble(said.append, lambda: now[0])
    trouble.over('fine')
    for text in ['no route', 'no route', 'refused', 'refused']:
        trouble.met(text)
        now[0] += 5
    trouble.over('it answers again')
    trouble.over('it answers again')
    assert said == ['no route', 'refused', 'it answers again, after 20 s']


def test_one_that_stays_is_said_again_now_and_then():
    said, now = [], [0]
    trouble = Trouble(said.append, lambda: now[0])
    for _look in range(2 * REMIND_SECONDS // 5):
        trouble.met('no route')
        now[0] += 5
    assert said == ['no route'] * 2
