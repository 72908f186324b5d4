# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""V4: the version decides nothing, but a cache that is said to be old has to behave so."""

import os

import pytest
from kit.case import row


@row('V4-as-expected', 'CONFORMANCE_EXPECT names 2.12 or 2.17', 'texts (V1) and server (V5) agree')
def test_expected_personality(cache, doubles):
    expected = os.environ.get('CONFORMANCE_EXPECT')
    if not expected:
        pytest.skip('CONFORMANCE_EXPECT is not set: any version is fine')
    assert (cache.texts.goes_on, doubles) == ((False, False) if expected == '2.12'
                                              else (True, True))
