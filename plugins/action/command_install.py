# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's side of command_install: makes the archive, and sends it when it is needed."""

import hashlib
import tempfile

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.version import VERSION
from ansible_collections.renderfarm.file_cache.plugins.plugin_utils import command_archive

MODULE = 'renderfarm.file_cache.command_install'


class ActionModule(ActionBase):
    """Asks the host whether it has this very command, and sends it only where it has not."""

    TRANSFERS_FILES = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        """Run the task on one host; return its result."""
        super().run(tmp, task_vars)
        archive = command_archive.archive(command_archive.LAUNCHER)
        release = dict(version=VERSION, digest=hashlib.sha256(archive).hexdigest())
        arguments = dict(self._task.args, release=release)
        try:
            result = self._execute_module(MODULE, module_args=arguments, task_vars=task_vars)
            if result.pop('needs_archive', False) and not self._task.check_mode:
                release['archive'] = self._send(archive)
                result = self._execute_module(MODULE, module_args=arguments, task_vars=task_vars)
            return result
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)

    def _send(self, archive):
        """Return the path of the archive on the host."""
        there = self._connection._shell.join_path(self._connection._shell.tmpdir, 'file-cache.zip')
        with tempfile.NamedTemporaryFile(dir=constants.DEFAULT_LOCAL_TMP) as here:
            here.write(archive)
            here.flush()
            self._transfer_file(here.name, there)
        self._fixup_perms2((self._connection._shell.tmpdir, there))
        return there
