# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let tests import the collection by its full name, whatever the checkout's folder is called."""

import os
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
COLLECTIONS = os.path.join(ROOT, 'build', 'collections')


def _link_collection():
    link = os.path.join(COLLECTIONS, 'ansible_collections', 'renderfarm', 'file_cache')
    os.makedirs(os.path.dirname(link), exist_ok=True)
    if not os.path.exists(link):
        # Two runs may start side by side: the link is put in place by one atomic rename.
        mine = '%s.%d' % (link, os.getpid())
        os.symlink(os.path.relpath(ROOT, os.path.dirname(link)), mine)
        os.rename(mine, link)


_link_collection()
sys.path.insert(0, COLLECTIONS)
