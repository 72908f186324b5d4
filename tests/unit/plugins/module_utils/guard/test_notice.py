# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an interruption notice says, and when the host ends."""

import json
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.notice import (
    ACTIONS,
    SECONDS,
    Notice,
    Odd,
    end,
    moment,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

EPOCH = 1505722920  # 2017-09-18T08:22:00Z


@pytest.mark.parametrize('body, notice', [
    (b'{"action": "terminate", "time": "2017-09-18T08:22:00Z"}', Notice('terminate', EPOCH)),
    (b'{"action":"stop","time":"2017-09-18T08:22:00.500Z"}', Notice('stop', EPOCH + 0.5)),
    (b'{"action": "hibernate", "time": "2017-09-18 08:22"}', Notice('hibernate', None)),
    (b'{"action": "terminate", "time": "2017-13-45T08:22:00Z"}', Notice('terminate', None)),
    (b'{"action": "terminate", "time": 7}', Notice('terminate', None)),
    (b'{"action": "terminate"}', Notice('terminate', None)),
])
def test_a_known_action_is_a_notice_whatever_its_time(body, notice):
    assert parse(body) == notice


@pytest.mark.parametrize('body', [
    b'', b'<html></html>', b'[]', b'"terminate"', b'null', b'{}', b'{"action": "none"}',
    b'{"action": ["terminate"]}', b'\xff\xfe', b'[' * 60000,
])
def test_anything_else_is_none(body):
    with pytest.raises(Odd):
        parse(body)


@given(st.binary() | st.text().map(lambda text: text.encode('utf-8', 'surrogatepass'))
       | st.recursive(st.none() | st.text() | st.integers() | st.sampled_from(ACTIONS),
                      lambda inner: st.lists(inner) | st.dictionaries(
                          st.sampled_from(['action', 'time', 'x']), inner)).map(
                              lambda value: json.dumps(value).encode()))
def test_no_answer_is_a_crash(body):
    try:
        notice = parse(body)
    except Odd:
        return
    assert notice.action in ACTIONS


@given(st.integers(0, 4102444799))
def test_every_time_is_read_back(epoch):
    assert moment(time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(epoch))) == epoch


@pytest.mark.parametrize('said, left', [
    (EPOCH + 90, 90),            # what EC2 does
    (EPOCH + 0.5, 0.5),
    (EPOCH, SECONDS),            # past: the clock here or there is wrong
    (EPOCH - 3600, SECONDS),
    (EPOCH + 3600, SECONDS),     # nobody gets an hour
    (None, SECONDS),
])
def test_how_long_the_host_has(said, left):
    assert end(Notice('terminate', said), EPOCH) - EPOCH == left
