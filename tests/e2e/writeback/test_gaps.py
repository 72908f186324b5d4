# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the list is not enough, the states of the folders are looked at, and that is said."""

import os
import signal
import time

from ansible_collections.renderfarm.file_cache.tests.e2e.watch.host import wait_for
from ansible_collections.renderfarm.file_cache.tests.e2e.writeback.host import begin

# A service that was killed seconds ago might only have lost its mark.
NO_SIGN = ('down', 'unmarked')


def write(folder, *names, data=b'pixels'):
    for name in names:
        (folder / name).write_bytes(data)


def unheard(host, name):
    """Have a file of this host written that its list does not know (fanotify F2)."""
    path = host.shot / name
    path.touch()
    host.save()
    with open(str(path), 'r+b') as stream:
        stream.write(b'pixels')
    host.ask('saved', host.listed())


def test_the_service_is_down(host):
    began = time.time()
    write(host.shot, 'before')
    host.listed()
    host.kill()
    write(host.shot, 'after')
    code, summary = host.save('--newer-than', began)
    assert (code, summary['matched']['files']) == (0, 2)
    assert summary['fallback'] in NO_SIGN
    assert host.on_filer() == {b'before': b'pixels', b'after': b'pixels'}


def test_the_service_was_killed_and_is_up_again(host):
    began = time.time()
    host.kill()
    write(host.shot, 'meanwhile')
    begin(host)
    write(host.shot, 'after')
    code, summary = host.save('--newer-than', began)
    assert (code, summary['fallback']) == (0, 'down')
    assert host.on_filer() == host.in_cache()
    # Once that is past, the list is enough again.
    began = time.time()
    write(host.shot, 'later')
    code, summary = host.save('--newer-than', began)
    assert (code, summary['matched']['files']) == (0, 1) and host.list_was_enough(summary)


def test_it_never_ran(idle):
    """A host whose service was not enabled: nothing is lost, and it is said."""
    write(idle.shot, 'a', 'b.tmp')
    code, summary = idle.save('--newer-than', time.time() - 60)
    assert (code, summary['fallback']) == (3, 'down')
    assert summary['outcomes'] == dict(dict.fromkeys(summary['outcomes'], 0), done=1, skipped=1)
    assert idle.on_filer() == {b'a': b'pixels'}


def test_the_mount_was_not_marked_all_the_time(host):
    began = time.time()
    host.service.send_signal(signal.SIGSTOP)
    reader, = host.readers()
    os.kill(reader, signal.SIGKILL)
    write(host.shot, 'unseen')
    host.service.send_signal(signal.SIGCONT)
    host.wait_for_marks(2)
    code, summary = host.save('--newer-than', began)
    assert (code, summary['fallback']) == (0, 'unmarked')
    assert host.on_filer() == {b'unseen': b'pixels'}


def test_the_kernel_did_not_tell_of_every_file(host):
    """fanotify F12: an event whose file is gone hides what it was."""
    began = time.time()
    unheard(host, 'unheard')
    with host.held_up():
        write(host.shot, 'kept', 'gone')
        (host.shot / 'gone').unlink()
    code, summary = host.save('--newer-than', began)
    assert (code, summary['fallback']) == (0, 'gap')
    assert host.on_filer() == {b'kept': b'pixels', b'unheard': b'pixels'}


def test_without_a_hole_nothing_is_walked(host):
    """The walk would find what other hosts are writing."""
    began = time.time()
    write(host.shot, 'mine')
    with open(host.cache.mount() + '/shot/of another host', 'wb') as stream:
        stream.write(b'half of a fra')
    code, summary = host.save('--newer-than', began)
    assert (code, summary['fallback']) == (0, None)
    assert host.on_filer() == {b'mine': b'pixels'}


def test_only_what_changed_since_the_task_began_is_taken_of_a_walk(idle):
    with open(idle.cache.mount() + '/shot/of last week', 'wb') as stream:
        stream.write(b'by a host that is gone')
    time.sleep(3)
    began = time.time()
    write(idle.shot, 'a')
    code, summary = idle.save('--newer-than', began)
    assert (code, summary['fallback']) == (0, 'down')
    assert idle.on_filer() == {b'a': b'pixels'}


def test_only_below_the_folders_that_are_asked_for(idle):
    for name in ('one', 'two'):
        (idle.shot / name).mkdir()
        write(idle.shot / name, name)
    code, _summary = idle.save('--newer-than', time.time() - 60, idle.shot / 'one',
                               idle.shot / 'not made yet')
    assert code == 0
    assert idle.on_filer() == {b'one/one': b'pixels'}


def test_what_is_on_the_list_is_counted_once(host):
    """It is taken from the list first, and the walk leaves it out: one outcome per file."""
    began = time.time()
    write(host.shot, 'a', 'b', 'c.tmp')
    host.listed()
    host.kill()
    write(host.shot, 'd', 'e.tmp')
    code, summary = host.save('--newer-than', began, names=[host.shot / 'b', host.shot / 'd'])
    assert code == 3 and summary['fallback'] in NO_SIGN
    assert summary['outcomes'] == dict(dict.fromkeys(summary['outcomes'], 0), done=3, skipped=2)
    assert sorted(os.path.basename(one['path']) for one in summary['unfinished']) == [
        'c.tmp', 'e.tmp']


def test_an_event_that_is_late_is_waited_for(host):
    """What was closed before the call is on the list before the list is read."""
    began = time.time()
    with host.held_up():
        write(host.shot, *map(str, range(50)))
        with host.saving('--newer-than', str(began)) as process:
            time.sleep(1)
            assert process.poll() is None
            assert host.on_filer() == {}
            for reader in host.readers():
                os.kill(reader, signal.SIGCONT)
            code, summary = host.ended(process)
    assert (code, summary['outcomes']['done']) == (0, 50) and host.list_was_enough(summary)
    wait_for(lambda: host.ask('written') == [])
