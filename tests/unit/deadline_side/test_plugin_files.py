# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job files of any encoding, frame lists, and what a job lists as its inputs."""

import os
import threading

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.deadline_side import loader
from hypothesis import given
from hypothesis import strategies as st

plugin = loader.load(loader.PLUGIN)

ENCODINGS = [('utf-8', b''), ('utf-8', b'\xef\xbb\xbf'), ('utf-16-le', b'\xff\xfe'),
             ('utf-16-be', b'\xfe\xff')]
values = st.text(st.characters(blacklist_characters='\r\n', blacklist_categories=['Cs', 'Cc']))
keys = st.from_regex(r'[A-Za-z]+[0-9]*', fullmatch=True)


@given(st.sampled_from(ENCODINGS), st.sampled_from(['\n', '\r\n', '\r']),
       st.lists(st.tuples(keys, values)))
def test_what_is_written_is_read(encoding, end, pairs):
    """Deadline 63; a name may hold any character, NEL and the line separators too."""
    encoding, mark = encoding
    text = ''.join('%s=%s%s' % (key, value, end) for key, value in pairs)
    raw = mark + text.encode(encoding)
    assert plugin.JobFile.parse(raw).pairs == [(key, value.strip()) for key, value in pairs]


@given(st.lists(st.tuples(keys, values.filter(lambda text: text == text.strip()))))
def test_our_own_files_are_read_as_they_were_meant(pairs):
    assert plugin.JobFile.parse(plugin.file_text(pairs)).pairs == pairs


@given(st.binary())
def test_any_bytes_are_a_job_file(raw):
    plugin.JobFile.parse(raw)


def test_utf_16_without_a_mark_and_a_windows_code_page():
    assert plugin.decode('Name=a'.encode('utf-16-le')) == 'Name=a'
    assert plugin.decode('Name=a'.encode('utf-16-be')) == 'Name=a'
    assert plugin.decode(b'Name=M\xfcller') == 'Name=M\xfcller'


def test_blanks_around_the_sign(raw=b'OutputDirectory0 = Z:\\a = b \r\nno sign\r\n=x\r\n'):
    """field-reports D14"""
    file = plugin.JobFile.parse(raw)
    assert file.get('outputdirectory0') == 'Z:\\a = b'
    assert file.get('nothing', 'else') == 'else'


def job_file(**pairs):
    return plugin.JobFile(pairs.items())


def test_what_a_job_touches():
    """Both files are read (D28), and elements that only the plugin info names (D32)."""
    found = plugin.touched(
        job_file(OutputDirectory0='Z:\\out', OutputFilename0='beauty.####.exr',
                 OutputFilename0Tile3='Z:\\out\\t.exr', AWSAssetFile0='Z:\\tex\\wall.<UDIM>.exr',
                 AWSAssetFile1='', AssetDependency0='$TEX\\a.tx', RequiredAssets='/a, /b,'),
        job_file(SceneFile='Z:\\s.ma', Version='2024', AWSAssetFile7='Z:\\plates\\bg.1001.exr',
                 RenderElementOutputFilename0='Z:\\elements\\z.exr'), ['Z:\\more', '', None])
    assert found.outputs == ['Z:\\more', 'Z:\\out', 'beauty.####.exr', 'Z:\\out\\t.exr',
                             'Z:\\elements\\z.exr']
    assert sorted(found.assets) == ['$TEX\\a.tx', '/a', '/b', 'Z:\\plates\\bg.1001.exr',
                                    'Z:\\tex\\wall.<UDIM>.exr']
    assert found.others == ['Z:\\s.ma']


@pytest.mark.parametrize('text, frames', [
    ('1-3', [1, 2, 3]), ('5', [5]), ('1-10x5,10', [1, 6, 10]), ('-10--8', [-10, -9, -8]),
    ('-2-2x2', [-2, 0, 2]), ('3-1', [1, 2, 3]), ('1-100x50,1-3', [1, 2, 3, 51]),
    ('1-3,2-4', [1, 2, 3, 4]), ('', []), ('a-b', []), ('1-', []), ('1-2x0', []),
    ('1-99999999999', []), ('1 - 3', [1, 2, 3]), ('1-5step2', [1, 3, 5])])
def test_frame_lists(text, frames):
    """field-reports D23"""
    assert plugin.frames_of(text) == frames


@given(st.text('0123456789-x, '))
def test_any_text_is_a_frame_list_or_none(text):
    frames = plugin.frames_of(text)
    assert frames == sorted(set(frames))


@pytest.mark.parametrize('offsets, cover', [((0, 0), (1001, 1010)), ((-1, 1), (1000, 1011)),
                                            ((2, 5), (1001, 1015))])
def test_the_cover_reaches_as_far_as_the_offsets(offsets, cover):
    """No frame that a frame-dependent task waits for is missing in the helper (D10)."""
    assert plugin.cover_of(list(range(1001, 1011)), *offsets) == cover


class Seen:
    """Folders that can be seen from here: {folder: [names]}."""

    def __init__(self, folders=None):
        self.folders = folders or {}

    def names(self, folder):
        names = self.folders.get(folder)
        return None if names is None else {name.rstrip('/'): name.endswith('/') for name in names}


def listed(path, folders=None, frames=(), root='Z:\\a', **more):
    roots, _problems = plugin.roots_of(plugin.read_settings({'Paths': root}.get)[0])
    _root, spelling, parts = plugin.root_of(path, roots)
    return plugin.listed_files(spelling, parts, list(frames), Seen(folders), **more)


TEX = {'Z:\\a': ['Tex/'], 'z:\\a': ['Tex/'],
       'z:\\a\\Tex': ['wall.1001.exr', 'wall.1002.exr', 'Wall2.1001.exr', 'wall.<UDIM>.txt',
                      'plain.tx', 'c.$F4.bgeo.sc', 'sub/', 'bg.0998.exr', 'bg.1002.exr',
                      'bg.-2.exr', 'hero_v012.tx', 'hero_v013.tx']}


@pytest.mark.parametrize('name, files', [
    ('wall.<UDIM>.exr', ['wall.1001.exr', 'wall.1002.exr']),
    ('wall.<udim>.exr', ['wall.1001.exr', 'wall.1002.exr']),
    ('wall.1001.exr', ['wall.1001.exr', 'wall.1002.exr']),
    ('bg.####.exr', ['bg.-2.exr', 'bg.0998.exr', 'bg.1002.exr']),
    ('bg.%04d.exr', ['bg.-2.exr', 'bg.0998.exr', 'bg.1002.exr']),
    ('bg.$F4.exr', ['bg.-2.exr', 'bg.0998.exr', 'bg.1002.exr']),
    ('bg.<f4>.exr', ['bg.-2.exr', 'bg.0998.exr', 'bg.1002.exr']),
    ('plain.tx', ['plain.tx']),
    ('PLAIN.TX', ['plain.tx']),
    ('hero_v012.tx', ['hero_v012.tx']),
    ('c.$F4.bgeo.sc', ['c.$F4.bgeo.sc']),
    ('gone.tx', ['gone.tx']),
])
def test_a_listed_name_and_what_it_stands_for(name, files):
    """field-reports D28; Windows keeps a case that the job does not (D20)."""
    assert listed('Z:\\a\\tex\\' + name, TEX) == (['Tex/' + file for file in files], None)


@pytest.mark.parametrize('name', ['<scene>.exr', '$TEX.exr', 'a_%V.exr', '%TEX%.exr',
                                  'a.<scene>.####.exr', '<camera>/a.exr', 'a*.tx'])
def test_what_only_the_application_knows(name):
    names, why = listed('Z:/a/tex/' + name, TEX)
    assert names == [] and 'only the application knows' in why


def test_a_folder_is_no_file():
    assert listed('Z:\\a\\Tex\\sub', TEX) == ([], 'it is a folder')
    assert listed('Z:\\a', TEX) == ([], 'it is the root itself')


def test_names_are_guessed_where_the_folder_cannot_be_seen():
    """A job that came by the web service (deadline 42): its host does not see the filer."""
    assert listed('Z:\\a\\t\\bg.$F4.exr', frames=[9, 10])[0] == ['t/bg.0009.exr', 't/bg.0010.exr']
    assert listed('Z:\\a\\t\\bg.1001.exr', frames=[2])[0] == ['t/bg.0002.exr', 't/bg.1001.exr']
    names, _why = listed('Z:\\a\\t\\w.<UDIM>.exr')
    assert (names[0], names[-1], len(names)) == ('t/w.1001.exr', 't/w.1100.exr', 100)


def test_a_scene_file_with_a_number_is_one_file():
    assert listed('Z:\\a\\shot.0010.ma', frames=[1, 2], numbered=False) == (['shot.0010.ma'], None)


@given(st.text(min_size=1))
def test_any_name_is_files_below_the_root_or_a_reason(name):
    path = '/a/' + name
    roots, _problems = plugin.roots_of(plugin.read_settings({'Paths': '/a'}.get)[0])
    match = plugin.root_of(path, roots)
    if match is None:
        return
    names, why = plugin.listed_files(match[1], match[2], [1], Seen())
    assert bool(names) is (why is None)
    for one in names:
        assert not one.startswith('/') and '..' not in one.split('/') and '\0' not in one


def test_folders_as_this_machine_sees_them(tmp_path):
    (tmp_path / 'a.tx').write_bytes(b'')
    (tmp_path / 'sub').mkdir()
    folders = plugin.Folders(60)
    assert folders.names(str(tmp_path)) == {'a.tx': False, 'sub': True}
    assert folders.names(str(tmp_path / 'gone')) is None
    assert folders.names('Z:\\nowhere\0') is None


def test_a_share_that_never_answers_is_not_waited_for():
    answer = threading.Event()

    def scan(folder):
        answer.wait()
        return os.scandir(folder)
    try:
        assert plugin.Folders(0.01, scan).names('/') is None
    finally:
        answer.set()
