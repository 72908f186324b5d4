# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the event plugin: what they mean, and what is wrong with one."""

import configparser

import pytest
from ansible_collections.renderfarm.file_cache.tests.unit.deadline_side import loader
from hypothesis import given
from hypothesis import strategies as st

plugin = loader.load(loader.PLUGIN)


def settings(**said):
    return plugin.read_settings(said.get)


def right(**said):
    found, problems = settings(**said)
    assert problems == []
    return found


def roots(**said):
    found, problems = plugin.roots_of(right(**said))
    assert problems == []
    return {root.label: root for root in found}


def param():
    file = configparser.ConfigParser(interpolation=None)
    file.optionxform = str
    file.read_string(loader.read('events/FileCacheHandler/FileCacheHandler.param'))
    return file


def test_the_param_file_and_the_code_agree():
    """Defaults of the code are those of the Monitor (deadline 23); each has a type (13)."""
    sections = {name: param()[name] for name in param().sections()
                if name not in ('About', 'State')}
    assert {name: section['Default'] for name, section in sections.items()} == {
        setting.key: setting.default for setting in plugin.SETTINGS}
    for name in param().sections():
        section = param()[name]
        assert section['Type'] and section['Label'] and section['Description'], name
        if section['Type'] == 'Enum':
            assert section['Default'] in section['Items'].split(';'), name
        if section['Type'] == 'Integer':
            assert int(section['Minimum']) <= int(section['Default']) <= int(section['Maximum'])


def test_limits_of_numbers_and_choices_are_those_of_the_monitor():
    readers = {setting.key: setting.read for setting in plugin.SETTINGS}
    for name in param().sections():
        section = param()[name]
        if section['Type'] == 'Integer':
            for end, step in (('Minimum', -1), ('Maximum', 1)):
                readers[name](section[end])
                with pytest.raises(ValueError):
                    readers[name](str(int(section[end]) + step))
        elif section['Type'] == 'Enum' and name != 'State':
            assert [readers[name](item) for item in section['Items'].split(';')]


def test_a_list_by_root():
    found = roots(Paths='assets=Z:\\assets\\;assets=/mnt/nfs/assets; shots = /mnt/nfs/shots ;',
                  Caches='assets=fc-1;fc-0', Pools='assets=cloud, Cloud2')
    assert sorted(found) == ['assets', 'shots']
    assert (found['assets'].cache, found['shots'].cache) == ('fc-1', 'fc-0')
    assert (found['assets'].pools, found['shots'].pools) == (['cloud', 'cloud2'], [])
    assert found['assets'].word == '@assets'
    assert [shape.kind for shape in found['assets'].spellings] == ['z:', '/']


def test_the_sources_form():
    """Bare paths, and a ';' at the end, which must not make the current folder a root (88)."""
    found = roots(Paths='Z:\\digital-assets\\;/mnt/nfs/my shows/;')
    assert [root.word for root in found.values()] == ["'Z:/digital-assets'",
                                                      "'/mnt/nfs/my shows'"]


@pytest.mark.parametrize('text', ['Z:\\a\nb', 'Z:/a\r\nb'])
def test_lines_separate_too(text):
    assert len(plugin.items(text.replace('b', 'Z:/b'))) == 2


@pytest.mark.parametrize('key, value, said', [
    ('Shards', 'many', 'Shards: "many" is not a whole number'),
    ('Shards', '0', 'Shards: 0 is not between 1 and 1000'),
    ('CacheEviction', 'yes', 'CacheEviction: "yes" is neither True nor False'),
    ('FailurePolicy', 'hard', 'FailurePolicy: "hard" is none of lenient, strict'),
    ('CommandPath', '/opt/x; rm -rf /', 'is not the plain absolute path of a command'),
    ('CommandPath', 'file-cache', 'is not the plain absolute path of a command'),
    ('Caches', 'assets=fc-1 && id', 'is not the id of a cache'),
    ('FilerPaths', 'assets=/export/$(id)', "holds '$'"),
    ('FilerPaths', 'assets=/export/../etc', 'is not an absolute path'),
    ('CachePaths', 'assets=Z:\\x', 'is not an absolute path'),
    ('CachePaths', 'assets=/a;assets=/b', 'two values for assets'),
    ('Caches', 'fc-1;fc-2', 'two values for all roots'),
])
def test_one_sentence_for_what_is_wrong(key, value, said):
    found, problems = settings(**{key: value})
    assert len(problems) == 1 and said in problems[0] and '\n' not in problems[0]
    assert found[key] is not None


@pytest.mark.parametrize('paths, said', [
    ('Z:\\a,Z:\\b', 'separate them by ";"'),
    ('/a, /b', 'separate them by ";"'),
    ('assets=relative/path', 'is not an absolute path'),
    ('assets=$ASSETS', 'is not an absolute path'),
    ('Z:\\', 'is a whole drive or file system'),
    ('/', 'is a whole drive or file system'),
    ("/mnt/it's", 'cannot be written to a command line'),
    ('/mnt/\u2018curly\u2019', 'cannot be written to a command line'),
    ('/mnt/a`id`', 'cannot be written to a command line'),
    ('/mnt/$HOME', 'cannot be written to a command line'),
    ('/mnt/<STARTFRAME>', 'cannot be written to a command line'),
    ('/mnt/a"b', 'cannot be written to a command line'),
])
def test_paths_that_cannot_be_roots(paths, said):
    found, problems = plugin.roots_of(right(Paths=paths))
    assert found == [] and len(problems) == 1 and said in problems[0]


def test_a_path_with_a_comma_in_its_name():
    assert list(roots(Paths='/mnt/nfs/show, the')) == ['/mnt/nfs/show, the']


def test_a_list_that_names_an_unknown_root():
    _found, problems = plugin.roots_of(right(Paths='assets=/a', FilerPaths='asets=/export'))
    assert problems == ['FilerPaths: there is no root "asets" in Paths']


@pytest.mark.parametrize('evict, hydrate, verb', [
    ('True', 'True', 'refresh'), ('True', 'False', 'evict'), ('False', 'True', 'hydrate'),
    ('False', 'false', None)])
def test_evict_and_hydrate(evict, hydrate, verb):
    assert plugin.verb_of(right(CacheEviction=evict, CacheHydration=hydrate)) == verb


@given(st.dictionaries(st.sampled_from([setting.key for setting in plugin.SETTINGS]), st.text()))
def test_any_text_is_a_setting_or_a_sentence(said):
    found, problems = settings(**said)
    _roots, more = plugin.roots_of(found)
    assert all('\n' not in text and '\r' not in text for text in problems + more)


@given(st.text())
def test_what_is_quoted_is_one_word(text):
    """Nothing that ends the quoting, and nothing that Deadline replaces (deadline 72)."""
    try:
        word = plugin.quoted(text)
    except ValueError:
        return
    assert word == "'%s'" % text and not set(text) & set('\'"`$\\<>\n\r\0\u201c\u2019')
