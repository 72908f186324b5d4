# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which root a path of a job lies below, whatever system wrote it (deadline 43, D20)."""

import ntpath
import posixpath

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.deadline_side import loader
from hypothesis import assume, given
from hypothesis import strategies as st

plugin = loader.load(loader.PLUGIN)


def make(paths, **said):
    said['Paths'] = paths
    found, _problems = plugin.read_settings(said.get)
    return plugin.roots_of(found)[0]


def below(path, paths):
    match = plugin.root_of(path, make(paths))
    return None if match is None else '/'.join(match[2])


@pytest.mark.parametrize('path, paths, rest', [
    ('Z:\\projects\\a\\b.exr', 'Z:\\Projects', 'a/b.exr'),
    ('z:/projects/BIGROBO/out.####.exr', 'Z:\\Projects', 'BIGROBO/out.####.exr'),
    ('Z:\\\\Projects//a', 'z:/projects/', 'a'),
    ('"Z:\\Projects\\a"', 'Z:\\Projects', 'a'),
    ('Z:\\Projects', 'Z:\\Projects', ''),
    ('Z:\\Projects2\\a', 'Z:\\Projects', None),
    ('Y:\\Projects\\a', 'Z:\\Projects', None),
    ('Z:Projects\\a', 'Z:\\Projects', None),
    ('Projects\\a', 'Z:\\Projects', None),
    ('Z:\\Projects\\..\\private\\a', 'Z:\\Projects', None),
    ('Z:\\x\\..\\Projects\\.\\a', 'Z:\\Projects', 'a'),
    ('Z:\\..\\Projects\\a', 'Z:\\Projects', None),
    ('\\\\NAS\\Assets\\tex\\a', '\\\\nas\\assets', 'tex/a'),
    ('//nas/assets/tex/a', '\\\\nas\\assets', 'tex/a'),
    ('\\\\nas\\other\\a', '\\\\nas\\assets', None),
    ('\\\\?\\Z:\\Projects\\a', 'Z:\\Projects', 'a'),
    ('\\\\?\\UNC\\nas\\assets\\a', '\\\\nas\\assets', 'a'),
    ('/mnt/nfs/assets/A', '/mnt/nfs/assets', 'A'),
    ('//mnt/nfs//assets/A', '/mnt/nfs/assets/', 'A'),
    ('/mnt/nfs/Assets/A', '/mnt/nfs/assets', None),
    ('/mnt/nfs/assets2', '/mnt/nfs/assets', None),
    ('/mnt/nfs/assets/../x', '/mnt/nfs/assets', None),
    ('$JOB/assets', '/mnt/nfs/assets', None),
    ('', '/mnt/nfs/assets', None),
    ('   ', '/mnt/nfs/assets', None),
])
def test_shapes(path, paths, rest):
    assert below(path, paths) == rest


def test_the_deepest_root_is_meant():
    roots = make('all=/mnt/nfs;tex=/mnt/nfs/tex')
    assert plugin.root_of('/mnt/nfs/tex/a', roots)[0].name == 'tex'
    assert plugin.root_of('/mnt/nfs/texture', roots)[0].name == 'all'


names = st.text(st.characters(blacklist_characters='/\\:"\0', blacklist_categories=['Cs']),
                min_size=1).filter(lambda name: name.strip() == name and name not in ('.', '..'))


@given(st.lists(names, min_size=1, max_size=3), st.lists(names, max_size=3), st.booleans())
def test_a_path_below_a_root_is_below_it_for_both_systems(root, rest, windows):
    module = ntpath if windows else posixpath
    start = 'Z:\\' if windows else '/'
    top = module.join(start, *root)
    roots = plugin.shapes(top)
    for shape in plugin.shapes(module.join(top, *rest)):
        assert plugin.below(roots[-1], shape) == tuple(rest) or shape.kind == '//'


@given(st.text(), st.text())
def test_below_agrees_with_the_system_s_own_module(root, path):
    """Never below by our reading what the submitter's own os.path says is elsewhere."""
    root, path = '/' + root.strip('/" \t\n\r'), '/' + path
    assume(root != '/' and '"' not in path and path.strip() == path and root.strip() == root)
    tops = [shape for shape in plugin.shapes(root) if shape.kind == '/']
    places = [shape for shape in plugin.shapes(path) if shape.kind == '/']
    for top in tops:
        for place in places:
            if plugin.below(top, place) is not None:
                assert posixpath.commonpath([posixpath.normpath(root), posixpath.normpath(
                    '/' + path.lstrip('/'))]) == posixpath.normpath('/' + root.lstrip('/'))


@pytest.mark.parametrize('pools, groups, own, group, runs', [
    ('', '', ['onprem', ''], 'linux', True),
    ('cloud', '', ['onprem', ''], '', False),
    ('cloud', '', ['onprem', 'cloud'], '', True),
    ('cloud,c2', '', ['Cloud', ''], 'any', True),
    ('cloud', '', ['', ''], '', True),
    ('cloud', '', ['none', ''], '', True),
    ('', 'cloud_linux', ['', ''], 'win', False),
    ('', 'cloud_linux', ['', ''], 'none', True),
    ('cloud', 'cloud_linux', ['cloud', ''], 'win', False),
])
def test_what_can_run_on_workers_with_the_cache(pools, groups, own, group, runs):
    assert plugin.runs_on(make('a=/a', Pools=pools, Groups=groups)[0], own, group) is runs
