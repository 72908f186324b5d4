# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs write, and then exactly their bytes are on the filer.

That the list has them is shown by the tests of `watch`; here is what comes of the list.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.renderfarm.file_cache.tests.e2e.processes import running
from ansible_collections.renderfarm.file_cache.tests.e2e.writeback.host import (
    CLEAN,
    begin,
    contents,
)

# Its descriptor is closed and its map is not: the file is told of when the map goes.
MAPPED = """
import mmap, sys
with open('a', 'wb+', buffering=0) as file:
    file.write(bytes(range(256)) * 16)
    pages = mmap.mmap(file.fileno(), 4096, access=mmap.ACCESS_COPY)
print(flush=True)
sys.stdin.read()
"""


def sh(folder, line):
    subprocess.run(['sh', '-ec', line], cwd=str(folder), check=True)


def saved(host, began):
    """Everything of this task is saved: said, proven by the bits, and off the list."""
    code, summary = host.save('--newer-than', began)
    assert (code, summary['unfinished']) == (0, []) and host.list_was_enough(summary)
    cached = host.in_cache()
    assert cached and host.on_filer() == cached
    assert {host.state(os.fsdecode(name)) for name in cached} == {CLEAN}
    assert host.listed() == []
    return summary


@pytest.mark.parametrize('line', [
    'dd if=/dev/urandom of=a bs=65536 count=8 status=none',
    'dd if=/dev/urandom of=a bs=4096 count=8 oflag=append conv=notrunc status=none',
    'cp /etc/services /etc/passwd .',
    'echo x > a; echo y >> a; echo z >> a',
    'echo long ago > a; printf %s short > a',
    'echo x > .a.exr.3f2k; mv .a.exr.3f2k a.exr',
    'echo old > a; echo newer > b.new; mv b.new a',
    'mkdir d e; echo x > d/a; mv d/a e/a',
    'mkdir d; echo x > d/a; mv d e',
    'mkdir tmp frames; echo x > tmp/a; mv tmp/a frames/beauty.1001.exr; rmdir tmp',
    'tar cf - -C /etc passwd group services | tar xf -',
    'mkdir -p a/b/c; for i in $(seq 120); do echo $i > a/b/c/$i; done',
])
def test_what_a_program_wrote_is_on_the_filer(host, line):
    """fanotify F1, F11."""
    began = time.time()
    sh(host.shot, line)
    saved(host, began)


def test_a_mapped_file(host):
    """fanotify F3; a private map, since FUSE without a cache of the kernel has no other."""
    began = time.time()
    with running([sys.executable, '-c', MAPPED], cwd=str(host.shot), stdin=subprocess.PIPE,
                 stdout=subprocess.PIPE) as writer:
        writer.stdout.read(1)
        assert host.listed() == []
    saved(host, began)


@pytest.mark.parametrize('name', [
    b'new\nline', b'\xff\xfe bytes', b' (deleted)', b'a (deleted)', b'-rf', b"it's \"quoted\"",
    b'tab\there', 'größe.exr'.encode(), b'x' * 255, b'\\back\\012slash', b'$HOME `id`', b'%s%n'])
def test_odd_names(host, name):
    """fanotify F10; design.md: any name that the kernel allows."""
    began = time.time()
    for path in (name, b'folder ' + name[:200] + b'/' + name):
        path = os.path.join(os.fsencode(str(host.shot)), path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as stream:
            stream.write(name)
    assert len(saved(host, began)['files']) <= 2


def test_a_file_that_is_written_again_is_saved_again(host):
    began = time.time()
    sh(host.shot, 'echo first > a')
    saved(host, began)
    with open(str(host.shot / 'a'), 'r+b') as stream:
        stream.write(b'SECOND')
    saved(host, began)
    assert host.archives() == 2


def test_a_writer_that_was_killed(host):
    """fanotify F5: what it wrote is not lost, and nobody can say that it is less than all."""
    began = time.time()
    with running(['sh', '-c', 'exec 3> half; echo x >&3; echo; exec sleep 600'],
                 cwd=str(host.shot), stdout=subprocess.PIPE) as writer:
        writer.stdout.read(1)
    saved(host, began)


def test_two_mounts_of_one_cache(idle):
    """fanotify F9: each has a root, and each file is saved below its own."""
    other = idle.add_mount()
    idle.settings['roots'] = [{'name': 'shots', 'path': str(idle.mount / 'shot')},
                              {'name': 'other', 'path': str(other / 'two')}]
    (other / 'two').mkdir()
    begin(idle)
    began = time.time()
    (idle.shot / 'a').write_bytes(b'by the first')
    (other / 'two' / 'b').write_bytes(b'by the second')
    code, summary = idle.save('--newer-than', began)
    assert (code, summary['outcomes']['done']) == (0, 2) and idle.list_was_enough(summary)
    assert summary['roots'] == [str(idle.mount / 'shot'), str(other / 'two')]
    assert summary['mount'] is None
    assert contents(Path(idle.cache.filer)) == {b'shot/a': b'by the first',
                                                b'two/b': b'by the second'}
    assert idle.listed() == []


def test_what_a_container_wrote(host, tmp_path):
    """fanotify F7, F16: it has the cache at another path, and is gone when we save."""
    began = time.time()
    data = tmp_path / 'data'
    data.mkdir()
    script = ('mount --bind "$1" "$2"; echo x > "$2/frame.part"; mv "$2/frame.part" "$2/frame"; '
              'echo; read line')
    with running(['unshare', '-m', 'sh', '-ec', script, '-', host.shot, data],
                 stdin=subprocess.PIPE, stdout=subprocess.PIPE) as container:
        container.stdout.read(1)
        host.listed()
    saved(host, began)


def test_bytes_of_another_mount_are_taken_as_they_are(host):
    """The list names a file; what is saved is what the cache has of it, whoever wrote last."""
    began = time.time()
    sh(host.shot, 'echo mine > a')
    other = host.cache.mount()
    with open(other + '/shot/a', 'w') as stream:
        stream.write('and a longer text by another host')
    saved(host, began)
    assert host.on_filer() == {b'a': b'and a longer text by another host'}


def test_what_is_written_while_it_is_saved(host):
    """A writer that goes on and on: in the end nothing is missing, nothing half."""
    began = time.time()
    script = 'for i in $(seq 60); do echo $i > f.$i.part; mv f.$i.part f.$i; sleep 0.02; done'
    with running(['sh', '-c', script], cwd=str(host.shot)) as writer:
        while writer.poll() is None:
            code, summary = host.save('--newer-than', began)
            assert code in (0, 3), summary
    saved(host, began)
    assert len(host.on_filer()) == 60


def test_the_summary_goes_by_way_of_what_people_read(host):
    """The lines for people name the same numbers as the object."""
    began = time.time()
    sh(host.shot, 'echo x > a; echo x > b.tmp')
    ended = subprocess.run([word for word in host.words('writeback', '--newer-than', str(began))
                            if word != '--json'], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           check=False)
    lines = ended.stdout.decode().splitlines()
    assert ended.returncode == 3 and ended.stderr == b''
    assert lines[0].startswith('writeback %s: 2 files' % host.mount)
    assert '1 done' in lines[1] and '1 skipped (1 unfinished)' in lines[1]
    assert '  not finished, so left (partial): %s/b.tmp' % host.shot in lines
    assert json.loads(json.dumps(host.save()[1]))['outcomes']['skipped'] == 1
