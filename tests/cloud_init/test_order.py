# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""At a boot with merged user data ours runs first, and all of the studio's in its order."""

import os
import pathlib
import subprocess

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.user_data import document

HERE = pathlib.Path(__file__).parent
OURS = '#!/bin/sh\nset -uf\necho ours >> /order\nfalse\nexit 3\n'

SHELL = '''#!/bin/bash -e
echo one >> /order
true | while read -r nothing; do :; done
echo "two é" >> /order
'''
PERL = '#!/usr/bin/perl\nopen(F, ">>/order"); print F "one\\n"; close(F);\n'
CONFIG = '''#cloud-config
# Names of the studio: é
write_files:
  - path: /studio
    content: "one é\\n"
runcmd:
  - "cat /studio >> /order"
  - [sh, -c, "echo two >> /order"]
'''
MULTIPART = '''\
Content-Type: multipart/mixed; boundary="===1=="
MIME-Version: 1.0

--===1==
Content-Type: text/x-shellscript; charset="us-ascii"
Content-Disposition: attachment; filename="z.sh"

#!/bin/sh
echo three >> /order
--===1==
Content-Type: text/cloud-config; charset="us-ascii"

#cloud-config
runcmd: ["echo two >> /order"]
--===1==
Content-Type: text/x-shellscript
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="0-first.sh"

IyEvYmluL3NoCmVjaG8gJ29uZSDDqScgPj4gL29yZGVyCg==
--===1==--
'''


def boot(content, tmp_path):
    """(lines that the scripts wrote, what cloud-init complained of) of a first boot."""
    path = tmp_path / 'user-data'
    path.write_bytes(content)
    done = subprocess.run(
        [os.environ['CONTAINER_ENGINE'], 'run', '--rm', '--network=none', '--pull=never',
         '--volume=%s:/user-data:ro' % path,
         '--volume=%s:/first-boot:ro' % (HERE / 'first-boot'),
         'localhost/file-cache-cloud-init', '/bin/sh', '/first-boot'],
        check=True, timeout=300, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout.decode().splitlines(), done.stderr.decode()


@pytest.mark.parametrize('studio, order', [
    (SHELL, ['one', 'two é']),
    (SHELL.replace('\n', '\r\n'), ['one', 'two é']),
    (PERL, ['one']),
    (CONFIG, ['one é', 'two']),
    (MULTIPART, ['one é', 'two', 'three']),
    (MULTIPART.replace('\n', '\r\n'), ['one é', 'two', 'three']),
    (None, []),
], ids=['shell', 'CRLF', 'perl', 'cloud-config', 'multipart', 'multipart CRLF', 'none'])
def test_ours_is_first_and_the_studios_run_in_their_order(studio, order, tmp_path):
    merged = document.add(studio and studio.encode('utf-8'), OURS)
    assert boot(merged, tmp_path)[0] == ['ours'] + order


def test_the_studios_document_alone_runs_so(tmp_path):
    """Else the order above would be our doing."""
    assert boot(MULTIPART.encode(), tmp_path)[0] == ['one é', 'two', 'three']


def test_why_a_part_with_other_letters_is_refused(tmp_path):
    """cloud-init does not run it, with or without us."""
    lines, complaints = boot(MULTIPART.replace('three', 'three é').encode('utf-8'), tmp_path)
    assert lines == ['one é', 'two']
    assert 'ShellScriptPartHandler' in complaints


@pytest.mark.parametrize('studio', ['\n' + SHELL, '\ufeff' + SHELL])
def test_why_a_first_byte_too_many_is_refused(studio, tmp_path):
    """field-reports D26"""
    assert boot(b'#!/bin/sh\necho control >> /order\n', tmp_path)[0] == ['control']
    with pytest.raises(subprocess.CalledProcessError):  # there is no /order
        boot(studio.encode('utf-8'), tmp_path)
