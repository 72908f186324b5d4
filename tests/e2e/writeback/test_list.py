# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is on this host's list, and what the caller names, to what is saved of it."""

import os
import subprocess
import time

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.watch.store import PATH
from ansible_collections.renderfarm.file_cache.tests.e2e.watch.host import wait_for
from ansible_collections.renderfarm.file_cache.tests.e2e.writeback.host import CLEAN


def write(folder, *names, data=b'pixels'):
    for name in names:
        (folder / name).write_bytes(data)


def on_list(host):
    return sorted(os.path.basename(entry.path) for entry in host.listed())


def test_what_was_deleted_is_dropped(host):
    write(host.shot, 'kept', 'gone', 'also gone')
    host.listed()
    (host.shot / 'gone').unlink()
    (host.shot / 'also gone').unlink()
    code, summary = host.save()
    assert (code, summary['outcomes']['done'], summary['outcomes']['vanished']) == (0, 1, 2)
    assert host.on_filer() == {b'kept': b'pixels'}
    assert on_list(host) == []


def test_a_whole_folder_that_was_deleted(host):
    (host.shot / 'tmp').mkdir()
    write(host.shot / 'tmp', '1', '2')
    host.listed()
    subprocess.run(['rm', '-r', str(host.shot / 'tmp')], check=True)
    code, summary = host.save()
    assert (code, summary['outcomes']['vanished']) == (0, 2)
    assert on_list(host) == []


@pytest.mark.parametrize('before, after', [
    ('a.part1', 'a'), ('tmp/a', 'a'), ('a', 'frames/a'), ('tmp/a', 'frames/b')])
def test_what_was_renamed_since_is_found_by_its_inode(host, before, after):
    """Renderers write for themselves, and move what is done to where it belongs."""
    for name in ('tmp', 'frames'):
        (host.shot / name).mkdir()
    write(host.shot, before)
    host.listed()
    os.rename(str(host.shot / before), str(host.shot / after))
    code, summary = host.save()
    assert (code, summary['outcomes']['done']) == (0, 1)
    assert host.on_filer() == {after.encode(): b'pixels'}
    assert on_list(host) == []


def test_another_file_of_that_name_is_not_taken_for_it(host):
    """The name belongs to a file of another host now: that is saved where it was moved to."""
    write(host.shot, 'a', data=b'mine')
    host.listed()
    other = host.cache.mount() + '/shot/'
    os.rename(other + 'a', other + 'mine')
    with open(other + 'a', 'wb') as stream:
        stream.write(b'of another host')
    code, summary = host.save()
    assert (code, summary['matched']['files']) == (0, 1)
    assert host.on_filer() == {b'mine': b'mine'}


def test_what_was_written_before_the_task_stays_on_the_list(host):
    write(host.shot, 'of another task')
    host.listed()
    time.sleep(1.1 - time.time() % 1)
    began = time.time()
    write(host.shot, 'of this task')
    code, summary = host.save('--newer-than', began)
    assert (code, summary['matched']['files']) == (0, 1)
    assert sorted(host.on_filer()) == [b'of this task']
    assert on_list(host) == [b'of another task']


def test_only_below_the_folders_that_are_asked_for(host):
    for name in ('one', 'two', 'three'):
        (host.shot / name).mkdir()
        write(host.shot / name, name)
    code, _summary = host.save(host.shot / 'one', '@shots/shot/two', host.shot / 'not made yet')
    assert code == 0
    assert sorted(host.on_filer()) == [b'one/one', b'two/two']
    assert on_list(host) == [b'three']


def test_what_another_host_wrote_is_saved_when_it_is_named(host):
    """--from: further names that must be saved, whoever wrote them; the rest is not looked at."""
    other = host.cache.mount() + '/shot/'
    for name in ('named', 'not named'):
        with open(other + name, 'wb') as stream:
            stream.write(b'of another host')
    code, summary = host.save(names=[host.shot / 'named', '/mnt/elsewhere/x', '/mnt/elsewhere/y'])
    assert (code, summary['matched']['files']) == (0, 1)
    assert host.on_filer() == {b'named': b'of another host'}


def test_a_name_that_is_not_there(host):
    """It must be saved, and is not: that is said, and hinders nothing else."""
    write(host.shot, 'a')
    code, summary = host.save(names=[host.shot / 'a', host.shot / 'none', host.shot / 'no' / 'x'])
    assert (code, summary['outcomes']['done']) == (1, 1)
    assert summary['reasons']['failed'] == {'missing': 2}
    assert host.on_filer() == {b'a': b'pixels'}


def test_names_that_are_relative_to_the_one_folder(host):
    write(host.shot, 'a\nb', 'c')
    code, summary = host.save(host.shot, names=['a\nb', './c'])
    assert (code, summary['outcomes']['done']) == (0, 2)
    assert host.on_filer() == host.in_cache()
    assert on_list(host) == []


def test_a_name_on_the_list_and_named_is_saved_once(host):
    write(host.shot, 'a')
    code, summary = host.save(names=[host.shot / 'a', host.shot / 'a'])
    assert code == 0 and summary['outcomes']['done'] == 1
    assert host.archives() == 1
    assert on_list(host) == []


@pytest.mark.parametrize('words, data, said', [
    (['--from', '-', '-0'], b'a\0b\0', 'is relative'),
    (['--from', '-', '-0'], b'/mnt/../etc/passwd\0', '".." component'),
    (['--from', '/nowhere', '-0'], b'', '/nowhere'),
    (['-0'], b'', 'Give --from'),
    (['--newer-than', 'yesterday'], b'', 'yesterday'),
    (['--timeout', 'long'], b'', 'long'),
    (['not/absolute'], b'', 'absolute'),
    (['@nobody'], b'', 'shots'),
])
def test_what_makes_no_sense_is_refused_and_nothing_is_asked(host, words, data, said):
    write(host.shot, 'a')
    ended = subprocess.run(host.words('writeback', *words), input=data, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, check=False)
    code, summary = host.told_by(ended.returncode, ended.stdout, ended.stderr)
    assert code == 2 and said in summary['error'] and said in ended.stderr.decode()
    assert host.archives() == 0
    assert on_list(host) == [b'a']


def test_outside_all_roots_there_is_nothing_to_do(host):
    code, summary = host.save('/mnt/elsewhere', names=['/mnt/elsewhere/a'])
    assert (code, summary['matched']['files'], summary['error']) == (0, 0, None)


def test_without_a_config_there_is_nothing_to_do(host):
    """design.md: an on-premises worker runs the same script."""
    os.unlink('/etc/file-cache/config.json')
    write(host.shot, 'a')
    code, summary = host.save(names=[host.shot / 'a'])
    assert (code, summary['matched']['files'], summary['error']) == (0, 0, None)


def test_two_at_once_save_each_file_once(host):
    """lustre-hsm H25: two tasks of a worker end at the same moment."""
    host.cache.control('copytool', 'latency', '200')
    write(host.shot, *map(str, range(60)))
    with host.saving() as one, host.saving() as two:
        ended = [host.ended(one), host.ended(two)]
    assert [code for code, _summary in ended] == [0, 0]
    assert host.archives() == 60
    assert host.on_filer() == host.in_cache()
    assert on_list(host) == []


def test_a_file_that_changes_while_it_is_copied_is_asked_for_again(host):
    """fanotify F26, lustre-hsm H24: at 0xb it is not saved, whatever was answered."""
    write(host.shot, 'a')
    host.cache.control('on-archive', 'shot/a', 'write')
    code, _summary = host.save()
    assert code == 0 and host.archives() == 2
    assert host.state('a') == CLEAN
    assert host.on_filer() == host.in_cache()


def test_a_second_request_by_another_host_is_made_good(host):
    """lustre-hsm H25: between hosts there is no lock. 0xb, no action, and nobody wrote."""
    host.cache.control('copytool', 'rate', '0.5')
    write(host.shot, 'a', data=b'x' * (1 << 20))
    with host.saving() as process:
        wait_for(lambda: host.archives() == 1)
        other = host.cache.mount() + '/shot/a'
        subprocess.run([os.path.join(host.cache.tools, 'lfs'), 'hsm_archive', other], check=True,
                       env=host.cache.environment())
        host.cache.control('copytool', 'rate', '0')
        code, _summary = host.ended(process)
    assert code == 0
    assert host.state('a') == CLEAN
    assert host.on_filer() == host.in_cache()


def test_a_list_that_cannot_be_changed_costs_no_file(host):
    """A full disk: what is saved is saved, and that is found out again when there is room."""
    state = os.path.dirname(PATH)
    host.stop()
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', state], check=True)
    try:
        host.start()
        time.sleep(2 - time.time() % 1)
        write(host.shot, *map(str, range(100)))
        host.listed()
        host.kill()
        with open(state + '/ballast', 'wb', buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b'x' * 4096)
            except OSError:
                pass
        code, summary = host.save()
        assert (code, summary['outcomes']['done']) == (0, 100)
        assert host.on_filer() == host.in_cache()
        os.unlink(state + '/ballast')
        code, summary = host.save()
        assert (code, summary['outcomes']['already']) == (0, 100)
        assert host.archives() == 100
        assert host.ask('written') == []
    finally:
        # What the killed service had begun may end a moment later.
        subprocess.run(['umount', '--lazy', state], check=True)
