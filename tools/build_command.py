#!/usr/bin/env python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the file-cache command out of the collection's own source files.

    build_command.py file build/file-cache      one executable file for any host with a
                                                Python of 3.6 or newer
    build_command.py folder build/command       a folder of modules with its launcher, as
                                                the role installs it
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'plugins' / 'plugin_utils'))

import command_archive  # noqa: E402

INTERPRETER = b'#!/usr/bin/python3 -I\n'


def build_folder(target):
    if target.exists():
        shutil.rmtree(target)
    name, launcher = command_archive.LAUNCHER
    for path, content in [(name, INTERPRETER + launcher)] + command_archive.modules():
        path = target / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (target / name).chmod(0o755)


def build_file(target):
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(INTERPRETER + command_archive.archive(command_archive.ENTRY))
    os.chmod(target, 0o755)


BUILD = {'file': build_file, 'folder': build_folder}


def main():
    parser = argparse.ArgumentParser(description='Build the file-cache command.')
    parser.add_argument('form', choices=sorted(BUILD))
    parser.add_argument('target', type=Path)
    arguments = parser.parse_args()
    BUILD[arguments.form](arguments.target)


if __name__ == '__main__':
    main()
