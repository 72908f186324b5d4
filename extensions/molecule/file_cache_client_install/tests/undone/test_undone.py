# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of any of it is left."""


def test_the_host_is_as_it_was(worker):
    assert worker.changes_since('before') == (set(), set())


def test_nothing_is_held(worker):
    assert worker.held() == []
