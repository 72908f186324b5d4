#!/usr/bin/python3
# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host shows at this moment, as JSON, when somebody starts the launcher."""

import json
import subprocess
import time

POINT = '/mnt/cache'
LIMIT = 120  # seconds; nothing of ours takes as long


def run(*argv):
    """(exit status, output and errors) of a command that has to come back."""
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT,
                          check=False)
    return done.returncode, done.stdout.decode()


def mounts():
    """[[source, options]] of what is mounted at POINT; an armed automount is no mount."""
    found = []
    with open('/proc/self/mountinfo') as lines:
        for line in lines:
            before, after = [part.split() for part in line.split(' - ')]
            if before[4] == POINT and after[0] != 'autofs':
                found.append([after[1], before[5].split(',')])
    return found


def main():
    began = time.time()
    run('systemctl', 'start', 'deadline10launcher.service')
    state = run('systemctl', 'show', '-p', 'ActiveState,MainPID', 'deadline10launcher.service')[1]
    probe = run('/opt/file-cache/bin/file-cache', 'probe', POINT, '--expect', 'cache')
    print(json.dumps({
        'launcher': dict(line.split('=', 1) for line in state.split()),
        'probe': probe,
        'mounts': mounts(),
        'instances': run('lctl', 'get_param', '-N', 'llite.*.uuid')[1].split(),
        'seconds': time.time() - began,
    }))


if __name__ == '__main__':
    main()
