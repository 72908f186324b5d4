# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files the task script expects of a task: the names of the field reports, case by case."""

import os
import re
import types

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.deadline_side import loader
from hypothesis import given
from hypothesis import strategies as st

script = loader.load('FileCacheWriteBack.py')
Output = script.Output


def job(directories=(), names=(), extra=(), info=(), tiles=()):
    extra, info = dict(extra), dict(info)
    return types.SimpleNamespace(
        JobOutputDirectories=directories, JobOutputFileNames=names, JobOutputTileFileNames=tiles,
        GetJobExtraInfoKeyValueWithDefault=extra.get, GetJobPluginInfoKeys=lambda: list(info),
        GetJobPluginInfoKeyValue=info.get)


def found(name, frames, there):
    """Those of the files THERE (paths relative to /c) that a listed name stands for."""
    folder, components = script.patterns_of('/c/' + name, frames)
    below = [(path, os.path.relpath('/c/' + path, folder).split('/')) for path in there]
    return [path for path, parts in below if len(parts) == len(components) and all(
        expression.match(part) for expression, part in zip(components, parts))]


@pytest.mark.parametrize('name, frame, there, right', [
    # D7: the shot code equals a frame.
    ('1001_010_comp.####.exr', 1002, ['1001_010_comp.1002.exr', '1002_010_comp.1001.exr'],
     ['1001_010_comp.1002.exr']),
    # D13: a version behind the frame, a texture, a note.
    ('render.####.v012.exr', 12, ['render.0012.v012.exr', 'render.0013.v012.exr',
                                  'albedo_1001.tx', 'notes_v0012.txt'], ['render.0012.v012.exr']),
    ('layer_####.exr', 1001, ['layer_1001.exr', 'wall.1001.tx'], ['layer_1001.exr']),
    # D14: printf padding.
    ('shot.%04d.exr', 7, ['shot.0007.exr', 'shot.7.exr'], ['shot.0007.exr']),
    ('shot.%d.exr', 7, ['shot.0007.exr', 'shot.7.exr'], ['shot.7.exr']),
    # D17: tokens in folder and name, %V is no printf padding.
    ('<camera>/beauty_%V_#####.exr', 7,
     ['camA/beauty_left_00007.exr', 'camA/beauty_right_00007.exr', 'camB/beauty_left_00007.exr',
      'camA/sub/beauty_left_00007.exr', 'camA/beauty_left_00008.exr'],
     ['camA/beauty_left_00007.exr', 'camA/beauty_right_00007.exr', 'camB/beauty_left_00007.exr']),
    ('$take/x.$F4.exr', 7, ['main/x.0007.exr', 'main/x.7.exr'], ['main/x.0007.exr']),
    # D22: padding that overflows, padding of one, the number behind the extension.
    ('f.###.exr', 999, ['f.999.exr', 'f.1000.exr'], ['f.999.exr']),
    ('f.###.exr', 1000, ['f.999.exr', 'f.1000.exr', 'f.0100.exr'], ['f.1000.exr']),
    ('Take_A_#.exr', 10, ['Take_A_1.exr', 'Take_A_10.exr'], ['Take_A_10.exr']),
    ('Main_beauty.####.exr', 1, ['Main_beauty.exr.0001', 'Main_beauty.exr.0002'],
     ['Main_beauty.exr.0001']),
    # D23: a minus, and a dash that is none.
    ('foo ####.png', -2, ['foo -002.png', 'foo -0002.png', 'foo 0002.png'],
     ['foo -002.png', 'foo -0002.png']),
    ('renderLayoutMain-####.png', 61, ['renderLayoutMain-0061.png'],
     ['renderLayoutMain-0061.png']),
    ('comp????.png', 12, ['comp0012.png', 'comp0013.png', 'comp.png'], ['comp0012.png']),
    ('a+b (1).####.exr', 1, ['a+b (1).0001.exr', 'aab (1).0001.exr'], ['a+b (1).0001.exr']),
])
def test_a_listed_name_stands_for_its_own_files(name, frame, there, right):
    assert found(name, [frame], there) == right


def test_a_search_begins_above_the_first_token():
    assert script.patterns_of('/mnt/c/show/<cam>/x/y.####.exr', [1])[0] == '/mnt/c/show'
    assert script.patterns_of('/mnt/c/show/y.exr', [1])[0] == '/mnt/c/show'


def test_the_offset_is_that_of_its_output():
    """D5"""
    outputs = script.listed_outputs(job(
        ['/show', '/show'], ['comp.####.exr', 'matte.####.exr'],
        {'OutputFrameOffset0': '1000', 'OutputFrameOffset1': 'x'}), '0')
    assert outputs == [Output('/show', 'comp.####.exr', 1000), Output('/show', 'matte.####.exr', 0)]


def test_a_line_for_each_frame_is_one_sequence():
    """D4: 5,000 of them, of which each task wants its own."""
    lines = [Output('/show', 'beauty.%d.exr' % frame, 0) for frame in range(1, 5001)]
    frames = set(range(1, 5001))
    assert script.of_these_frames(lines, {1002}, frames) == [lines[1001]]
    # A number that is no frame of the job stays: it is a version, or the slate (D16).
    versions = [Output('/show', 'a_v1.####.exr', 0), Output('/show', 'a_v2.####.exr', 0)]
    assert script.of_these_frames(versions, {1001}, {1001, 1002}) == versions


def test_one_name_for_all_frames_is_left_to_the_last_task():
    """D4, also"""
    movie = [Output('/show', 'comp.mov', 0)]
    assert script.of_these_frames(movie, {1}, {1, 2}) == []
    assert script.of_these_frames(movie, {1, 2}, {1, 2}) == movie


def test_a_task_of_a_tile_job_wants_its_tile():
    """D11"""
    outputs = script.listed_outputs(job(
        ['/show'], ['beauty.####.exr'],
        tiles=['beauty._tile%d_12.exr' % tile for tile in range(13)]), '2')
    assert outputs == [Output('/show', 'beauty._tile2_12.exr', 0)]


def test_elements_of_the_plugin_info_count_as_outputs():
    """D32"""
    outputs = script.listed_outputs(job(info={
        'RenderElementOutputFilename0': 'Z:/e/ZDepth.####.exr', 'OutputFilePath': '',
        'Version': '1'}), '0')
    assert outputs == [Output('', 'Z:/e/ZDepth.####.exr', 0)]


def test_empty_and_missing_entries_are_no_outputs():
    """deadline 67, 119"""
    assert script.listed_outputs(job(['/a', '/b', '/c'], ['', None, 'x.####.exr']), '0') == [
        Output('/c', 'x.####.exr', 0)]
    assert script.listed_outputs(job([], ['/a/x.####.exr']), '0')[0].directory == ''


@given(st.text(alphabet='ab#?%d$F4<x>.()[]\\+*|-_ é', max_size=20),
       st.lists(st.integers(-20, 2000), min_size=1, max_size=3))
def test_any_name_is_a_pattern_of_whole_components(name, frames):
    folder, components = script.patterns_of('/c/' + name, frames)
    assert folder == '/c' and len(components) == 1
    assert not components[0].match('x/y' + name)
    if not re.search(r'[#?%$<]', name):
        assert components[0].match(name)
