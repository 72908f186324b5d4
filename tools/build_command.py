#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the file-cache command out of the collection's own source files.

    build_command.py file build/file-cache      one executable file for any host with a
                                                Python of 3.6 or newer
    build_command.py folder build/command       a folder of modules with its launcher, as
                                                the role installs it

The file is reproducible: the same sources give the same bytes on every machine.
"""

import argparse
import os
import shutil
import zipfile
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent / 'plugins' / 'module_utils'
PACKAGES = ('hsm', 'host', 'watch', 'guard', 'command')
INTERPRETER = '#!/usr/bin/python3 -I\n'
# Ctrl-C while the modules are still being read ends it like any signal, without a traceback.
# (`_signal` is built in; `signal` itself takes long enough to be interrupted.)
QUIET = '''\
import _signal

if _signal.getsignal(_signal.SIGINT) != _signal.SIG_IGN:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
'''
MAIN = 'from file_cache.command.main import main\n\nraise SystemExit(main())\n'
HERE = '''\
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
'''
LAUNCHER = INTERPRETER + QUIET + HERE + MAIN


def sources():
    """Yield (name below the package, bytes) of every module, in a fixed order."""
    yield '__init__.py', b''
    for package in PACKAGES:
        for path in sorted((SOURCES / package).rglob('*.py')):
            yield path.relative_to(SOURCES).as_posix(), path.read_bytes()


def build_folder(target):
    for name, content in sources():
        path = target / 'file_cache' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    launcher = target / 'file-cache'
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)


def build_file(target):
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, 'wb') as stream:
        stream.write(INTERPRETER.encode())
        # Stored, not deflated: zlib versions differ in what they write.
        with zipfile.ZipFile(stream, 'w', zipfile.ZIP_STORED) as archive:
            files = [('__main__.py', (QUIET + MAIN).encode())]
            files += [('file_cache/' + name, content) for name, content in sources()]
            for name, content in files:
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.external_attr = 0o644 << 16
                info.create_system = 3
                archive.writestr(info, content)
    os.chmod(target, 0o755)


def main():
    parser = argparse.ArgumentParser(description='Build the file-cache command.')
    parser.add_argument('form', choices=['file', 'folder'])
    parser.add_argument('target', type=Path)
    arguments = parser.parse_args()
    if arguments.form == 'file':
        build_file(arguments.target)
    else:
        if arguments.target.exists():
            shutil.rmtree(arguments.target)
        build_folder(arguments.target)


if __name__ == '__main__':
    main()
