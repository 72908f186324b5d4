# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be in the way of saving: it is said, nothing is lost, and the next call goes on."""

import os
import signal
import socket
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.command.worker import (
    ARTIST,
    GID,
    UID,
    add_users,
)
from ansible_collections.renderfarm.file_cache.tests.e2e.watch.host import PATIENCE, wait_for


def write(folder, *names, data=b'pixels'):
    for name in names:
        (folder / name).write_bytes(data)


def on_list(host):
    return sorted(os.path.basename(entry.path) for entry in host.listed())


@pytest.mark.parametrize('fault', ['filer-full', 'filer-readonly'])
def test_a_filer_that_takes_nothing(host, fault):
    write(host.shot, 'a', 'b')
    host.cache.control(fault, 'on')
    code, summary = host.save()
    assert (code, summary['outcomes']['failed']) == (1, 2)
    assert sorted(os.path.basename(one['path']) for one in summary['files']) == ['a', 'b']
    assert on_list(host) == [b'a', b'b'] and host.on_filer() == {}
    host.cache.control(fault, 'off')
    assert host.save()[0] == 0
    assert host.on_filer() == host.in_cache() and on_list(host) == []


def test_an_archive_that_fails_once_is_not_said_to_be_saved(host):
    write(host.shot, 'a')
    host.cache.control('fail-next', 'archive', '1')
    code, summary = host.save()
    if code:
        assert (code, summary['outcomes']['failed']) == (1, 1)
        assert on_list(host) == [b'a']
        code, summary = host.save()
    assert (code, summary['outcomes']['done']) == (0, 1)
    assert host.on_filer() == host.in_cache() and on_list(host) == []


def test_no_archive_moves(host):
    """lustre-hsm H22: the time of the call runs out; what was asked for is not asked again."""
    write(host.shot, 'a', 'b')
    host.cache.control('copytool', 'stop')
    code, summary = host.save('--timeout', '3')
    assert (code, summary['reasons']['pending']) == (1, {'timeout': 2})
    assert summary['interrupted'] is None and on_list(host) == [b'a', b'b']
    code, summary = host.save('--timeout', '3')
    assert (code, summary['reasons']['pending']) == (1, {'timeout': 2})
    host.cache.control('copytool', 'start')
    code, summary = host.save()
    assert code == 0 and summary['outcomes']['done'] + summary['outcomes']['already'] == 2
    assert host.cache.stats()['archive']['requested'] == 2
    assert host.on_filer() == host.in_cache() and on_list(host) == []


@pytest.mark.parametrize('number, code', [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_its_summary(host, number, code):
    write(host.shot, 'a')
    host.cache.control('copytool', 'stop')
    with host.saving() as process:
        wait_for(lambda: host.cache.stats()['archive']['requested'] == 1)
        process.send_signal(number)
        ended, summary = host.ended(process)
    assert (ended, summary['interrupted']) == (code, signal.Signals(number).name)
    assert summary['reasons']['pending'] == {'interrupted': 1}
    assert on_list(host) == [b'a']


@pytest.mark.parametrize('killed', ['before the copy ends', 'after it'])
def test_a_killed_writeback_is_made_good_by_the_next(host, killed):
    write(host.shot, *map(str, range(20)))
    host.cache.control('copytool', 'stop')
    with host.saving() as process:
        wait_for(lambda: host.cache.stats()['archive']['requested'] == 20)
        process.kill()
        process.wait(PATIENCE)
    assert len(on_list(host)) == 20
    host.cache.control('copytool', 'start')
    if killed == 'after it':
        wait_for(lambda: len(host.on_filer()) == 20)
    assert host.save()[0] == 0
    assert host.archives() == 20
    assert host.on_filer() == host.in_cache() and on_list(host) == []


@pytest.mark.parametrize('words, names', [
    ([], ['shot/frame.exr']), (['shot'], None), (['shot'], ['shot/frame.exr'])])
def test_below_a_root_that_is_not_on_the_cache(host, words, names):
    """field-reports D2: the frame is on the worker's own disk, under the mount point."""
    subprocess.run(['umount', str(host.mount)], check=True)
    host.shot.mkdir()
    write(host.shot, 'frame.exr')
    code, summary = host.save(*[host.mount / word for word in words],
                              names=names and [host.mount / name for name in names])
    assert code == 2
    assert socket.gethostname() in summary['error'] and str(host.mount) in summary['error']
    assert 'does not lie on Lustre' in summary['error']
    assert (host.shot / 'frame.exr').read_bytes() == b'pixels'


def test_a_local_folder_in_the_tree_of_a_root(host, tmp_path):
    """field-reports D2, with the cache mounted: another file system is mounted over the folder."""
    (host.shot / 'local').mkdir()
    subprocess.run(['mount', '-t', 'tmpfs', 'none', str(host.shot / 'local')], check=True)
    try:
        write(host.shot / 'local', 'frame.exr')
        write(host.shot, 'a')
        code, summary = host.save(names=[host.shot / 'local' / 'frame.exr'])
    finally:
        subprocess.run(['umount', str(host.shot / 'local')], check=True)
    assert code == 2 and summary['reasons']['failed'] == {'outside': 1}
    assert host.on_filer() == {b'a': b'pixels'}


@pytest.mark.parametrize('number', ['108', '5'])
def test_an_evicted_client(host, number):
    """field-reports L10: it is said what may be lost, and the list is kept for a new mount."""
    write(host.shot, 'a')
    host.listed()
    host.cache.control('evict-client', host.cache.instance(str(host.mount)), number)
    code, summary = host.save(names=[host.shot / 'a'])
    assert code == 1
    assert 'may be lost' in summary['error']
    assert [os.path.basename(entry.path) for entry in host.ask('written')] == [b'a']
    host.cache.control('evict-client', host.cache.instance(str(host.mount)), '0')
    assert host.save()[0] == 0
    assert host.on_filer() == {b'a': b'pixels'}


def test_a_mount_that_does_not_answer_has_an_end(host):
    """field-reports L11, safety rule 6."""
    write(host.shot, 'a')
    host.listed()
    instance = host.cache.instance(str(host.mount))
    host.cache.control('freeze-mount', instance, 'on')
    try:
        code, summary = host.save('--timeout', '5')
    finally:
        host.cache.control('freeze-mount', instance, 'off')
    assert code == 1 and (summary['error'] or summary['outcomes']['pending'])
    assert host.save()[0] == 0
    assert host.on_filer() == {b'a': b'pixels'}


class TestARenderUser:
    """Through the real sudo, as Deadline renders: the list is root's, the names are the user's."""

    @pytest.fixture
    def artist(self, host):
        """Run writeback as the artist; return (exit status, summary)."""
        etc = host.folder / 'etc of the artist'
        etc.mkdir()
        add_users(etc)
        for name in ('passwd', 'group', 'shadow'):
            with open('/etc/' + name, 'w') as file:
                file.write((etc / name).read_text())
        os.chmod('/etc/shadow', 0o600)
        with open('/etc/sudoers.d/file-cache', 'w') as file:
            file.write('%s ALL=(root) NOPASSWD: %s\n' % (ARTIST, host.command))
        os.chmod('/etc/sudoers.d/file-cache', 0o440)
        host.settings['verbs'] = ['writeback']
        host.configure()

        def run(*words, names=None):
            words = [str(host.command), 'writeback', *map(str, words), '--json']
            if names is not None:
                words += ['--from', '-', '-0']
            ended = subprocess.run(
                ['setpriv', '--reuid=%d' % UID, '--regid=%d' % GID, '--init-groups', 'sudo', '-n']
                + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, cwd='/',
                input=b''.join(os.fsencode(str(name)) + b'\0' for name in names or ()),
                timeout=PATIENCE)
            return host.told_by(ended.returncode, ended.stdout, ended.stderr)

        return run

    def test_what_this_host_wrote_is_saved(self, host, artist):
        """Also what another user of this host wrote: a worker is there for its frames."""
        write(host.shot, 'by root', 'named')
        os.chmod(str(host.shot / 'by root'), 0o600)
        code, summary = artist(names=[host.shot / 'named', '/mnt/elsewhere/x'])
        assert (code, summary['outcomes']['done']) == (0, 2)
        assert host.on_filer() == host.in_cache() and on_list(host) == []

    def test_a_name_that_he_cannot_reach(self, host, artist):
        """Safety rule 7: each listed name is looked at with his rights."""
        (host.shot / 'closed').mkdir(mode=0o700)
        with open(host.cache.mount() + '/shot/closed/secret', 'wb') as stream:
            stream.write(b'of another host')
        code, summary = artist(names=[host.shot / 'closed' / 'secret'])
        assert (code, summary['reasons']['failed']) == (1, {'denied': 1})
        assert host.on_filer() == {}

    @pytest.mark.parametrize('folder, saved', [('/etc', 0), ('/', 1)])
    def test_a_folder_that_is_not_below_a_root(self, host, artist, folder, saved):
        """Only what lies below a root is our business, whatever he names."""
        write(host.shot, 'a')
        code, summary = artist(folder)
        assert (code, summary['matched']['files']) == (0, saved)
        assert len(host.on_filer()) == saved
