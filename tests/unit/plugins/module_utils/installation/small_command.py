# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small command that is installed instead of the real one."""

import io
import subprocess
import zipfile

LAUNCHER = '''
import os, sys
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from file_cache.said import SAID
print(SAID)
'''


def run(argv):
    """As AnsibleModule.run_command does it."""
    done = subprocess.run(argv, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True)
    return done.returncode, done.stdout, done.stderr


def archive(said='file-cache 1.0', module='SAID = %r\n'):
    """Return the bytes of an archive, as the controller makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w') as target:
        for name, content in (('file-cache', LAUNCHER), ('file_cache/__init__.py', ''),
                              ('file_cache/said.py', module.replace('%r', repr(said)))):
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()
