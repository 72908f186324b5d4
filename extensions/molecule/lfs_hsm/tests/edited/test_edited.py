# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A texture was edited on the filer and refreshed; a frame was written again and not saved."""

EDITED = '/mnt/cache/assets/brick 07.tx'
AGAIN = '/mnt/cache/shots/sh010/beauty.1003.exr'
DIRTY = '(0x0000000b) exists dirty archived, archive_id:1'
RELEASED = '(0x0000000d) released exists archived, archive_id:1'


def test_every_host_reads_the_newest_texture(farm, worker):
    """Bytes and size are the filer's (lustre-hsm H87)."""
    assert worker.host.file(EDITED).size == 70000
    assert worker.checksum(EDITED) == farm.checksum(EDITED)


def test_every_host_still_sees_the_frame_dirty(worker):
    """Safety rule 1: evicting a dirty file is a skip, whoever asks."""
    assert worker.states([AGAIN]) == [DIRTY]


def test_its_bytes_are_in_the_cache_and_only_there(farm, worker, renderer):
    rendered = renderer.known('/var/tmp/again.sha256')['beauty.1003.exr']
    assert worker.checksum(AGAIN) == rendered
    assert farm.checksum(AGAIN) != rendered


def test_the_other_frames_were_evicted(farm, worker):
    others = [path for path in farm.frames if path != AGAIN]
    assert worker.states(others) == [RELEASED] * len(others)
