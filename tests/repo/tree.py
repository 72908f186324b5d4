# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the checkout, as git sees them (changed and new ones too)."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def files(*patterns):
    """Return the paths below ROOT that match one of the git pathspecs (all without any)."""
    listing = subprocess.run(
        ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', *patterns],
        cwd=str(ROOT), stdout=subprocess.PIPE, check=True).stdout
    paths = [ROOT / name for name in listing.decode().split('\0') if name]
    return [path for path in paths if path.is_file()]


def name_of(path):
    return str(path.relative_to(ROOT))
