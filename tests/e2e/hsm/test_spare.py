# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An evict of a tree that is released already: `lfs find` spares states (lustre-hsm P4, H70)."""

import os

from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import spare
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.lfs import Lfs
from ansible_collections.renderfarm.file_cache.tests.e2e.hsm.conftest import counts

FOLDERS, FILES = 30, 200


def test_a_released_tree_is_listed_and_not_asked_file_by_file(world, monkeypatch):
    for folder in range(FOLDERS):
        for number in range(FILES):
            name = 'shot/%d/%d\n: (0x00000009) exists archived' % (folder, number)
            world.put_on_filer(name, b'x')
            os.utime(os.path.join(world.filer, name), (10 ** 9, 10 ** 9))
    world.write('shot/0/new', b'not saved')
    asked, listings = [], []
    states, released = Lfs.states, Lfs.released

    def count_states(self, entries, done):
        asked.extend(entries)
        states(self, entries, done)

    def count_listings(self, root, data, done):
        listings.append(root)
        released(self, root, data, done)

    monkeypatch.setattr(Lfs, 'states', count_states)
    monkeypatch.setattr(Lfs, 'released', count_listings)
    # One call at a time, and a listing soon: it is there while many files are still to come.
    monkeypatch.setattr(spare, 'ENOUGH', 500)
    summary = world.run('evict', 'shot', jobs=1)
    assert counts(summary) == {'already': FOLDERS * FILES, 'skipped not_archived': 1}
    assert summary['complete'] and world.code == 3
    assert listings == [0] and len(asked) < FOLDERS * FILES
    assert world.state('shot/0/new') & 0x4 == 0
