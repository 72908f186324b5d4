# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After a run in check mode on a fresh farm: nothing was asked, nothing moved."""

NEW = '(0x00000000)'


def test_the_cache_got_no_request(farm):
    assert not any(farm.requests().values())


def test_frames_are_as_new_as_they_were(farm, worker):
    assert worker.states(farm.frames) == [NEW] * len(farm.frames)


def test_the_filer_has_no_frame(farm):
    assert not (farm.filer / 'shots').exists()
