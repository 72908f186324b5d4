# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making, loading and comparing manifests, each in a child of its own."""

import errno
import os
import stat
import tempfile
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm import (
    changes,
    filer,
    scan,
    walk,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.child import Children
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.manifest import (
    Record,
    encode,
    encode_end,
    read,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COMPONENT = st.binary(min_size=1, max_size=6).filter(
    lambda raw: b'/' not in raw and b'\0' not in raw and raw not in (b'.', b'..'))
MANIFESTS = st.dictionaries(
    st.one_of(st.sampled_from([b'a', b'a/b', b'c']), COMPONENT),
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), max_size=12)


@pytest.fixture(name='children')
def make_children():
    children = Children()
    yield children
    children.close()


@pytest.fixture(name='tree')
def make_tree(tmp_path):
    root = tmp_path / 'filer'
    for name in ('a/one.exr', 'a/new\nline', 'top', '.snapshot/old', '.file-cache/x.manifest'):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b'123')
    (root / 'link').symlink_to('top')
    os.utime(str(root / 'top'), ns=(0, -1500000000))
    return root


def raw(path):
    return os.fsencode(str(path))


def put(path, records, end=True):
    path.write_bytes(b''.join(encode(one) for one in records)
                     + (encode_end(len(records)) if end else b''))
    return raw(path)


def records_of(path):
    return list(read(raw(path), lambda: None))


def test_a_tree_becomes_a_manifest(children, tree, tmp_path):
    out = tmp_path / 'm'
    errand = scan.write(children, raw(tree), raw(out))
    assert errand.complete and errand.error is None
    assert (errand.taken, errand.size) == (3, 9)
    records = {one.rel: one for one in records_of(out)}
    assert sorted(records) == [b'a/new\nline', b'a/one.exr', b'top']
    for rel, one in records.items():
        facts = os.stat(raw(tree) + b'/' + rel)
        assert one == Record(facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, rel)
    assert b'\0-1.500000000\0' in out.read_bytes()
    assert sorted(os.listdir(str(tmp_path))) == ['filer', 'm']


def test_the_result_can_be_read_by_others_as_the_umask_says(children, tree, tmp_path):
    before = os.umask(0o027)
    try:
        scan.write(children, raw(tree), raw(tmp_path / 'm'))
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(str(tmp_path / 'm')).st_mode) == 0o640


def test_a_manifest_may_lie_in_its_own_tree(children, tree):
    out = tree / '.file-cache' / 'fc-1.manifest'
    for _turn in range(2):
        assert scan.write(children, raw(tree), raw(out)).complete
        assert len(records_of(out)) == 3
    assert sorted(os.listdir(str(tree / '.file-cache'))) == ['fc-1.manifest', 'x.manifest']


def test_an_incomplete_tree_leaves_the_old_manifest(children, tree, tmp_path, monkeypatch):
    # Safety rule 9: a listing is complete or it is an error.
    out = tmp_path / 'm'
    out.write_bytes(b'the old one')
    real = os.scandir

    def scandir(path):
        if os.readlink(path).endswith(b'/a'):
            raise OSError(errno.EACCES, 'denied')
        return real(path)
    monkeypatch.setattr(walk.os, 'scandir', scandir)
    errand = scan.write(children, raw(tree), raw(out))
    assert not errand.complete and '/a: Permission denied' in errand.error
    assert out.read_bytes() == b'the old one'
    assert sorted(os.listdir(str(tmp_path))) == ['filer', 'm']


def to_pipe(function, *arguments):
    """Call with standard output as a pipe; return (what it returned, what came out)."""
    with tempfile.TemporaryFile() as sink:
        kept = os.dup(1)
        os.dup2(sink.fileno(), 1)
        try:
            value = function(*arguments)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
        sink.seek(0)
        return value, sink.read()


def test_a_manifest_on_standard_output(children, tree, tmp_path, monkeypatch):
    errand, text = to_pipe(scan.write, children, raw(tree), b'-')
    (tmp_path / 'm').write_bytes(text)
    assert errand.complete and len(records_of(tmp_path / 'm')) == 3

    monkeypatch.setattr(scan, 'walk', broken_walk)
    errand, text = to_pipe(scan.write, children, raw(tree), b'-')
    (tmp_path / 'm').write_bytes(text)
    assert not errand.complete
    with pytest.raises(Refused):
        records_of(tmp_path / 'm')


def broken_walk(_folder, _selection, _tick, problem):
    problem(b'a', errno.EIO)
    return iter(())


@pytest.mark.parametrize('directory, words', [
    (b'/no/such/tree', 'No such file'),
    (b'LINK', 'no link is followed'),
    (b'TREE/top', 'Not a directory'),
])
def test_what_is_no_tree_is_refused(children, tree, tmp_path, directory, words):
    (tmp_path / 'link').symlink_to('filer')
    directory = directory.replace(b'TREE', raw(tree)).replace(b'LINK', raw(tmp_path / 'link'))
    with pytest.raises(Refused) as refused:
        scan.write(children, directory, raw(tmp_path / 'm'))
    assert words in str(refused.value)
    assert not (tmp_path / 'm').exists()


def test_a_link_above_the_tree_is_not_followed_either(children, tree, tmp_path):
    # Safety rule 7: through sudo it could lead out of the roots.
    (tmp_path / 'export').symlink_to('filer')
    with pytest.raises(Refused) as refused:
        scan.write(children, raw(tmp_path / 'export' / 'a'), raw(tmp_path / 'm'))
    assert 'real path' in str(refused.value)


def test_an_output_that_cannot_be_written_is_refused(children, tree, tmp_path):
    for out in (tmp_path / 'no' / 'm', tree):
        with pytest.raises(Refused) as refused:
            scan.write(children, raw(tree), raw(out))
        assert 'cannot be written' in str(refused.value)
    assert sorted(os.listdir(str(tmp_path))) == ['filer']


def test_a_dead_filer_is_left_behind(children, tree, tmp_path, monkeypatch):
    # field-reports L11
    monkeypatch.setattr(walk.os, 'scandir', lambda path: time.sleep(60))
    errand = scan.write(children, raw(tree), raw(tmp_path / 'm'), idle=0.5)
    assert errand.stuck and not errand.complete and 'no answer' in errand.error


def test_progress_and_stop(children, tree, tmp_path, monkeypatch):
    monkeypatch.setattr(walk.os, 'scandir', lambda path: time.sleep(60))
    seen = []
    with pytest.raises(Refused) as refused:
        scan.write(children, raw(tree), raw(tmp_path / 'm'), progress=seen.append,
                   stop=lambda: 'SIGTERM')
    assert 'Interrupted' in str(refused.value) and len(seen) == 1
    assert sorted(os.listdir(str(tmp_path))) == ['filer']


def test_a_child_that_was_killed_leaves_nothing(children, tree, tmp_path, monkeypatch):
    def half_way(_folder, _selection, _tick, _problem):
        assert [name for name in os.listdir(str(tmp_path)) if name.startswith('.m.')]
        os.kill(os.getpid(), 9)
        return iter(())
    monkeypatch.setattr(scan, 'walk', half_way)
    errand = scan.write(children, raw(tree), raw(tmp_path / 'm'))
    assert not errand.complete and 'ended before' in errand.error
    assert sorted(os.listdir(str(tmp_path))) == ['filer']


def test_a_manifest_is_loaded(children, tree, tmp_path):
    scan.write(children, raw(tree), raw(tmp_path / 'm'))
    table = filer.load(children, raw(tmp_path / 'm'))
    assert table.count == 3 and table.find(b'a/one.exr').size == 3
    assert table.find(b'a/two.exr') is None
    assert table.meet(b'top') and sorted(one.rel for one in table.unmet()) == [
        b'a/new\nline', b'a/one.exr']
    table.close()


ONE = Record(1, 2, 3, b'a')


@pytest.mark.parametrize('records, end, words', [
    ([ONE], False, 'cut short'),
    ([], True, 'no file at all'),
    ([ONE, ONE], True, 'twice'),
    (None, True, 'is empty'),
])
def test_a_bad_manifest_is_refused(children, tmp_path, records, end, words):
    path = tmp_path / 'm'
    if records is None:
        path.write_bytes(b'')
    else:
        put(path, records, end)
    with pytest.raises(Refused) as refused:
        filer.load(children, raw(path))
    assert words in str(refused.value) and '"%s"' % path in str(refused.value)


def test_a_missing_manifest_is_refused(children):
    with pytest.raises(Refused) as refused:
        filer.load(children, b'/no/such/manifest')
    assert 'cannot be opened: No such file' in str(refused.value)


def test_reading_that_gets_no_answer_is_refused(children, tmp_path):
    # Opening a FIFO that nobody writes waits like a file on a mount that never answers.
    os.mkfifo(str(tmp_path / 'm'))
    with pytest.raises(Refused) as refused:
        filer.load(children, raw(tmp_path / 'm'), idle=0.5)
    assert 'no answer' in str(refused.value)


def compared(children, folder, old, new):
    """Return (Changes, names) of two manifests given as lists of records."""
    out = folder / 'out'
    found = changes.write(children, put(folder / 'old', old), put(folder / 'new', new), raw(out))
    return found, out.read_bytes().split(b'\0')[:-1]


def test_what_changed_between_two_manifests(children, tmp_path):
    second = 10 ** 9
    old = [Record(5, second, second, b'same'), Record(5, second, second, b'size'),
           Record(5, second, second, b'time'), Record(5, second, second, b'ctime'),
           Record(5, second, second, b'gone'), Record(5, second, second, b'gone too')]
    new = [Record(1, 0, 0, b'z new\n'), Record(5, second, second + 1, b'ctime'),
           Record(5, second, second, b'same'), Record(5, second + 1, second, b'time'),
           Record(6, second, second, b'size'), Record(1, 0, 0, b'a new')]
    found, names = compared(children, tmp_path, old, new)
    # field-reports L28: a change within the same whole second is a change.
    assert names == [b'z new\n', b'ctime', b'time', b'size', b'a new']
    assert found == (2, 3, 1, 2)


@settings(max_examples=25, deadline=None,
          suppress_health_check=[getattr(HealthCheck, 'function_scoped_fixture', None)])
@given(MANIFESTS, MANIFESTS)
def test_changes_against_a_model(children, tmp_path, old, new):
    def records(manifest):
        return [Record(*(facts + (rel,))) for rel, facts in manifest.items()]
    if new:
        found, names = compared(children, tmp_path, records(old), records(new))
        assert names == [rel for rel in new if old.get(rel) != new[rel]]
        assert found == (len(set(new) - set(old)),
                         len([rel for rel in new if rel in old and old[rel] != new[rel]]),
                         len([rel for rel in new if old.get(rel) == new[rel]]),
                         len(set(old) - set(new)))
        assert compared(children, tmp_path, records(new), records(new)) == (
            (0, 0, len(new), 0), [])


@pytest.mark.parametrize('old, new, words', [
    ([ONE], None, 'cut short'),
    (None, [ONE], 'cut short'),
    ([ONE], [ONE, ONE], 'twice'),
    ([], [ONE, ONE], 'twice'),
    ([ONE, ONE], [ONE], 'twice'),
    ([ONE], [], 'no file at all'),
])
def test_nothing_is_written_unless_both_are_whole(children, tmp_path, old, new, words):
    paths = [put(tmp_path / name, [ONE] if records is None else records, records is not None)
             for name, records in (('old', old), ('new', new))]
    with pytest.raises(Refused) as refused:
        changes.write(children, paths[0], paths[1], raw(tmp_path / 'out'))
    assert words in str(refused.value)
    assert sorted(os.listdir(str(tmp_path))) == ['new', 'old']
    assert to_pipe(pytest.raises, Refused, changes.write, children, paths[0], paths[1],
                   b'-')[1] == b''


def test_changes_on_standard_output(children, tmp_path):
    found, text = to_pipe(changes.write, children, put(tmp_path / 'old', []),
                          put(tmp_path / 'new', [ONE]), b'-')
    assert found == (1, 0, 0, 0) and text == b'a\0'


def test_standard_output_that_is_gone_is_refused(children, tree):
    reader, writer = os.pipe()
    os.close(reader)
    kept = os.dup(1)
    os.dup2(writer, 1)
    os.close(writer)
    try:
        with pytest.raises(Refused) as refused:
            scan.write(children, raw(tree), b'-')
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    assert 'Standard output cannot be written: Broken pipe' in str(refused.value)


def test_only_one_of_the_two_comes_on_standard_input(children, tmp_path):
    with pytest.raises(Refused):
        changes.write(children, b'-', b'-', raw(tmp_path / 'out'))
