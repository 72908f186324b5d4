# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames of a task are on the filer, byte for byte, and nothing that is unfinished."""

import hashlib
import json


def test_what_was_rendered_is_on_the_filer(farm, worker):
    lines = worker.read('cat /var/tmp/rendered.sha256').splitlines()
    assert len(lines) == 2
    for line in lines:
        checksum, name = line.split('  ', 1)
        saved = farm.on_filer('/mnt/cache/nas1/shots/' + name).read_bytes()
        assert hashlib.sha256(saved).hexdigest() == checksum


def test_what_is_unfinished_is_not(farm, worker):
    """A placeholder (field-reports D8), and a frame that is open for writing (fanotify F50)."""
    for number in (1003, 1004):
        name = '/mnt/cache/nas1/shots/%s beauty.%d.exr' % (worker.name, number)
        assert worker.host.file(name).exists
        assert not farm.on_filer(name).exists()


def test_the_list_of_the_kernel_was_enough(worker):
    summary = json.loads(worker.read('cat /var/tmp/saved.json'))
    assert summary['fallback'] is None and summary['complete'] is True
    assert summary['outcomes']['done'] == 2
