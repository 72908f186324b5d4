# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One summary out of several runs."""

from ansible_collections.renderfarm.file_cache.plugins.module_utils.writeback.summary import (
    Merged,
    refusal,
)

MOST = 10


def run(outcome, *names):
    """The summary of one run in which all files ended in one way."""
    summary = refusal('archive', None)
    summary['outcomes'][outcome] = len(names)
    summary['files'] = [{'path': name, 'outcome': outcome, 'reason': None, 'state': None}
                        for name in names]
    return summary


def merged(*runs):
    whole = Merged('writeback', 0, MOST)
    for one in runs:
        whole.add(one)
    return whole.summary(0)


def named(summary):
    return [one['path'] for one in summary['files']]


def test_what_was_left_is_named_before_what_vanished_or_is_done():
    """However many temporary files a worker has made and removed, and whichever run came first."""
    summary = merged(run('vanished', *map(str, range(MOST))), run('done', 'frame'),
                     run('skipped', 'half'), run('failed', 'broken'))
    assert named(summary)[:2] == ['broken', 'half']
    assert len(named(summary)) == MOST and summary['files_truncated']
    assert summary['outcomes']['vanished'] == MOST and summary['outcomes']['skipped'] == 1


def test_nothing_is_left_out_while_there_is_room():
    summary = merged(run('done', 'a', 'b'), run('skipped', 'c'))
    assert named(summary) == ['c', 'a', 'b'] and not summary['files_truncated']
