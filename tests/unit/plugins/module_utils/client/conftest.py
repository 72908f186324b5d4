# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host as a folder of files and a table of what its programs answer."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.client.system import System


@pytest.fixture
def host(tmp_path):
    """Return a function: files {path: text}, answers {argv as text: (status, printed)}."""

    def made(files=(), **answers):
        for path, text in dict(files).items():
            file = tmp_path / path.lstrip('/')
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        table = answers.get('answers', {})
        return System(lambda argv: table.get(' '.join(argv)), str(tmp_path))

    return made
