# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was pushed is remembered, and a push over somebody else's change is said."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet import memory
from ansible_collections.renderfarm.file_cache.plugins.module_utils.spot_fleet.refusal import (
    Refusal,
)


def test_the_first_push_warns():
    first = memory.Memory(None)
    assert not first.holds('{}', None)
    assert 'has not pushed before' in first.warning('token')


@pytest.mark.parametrize('pushed, now, held, words', [
    ('t1', 't1', True, None),
    ('t1', 't2', False, 'Somebody changed'),
    (None, None, True, 'cannot be seen'),
])
def test_what_was_pushed_is_known_again(pushed, now, held, words):
    remembered = memory.Memory(memory.text_after('{"a": 1}', pushed))
    assert remembered.holds('{"a": 1}', now) is held
    assert not remembered.holds('{"a": 2}', now)
    warning = remembered.warning(now)
    assert (words is None and warning is None) or words in warning


@pytest.mark.parametrize('text', ['', '[]', '{}', '{"schema": 2}', '{"schema": 1, "sha256": "x"}'])
def test_a_file_of_somebody_else_is_refused(text):
    with pytest.raises(Refusal, match='Remove it'):
        memory.Memory(text)
