# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file-cache command as one archive, made of the collection's own source files.

The same sources give the same bytes on every machine.
"""

import io
import os
import zipfile

SOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'module_utils')
PACKAGES = ('command', 'guard', 'host', 'hsm', 'watch', 'writeback')

# Ctrl-C while the modules are still being read ends it like any signal, without a traceback.
# (`_signal` is built in; `signal` itself takes long enough to be interrupted.)
QUIET = '''\
import _signal

if _signal.getsignal(_signal.SIGINT) != _signal.SIG_IGN:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
'''
# A version is taken away only when nobody holds this lock. It ends with the last process that
# came of this one. Where there are no locks nothing is taken away.
FOLDER = '''\
import fcntl
import os
import sys

folder = os.path.dirname(os.path.realpath(__file__))
in_use = os.open(folder, os.O_RDONLY)
try:
    fcntl.flock(in_use, fcntl.LOCK_SH | fcntl.LOCK_NB)
except OSError:
    pass
sys.path.insert(0, folder)
'''
MAIN = 'from file_cache.command.main import main\n\nraise SystemExit(main())\n'

# What a folder of modules is started by, below its line "#!INTERPRETER".
LAUNCHER = ('file-cache', (QUIET + FOLDER + MAIN).encode())
# What Python runs when it is given the archive itself.
ENTRY = ('__main__.py', (QUIET + MAIN).encode())


def _sources(package):
    for folder, _folders, names in os.walk(os.path.join(SOURCES, package)):
        for name in names:
            if name.endswith('.py'):
                yield os.path.join(folder, name)


def modules():
    """Return [(name, bytes)] of every module, in a fixed order."""
    found = [('file_cache/__init__.py', b'')]
    for package in PACKAGES:
        for path in sorted(_sources(package)):
            with open(path, 'rb') as stream:
                found.append(('file_cache/' + os.path.relpath(path, SOURCES), stream.read()))
    return found


def archive(start):
    """Return the bytes of a zip archive of all modules and one (name, bytes) to start them by."""
    buffer = io.BytesIO()
    # Stored, not deflated: zlib versions differ in what they write.
    with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_STORED) as target:
        for name, content in [start] + modules():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.create_system = 3
            target.writestr(info, content)
    return buffer.getvalue()
