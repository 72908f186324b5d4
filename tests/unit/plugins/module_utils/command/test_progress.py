# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress: a bar on a terminal, lines elsewhere."""

import io

from ansible_collections.renderfarm.file_cache.plugins.module_utils.command import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def now(percent, **more):
    return dict({'percent': percent, 'settled': percent, 'matched': 100, 'failed': 0,
                 'moved_bytes': 0, 'eta': None}, **more)


def test_lines_elsewhere_one_for_each_percent():
    stream = io.StringIO()
    shown = progress.choose('auto', stream)
    for percent in (0, 1, 1, 50):
        shown(now(percent))
    shown(now(100, moved_bytes=2048, failed=1, eta=61))
    shown.end()
    assert stream.getvalue().splitlines() == [
        'Progress: 0% (0 of 100 files)',
        'Progress: 1% (1 of 100 files)',
        'Progress: 50% (50 of 100 files)',
        'Progress: 100% (100 of 100 files, 2.0 KiB, 1 failed, 1 min 1 s left)',
    ]


def test_a_line_again_when_nothing_rises_for_a_while():
    moments = iter([0, 5, 10])
    stream = io.StringIO()
    shown = progress._Lines(stream, clock=lambda: next(moments))
    for _dummy in range(3):
        shown(now(7))
    assert stream.getvalue().count('Progress: 7%') == 2


def test_a_bar_on_a_terminal_that_leaves_nothing_behind():
    stream = Terminal()
    shown = progress.choose('auto', stream)
    shown(now(50))
    assert stream.getvalue().startswith('\r[############............]  50%')
    shown.end()
    assert stream.getvalue().endswith('\r')
    assert '\n' not in stream.getvalue()


def test_none_says_nothing():
    stream = Terminal()
    shown = progress.choose('none', stream)
    shown(now(50))
    shown.end()
    assert stream.getvalue() == ''
