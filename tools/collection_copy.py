# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy the collection to where ansible-test accepts it, and print the folder.

ansible-test runs only below ansible_collections/NAMESPACE/NAME, not through a link, and lists
files by git. Copied is what git knows or would take: changed and new files, no ignored ones.
"""

import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPY = ROOT / 'build' / 'copy' / 'ansible_collections' / 'renderfarm' / 'file_cache'


def main():
    listing = subprocess.run(
        ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
        cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    shutil.rmtree(COPY, ignore_errors=True)
    for name in sorted(filter(None, listing.decode().split('\0'))):
        source, target = ROOT / name, COPY / name
        if source.exists() or source.is_symlink():  # not one that is deleted and uncommitted
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    subprocess.run(['git', 'init', '--quiet', COPY], check=True)
    print(COPY)


if __name__ == '__main__':
    main()
