# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PATH words (design.md, Interfaces)."""

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.config import Root
from ansible_collections.renderfarm.file_cache.plugins.module_utils.command.paths import (
    below,
    resolve,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused

ROOTS = {'assets': Root('assets', b'/mnt/cache/nas1/assets', 'fc-1')}


@pytest.mark.parametrize('word, path', [
    ('/mnt/cache/shot', b'/mnt/cache/shot'),
    ('/mnt//cache/./shot/', b'/mnt/cache/shot'),
    ('/mnt/cache/a, b', b'/mnt/cache/a, b'),
    ('/mnt/cache/~$HOME', b'/mnt/cache/~$HOME'),
    ('/mnt/cache/bad\udcff', b'/mnt/cache/bad\xff'),
    ('@assets', b'/mnt/cache/nas1/assets'),
    ('@assets/', b'/mnt/cache/nas1/assets'),
    ('@assets/tex/a@b', b'/mnt/cache/nas1/assets/tex/a@b'),
])
def test_what_a_word_means(word, path):
    assert resolve(word, ROOTS) == path


@pytest.mark.parametrize('word, said', [
    ('shot', 'absolute'),
    ('', 'absolute'),
    ('@plates', 'knows @assets'),
    ('@', 'no root is called ""'),
    ('/mnt/cache/../etc', '".."'),
    ('@assets/../../etc', '".."'),
    ('@../etc', 'no root'),
    ('new\nline', 'new\\x0aline'),
])
def test_what_is_refused(word, said):
    with pytest.raises(Refused) as problem:
        resolve(word, ROOTS)
    assert said in str(problem.value)


def test_below_goes_by_whole_names():
    assert below(b'/mnt/cache', b'/mnt/cache')
    assert below(b'/mnt/cache/x', b'/mnt/cache')
    assert below(b'/x', b'/')
    assert not below(b'/mnt/cache2', b'/mnt/cache')
