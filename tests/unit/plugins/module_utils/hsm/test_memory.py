# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A million files are a stream: what a run holds in memory does not grow with their number."""

import tracemalloc

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm import model
from ansible_collections.renderfarm.file_cache.tests.unit.plugins.module_utils.hsm.model import (
    CLEAN,
    RELEASED,
    Cache,
    File,
)

FEW, MANY = 10000, 60000
MOST_BYTES = 3 << 20


class Same(dict):
    """As many names as are asked for, each a file of one kind."""

    def __init__(self, flags):
        super().__init__()
        self.one = File(flags)

    def get(self, _name, _default=None):
        return self.one


def peak(verb, flags, count):
    cache = Cache()
    cache.files = Same(flags)
    entries = (model.entry_of(b'folder/%d' % number, cache.files.one) for number in range(count))
    tracemalloc.start()
    try:
        found = model.run(cache, verb, entries=entries, dry_run=True)
        assert found.matched['files'] == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize('verb, flags', [
    ('archive', 0), ('evict', CLEAN), ('hydrate', CLEAN | RELEASED)])
def test_memory_does_not_grow_with_the_files(verb, flags):
    few = peak(verb, flags, FEW)
    assert peak(verb, flags, MANY) < few + MOST_BYTES
