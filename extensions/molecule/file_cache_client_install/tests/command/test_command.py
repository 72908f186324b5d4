# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host of the stage command: the engine, and nothing of a client."""

CAME = (' /etc/file-cache', ' /etc/sudoers.d/file-cache', ' /opt/file-cache',
        ' /var/lib/file-cache')


def test_nothing_but_the_command_came(worker):
    before = worker.remembered('unserved')
    now = worker.snapshot()
    assert before - now == set()
    assert [line for line in now - before if not any(part in line for part in CAME)] == []


def test_the_command_works(worker):
    assert worker.read('/opt/file-cache/bin/file-cache --version').startswith('file-cache ')
    assert worker.run('sudo -n -l -U render /opt/file-cache/bin/file-cache')[0] == 0
