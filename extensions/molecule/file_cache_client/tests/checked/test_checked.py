# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After check mode on a clean host."""


def test_nothing_was_changed(worker):
    assert worker.snapshot() == worker.remembered('before')
