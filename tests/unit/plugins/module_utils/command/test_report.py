# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summary as lines for people."""

from ansible_collections.renderfarm.file_cache.plugins.module_utils.command import report
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.tally import refused


def summary(verb='evict', **changes):
    whole = dict(refused(verb, None, roots=[b'/mnt/cache/shot']), complete=True)
    whole.update(changes)
    return whole


def test_a_run_that_went_well():
    found = summary(matched={'files': 1204, 'bytes': 3 << 30}, elapsed=61.2,
                    moved={'files': 1204, 'bytes': 3 << 30},
                    outcomes=dict(summary()['outcomes'], done=1200, already=4))
    assert report.lines(found, False) == [
        'evict /mnt/cache/shot: 1,204 files, 3.0 GiB',
        '  1,200 done \u00b7 4 already \u00b7 3.0 GiB moved in 1 min 1 s',
    ]


def test_trouble_is_named_and_skips_only_when_asked():
    files = [{'path': '/mnt/cache/shot/a', 'outcome': 'failed', 'reason': 'not_saved', 'state': 0},
             {'path': '/mnt/cache/shot/b', 'outcome': 'skipped', 'reason': 'dirty', 'state': 0}]
    found = summary(
        files=files, files_truncated=True, complete=False, interrupted='SIGTERM', dry_run=True,
        outcomes=dict(summary()['outcomes'], done=7, failed=3, skipped=1),
        reasons=dict(summary()['reasons'], failed={'not_saved': 3}, skipped={'dirty': 1}))
    shown = report.lines(found, False)
    assert shown[0].startswith('evict (dry run) ')
    assert '7 to do \u00b7 1 skipped (1 dirty) \u00b7 3 failed (3 not_saved)' in shown[1]
    assert shown[1].endswith(' to be moved')
    assert '  failed not_saved: /mnt/cache/shot/a' in shown
    assert '  ... and 2 more: --max-report names more of them' in shown
    assert not [line for line in shown if line.endswith('/b')]
    assert [line for line in shown if 'SIGTERM' in line and 'run it again' in line]
    assert [line for line in shown if 'proves nothing' in line]
    assert '  skipped dirty: /mnt/cache/shot/b' in report.lines(found, True)


def test_states():
    states = summary('state')['states']
    states['before']['dirty'] = {'files': 2, 'bytes': 2048}
    found = summary('state', states=states, in_progress={'archive': 1, 'restore': 0})
    assert report.lines(found, False)[1:] == [
        '  2 dirty (2.0 KiB)', '  in progress: 1 archives, 0 restores']
