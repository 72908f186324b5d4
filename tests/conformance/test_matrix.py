# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""H40 - H48: one file, every state and every verb."""

import os

import pytest
from kit.cache import CLEAN, DIRTY, RELEASED
from kit.case import case, row, rows

REFUSED = 'EPERM'


def marked(make, *options):
    def build(folder):
        path = make(folder)('f')
        answer = folder.cache.lfs('hsm_set', *(options + (path,)))
        assert answer == (0, b'', b''), answer
        return path
    return build


def plain(make):
    return lambda folder: make(folder)('f')


def new(folder):
    return folder.new


def clean(folder):
    return folder.clean


def dirty(folder):
    return folder.dirty


def first_dirty(folder):
    return folder.first_dirty


def exists(folder):
    return folder.exists


def released(folder):
    return folder.released


def released_marked(*options):
    """The mark comes before the release: a mark on a released file is the same (lost is not)."""
    return marked(released, *options)


# row, state, how it is made, then what comes of archive, restore, release: the bits, or REFUSED
MATRIX = (
    ('H40', 'new', plain(new), 0x0, CLEAN, 0x0, REFUSED),
    ('H41', 'exists', plain(exists), 0x1, CLEAN, 0x1, REFUSED),
    ('H42', 'clean', plain(clean), CLEAN, CLEAN, CLEAN, RELEASED),
    ('H43', 'first-dirty', plain(first_dirty), 0x3, CLEAN, REFUSED, REFUSED),
    ('H43', 'dirty', plain(dirty), DIRTY, CLEAN, REFUSED, REFUSED),
    ('H44', 'released', plain(released), RELEASED, RELEASED, CLEAN, RELEASED),
    ('H45', 'never_release-new', marked(new, '--norelease'), 0x10, 0x19, 0x10, REFUSED),
    ('H45', 'never_release-clean', marked(clean, '--norelease'), 0x19, 0x19, 0x19, REFUSED),
    ('H45', 'never_release-dirty', marked(dirty, '--norelease'), 0x1b, 0x19, REFUSED, REFUSED),
    ('H45', 'never_release-released', released_marked('--norelease'), 0x1d, 0x1d, 0x19, REFUSED),
    ('H46', 'never_archive-new', marked(new, '--noarchive'), 0x20, REFUSED, 0x20, REFUSED),
    ('H46', 'never_archive-clean', marked(clean, '--noarchive'), 0x29, 0x29, 0x29, 0x2d),
    ('H46', 'never_archive-dirty', marked(dirty, '--noarchive'), 0x2b, REFUSED, REFUSED, REFUSED),
    ('H46', 'never_archive-released', released_marked('--noarchive'), 0x2d, 0x2d, 0x29, 0x2d),
    ('H47', 'lost-clean', marked(clean, '--lost'), 0x49, 0x49, 0x49, REFUSED),
    ('H47', 'lost-released', released_marked('--lost'), 0x4d, 0x4d, REFUSED, REFUSED),
)


def matrix_cases():
    for number, word, make, before, archive, restore, release in MATRIX:
        for verb, after in (('archive', archive), ('restore', restore), ('release', release)):
            yield case('%s-%s-%s' % (number, word, verb), 'hsm_%s of a %s file' % (verb, word),
                       'EPERM, nothing changes' if after == REFUSED else '0x%x' % after,
                       make=make, before=before, verb=verb, after=after)


@rows(*matrix_cases())
def test_state_and_verb(case, cache, folder):
    if cache.unfit:
        pytest.skip(cache.unfit)
    path, verb, after = case.data['make'](folder), case.data['verb'], case.data['after']
    assert cache.state(path) == case.data['before']
    if after == REFUSED:
        cache.refused(verb, path)
        assert (cache.action(path), cache.state(path)) == (b'NOOP', case.data['before'])
    else:
        cache.ask(verb, path)
        if verb == 'release':
            assert cache.state(path) == after  # at once
        cache.wait_state(path, after)


@rows(*[case('%s-no-request-%s' % (number, verb), 'hsm_%s of a %s file, and a look at once'
             % (verb, word), 'no action', make=make, verb=verb)
        for number, word, make, verb in (
            ('H42', 'clean', clean, 'archive'), ('H42', 'clean', clean, 'restore'),
            ('H44', 'released', released, 'archive'), ('H44', 'released', released, 'release'))])
def test_nothing_is_queued(case, cache, folder):
    path = case.data['make'](folder)('f')
    cache.ask(case.data['verb'], path)
    assert cache.action(path) == b'NOOP'


@row('H43-other-archive-id', 'archive of a dirty file with another archive id', 'EPERM')
def test_other_archive_id(cache, folder):
    path = folder.dirty('f')
    answer = cache.lfs('hsm_archive', '--archive', '2', path)
    assert answer.rc == 1 and answer.err.endswith(b'Operation not permitted\n')
    assert (cache.action(path), cache.state(path)) == (b'NOOP', DIRTY)


@row('H47-lost-read', 'read of a file that is released and lost', 'ENODATA')
def test_read_of_a_lost_file(cache, folder, children):
    path = folder.released('f')
    cache.lfs('hsm_set', '--lost', path)
    outcome = children(lambda: open(path, 'rb').read()).wait(cache.patience.limit(30))
    assert outcome.errno == 61


def sparse(path):
    with open(path, 'wb') as stream:
        stream.truncate(3000000)
        stream.seek(1500000)
        stream.write(b'island')


def closed(path):
    with open(path, 'wb') as stream:
        stream.write(b'nobody may read this')
    os.chmod(path, 0)


KINDS = (('empty', lambda path: open(path, 'wb').close()), ('sparse', sparse),
         ('mode-000', closed))


@rows(*[case('H48-' + word, 'the life of a file that is %s' % word, 'as any file', make=make)
        for word, make in KINDS])
def test_kind_of_file(case, cache, folder):
    path = folder('f')
    case.data['make'](path)
    with open(path, 'rb') as stream:
        content = stream.read()
    whole_life(cache, path, content)


LAYOUTS = (('striped', ('-c', '2')), ('pfl', ('-E', '1M', '-c', '1', '-E', '-1', '-c', '2')),
           ('dom', ('-E', '64k', '-L', 'mdt', '-E', '-1', '-c', '1')))


@rows(*[case('H48-' + word, 'the life of a file made by lfs setstripe %s' % ' '.join(options),
             'as any file', options=options) for word, options in LAYOUTS])
def test_layout(case, cache, folder):
    path = folder('f')
    answer = cache.lfs('setstripe', *(case.data['options'] + (path,)))
    if answer.rc:
        words = (answer.err or answer.out).decode('utf-8', 'replace').strip().splitlines()
        pytest.skip('no such layout here: ' + (words[0] if words else 'rc %d' % answer.rc))
    content = os.urandom(2500000)
    with open(path, 'wb') as stream:
        stream.write(content)
    whole_life(cache, path, content)


def whole_life(cache, path, content):
    if cache.unfit:
        pytest.skip(cache.unfit)
    cache.ask('archive', path)
    cache.wait_state(path, CLEAN)
    cache.ask('release', path)
    assert cache.state(path) == RELEASED
    assert os.stat(path).st_size == len(content)
    cache.ask('restore', path)
    cache.wait_state(path, CLEAN)
    with open(path, 'rb') as stream:
        assert stream.read() == content
