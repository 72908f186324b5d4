# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shelf of small commands, on this machine's own Python."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.installation import (
    interpreter,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.installation.shelf import (
    Shelf,
)
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.installation import (
    small_command,
)


@pytest.fixture(scope='session')
def python():
    return interpreter.find(small_command.run)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(os.fsencode(str(tmp_path / 'file-cache')))


@pytest.fixture
def add(shelf, python):
    """Return a function that installs a version and returns its name."""

    def added(number, said=None):
        content = small_command.archive(said or 'file-cache ' + number)
        with shelf.locked():
            name = shelf.add(content, number, python, small_command.run)
            shelf.use(name)
        return name

    return added
