# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""main() of a module, with parameters and without a controller."""

import json

import pytest
from ansible.module_utils import _internal
from ansible.module_utils.common import warnings
from ansible.module_utils.testing import patch_module_args
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.modules import deadline as farms


@pytest.fixture
def call(capsys, monkeypatch):
    """Return a function that runs main() of a module and gives its result as a dict."""
    # Tests of filters make this process a controller, where warnings go to the screen.
    monkeypatch.setattr(_internal, 'is_controller', False)

    def run(main, check=False, diff=False, **params):
        args = dict(params, _ansible_check_mode=check, _ansible_diff=diff)
        # Kept for the whole process, which a module has for itself elsewhere.
        warnings._global_warnings.clear()
        with patch_module_args(args), pytest.raises(SystemExit):
            main()
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def deadline(monkeypatch):
    """A Deadline in memory that the modules meet instead of a real one."""
    return farms.use(monkeypatch, farms.Farm())
