# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the task script makes of an answer of `file-cache writeback`."""

import json

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.deadline_side import loader

script = loader.load('FileCacheWriteBack.py')


def answer(status, done=0, failed=None, skipped=None, timed_out=None, stderr=b'', **more):
    reasons = {'failed': failed or {}, 'skipped': skipped or {}, 'timed_out': timed_out or {},
               'pending': {}}
    counts = {kind: sum(reasons[kind].values()) for kind in reasons}
    summary = dict({
        'outcomes': dict(counts, done=done, already=0, vanished=0), 'reasons': reasons,
        'moved': {'files': done, 'bytes': done * 1536}, 'elapsed': 1.25, 'error': None,
        'fallback': None, 'unfinished': [], 'files': []}, **more)
    return script.Ended(status, json.dumps(summary).encode(), stderr)


def test_what_is_saved_is_said_with_bytes_and_seconds():
    verdict = script.judge(answer(0, done=2), 900, False)
    assert verdict == ('info', ['File cache: 2 files saved (3 KiB) in 1.2 s.'])


def test_a_gap_is_said():
    assert 'had a gap (down)' in script.judge(answer(0, fallback='down'), 900, False).lines[1]


@pytest.mark.parametrize('ended, level, strict', [
    # Left since it is not finished (D3, D8).
    (answer(3, done=1, skipped={'unfinished': 1}), 'warning', 'warning'),
    # The filer is full or nothing moves: rendering again would not help.
    (answer(1, failed={'not_saved': 2}), 'warning', 'warning'),
    (answer(1, failed={'no_rights': 2}), 'warning', 'warning'),
    (answer(1, timed_out={'stalled': 2}), 'warning', 'warning'),
    # One file failed and others did not.
    (answer(1, done=3, failed={'not_saved': 1}), 'warning', 'error'),
    (answer(1, failed={'client_evicted': 1}), 'warning', 'error'),
    # A frame on the worker's own disk (D2), whatever the policy.
    (answer(2, failed={'not_on_lustre': 1}), 'error', 'error'),
    (answer(2, done=1, failed={'outside': 1}), 'error', 'error'),
    # Not even begun, or it never ended.
    (answer(2, error='config.json is not JSON.'), 'warning', 'warning'),
    (script.Ended(1, b'', b'sudo: a password is required\n'), 'warning', 'warning'),
    (script.Ended(0, b'[]', b''), 'warning', 'warning'),
    (script.Ended(127, b'\xff', b''), 'warning', 'warning'),
    (None, 'warning', 'warning'),
])
def test_a_task_fails_only_where_a_second_rendering_helps(ended, level, strict):
    assert script.judge(ended, 900, False).level == level
    assert script.judge(ended, 900, True).level == strict


def test_what_is_not_saved_is_named():
    lines = script.judge(answer(
        1, done=1, failed={'not_saved': 1}, skipped={'unfinished': 1}, error='The filer is full.',
        unfinished=[{'path': '/c/a.exr', 'why': 'open'}],
        files=[{'path': '/c/b.exr', 'outcome': 'failed', 'reason': 'not_saved'},
               {'path': '/c/c.exr', 'outcome': 'done', 'reason': None}]), 900, False).lines
    assert lines == [
        'File cache: 1 files saved (1.5 KiB) in 1.2 s. Not saved: 1 not_saved, 1 unfinished.',
        'File cache: The filer is full.', 'File cache: not finished, so left: /c/a.exr (open)',
        'File cache: /c/b.exr: not_saved']


def test_a_command_that_cannot_be_started_says_why():
    ended = script.Ended(1, b'', b'sudo: a password is required\n')
    assert 'sudo: a password is required.' in script.judge(ended, 900, False).lines[0]
