# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plays of this scenario have kept on the workers."""

import json
import types

import pytest


@pytest.fixture
def faulty(worker):
    """faulty(NAME): what files/look.py saw, and what tasks/mount.yml added; `said` is one text."""
    def read(name):
        kept = json.loads(worker.read('cat /var/tmp/faults/%s.json', name))
        kept['said'] = ' '.join(kept.get('said', []))
        return types.SimpleNamespace(**kept)
    return read
