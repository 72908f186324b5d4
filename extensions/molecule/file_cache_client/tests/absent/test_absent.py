# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of the role is left on a host."""


def test_the_host_is_as_it_was(worker):
    assert worker.changes_since('before') == (set(), set())


def test_nothing_is_held(worker):
    if worker.uses_apt:
        assert worker.read('apt-mark showhold') == ''
    else:
        assert 'lustre' not in worker.read('cat /etc/dnf/plugins/versionlock.list')


def test_what_was_saved_is_still_on_the_filer(farm, worker):
    saved = farm.on_filer('/mnt/cache/nas1/shots/%s beauty.1001.exr' % worker.name)
    assert saved.stat().st_size == 100000
