# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of the table: a row of lustre-hsm.md, what is done, what must be seen."""

import collections

import pytest

Case = collections.namedtuple('Case', 'id does expects data')


def case(id, does, expects, **data):
    """id is ROW-word (`H31-missing`); data is what a test of several alike cases works on."""
    return Case(id, does, expects, data)


def rows(*cases):
    """The cases that a test function shows; conftest turns them into its parameters."""
    return pytest.mark.rows(*cases)


def row(id, does, expects):
    """The one case that a written story shows."""
    return rows(case(id, does, expects))
