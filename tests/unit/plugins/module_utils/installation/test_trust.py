# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who could change what a path leads to (design.md, safety rule 7)."""

import os
import stat

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.installation import trust

FOLDER, LINK, FILE = stat.S_IFDIR | 0o755, stat.S_IFLNK | 0o777, stat.S_IFREG | 0o755


@pytest.fixture
def tree(monkeypatch):
    """Return a function that makes a tree {path: (mode, owner[, where a link leads])}."""

    def made(places):
        places = dict({'/': (FOLDER, 0)}, **places)

        def lstat(path):
            try:
                mode, owner = places[path.decode()][:2]
            except KeyError:
                raise FileNotFoundError(path)
            return os.stat_result((mode, 0, 0, 1, owner, 0, 0, 0, 0, 0))

        monkeypatch.setattr(os, 'lstat', lstat)
        monkeypatch.setattr(os, 'readlink', lambda path: places[path.decode()][2].encode())

    return made


@pytest.mark.parametrize('places', [
    {},
    {'/opt': (FOLDER, 0)},
    {'/opt': (FOLDER, 0), '/opt/x': (FILE, 0)},
    {'/opt': (LINK, 0, 'data/opt'), '/data': (FOLDER, 0), '/data/opt': (FOLDER, 0)},
])
def test_what_is_roots_alone(tree, places):
    tree(places)
    trust.check(b'/opt/x')


@pytest.mark.parametrize('places, culprit', [
    ({'/': (stat.S_IFDIR | 0o777, 0)}, '/ can'),
    ({'/opt': (FOLDER, 1000)}, '/opt can'),
    ({'/opt': (stat.S_IFDIR | 0o775, 0)}, '/opt can'),
    # Others cannot take away what root made there, but they can be first.
    ({'/opt': (stat.S_IFDIR | stat.S_ISVTX | 0o777, 0)}, '/opt can'),
    ({'/opt': (FOLDER, 0), '/opt/x': (stat.S_IFREG | 0o757, 0)}, '/opt/x can'),
    ({'/opt': (LINK, 1000, '/data'), '/data': (FOLDER, 0)}, '/opt can'),
    ({'/opt': (LINK, 0, '/data'), '/data': (FOLDER, 1000)}, '/data can'),
    ({'/opt': (LINK, 0, '/home/x'), '/home': (FOLDER, 1000), '/home/x': (FOLDER, 0)}, '/home can'),
])
def test_what_others_could_change(tree, places, culprit):
    tree(places)
    with pytest.raises(Refused) as problem:
        trust.check(b'/opt/x')
    assert str(problem.value).startswith(culprit)


def test_links_without_an_end(tree):
    tree({'/opt': (LINK, 0, '/opt')})
    with pytest.raises(Refused, match='too many symbolic links'):
        trust.check(b'/opt/x')


def test_the_systems_own_python_can_be_trusted():
    trust.check(b'/usr/bin/python3')
