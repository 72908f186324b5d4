# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Also after all these faults nothing of the role is left on a host."""


def test_the_host_is_as_it_was(worker):
    assert worker.changes_since('before', until='undone') == (set(), set())
