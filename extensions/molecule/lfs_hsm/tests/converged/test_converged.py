# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames were saved on one host and evicted on the other; assets were warmed by both."""

RELEASED = '(0x0000000d) released exists archived, archive_id:1'
CLEAN = '(0x00000009) exists archived, archive_id:1'


def test_every_host_sees_the_frames_released(farm, worker):
    assert worker.states(farm.frames) == [RELEASED] * len(farm.frames)


def test_the_filer_has_the_bytes_that_were_rendered(farm, renderer):
    rendered = renderer.known('/var/tmp/frames.sha256')
    assert {farm.on_filer(path).name: farm.checksum(path) for path in farm.frames} == rendered


def test_every_host_sees_the_assets_warm(farm, worker):
    assert worker.states(farm.assets) == [CLEAN] * len(farm.assets)


def test_hosts_shared_the_work_and_nothing_was_asked_twice(farm):
    """Neither by two shards nor by the second run (lustre-hsm H25)."""
    asked = farm.requests()
    assert asked['archive'] == len(farm.frames)
    assert asked['release'] == len(farm.frames)
    assert asked['restore'] == len(farm.assets)
