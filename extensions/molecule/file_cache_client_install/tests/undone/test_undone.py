# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of any of it is left."""

# What reads keys and locks versions may be used by others now; real hosts have the folder of keys.
KEPT = ('rpm gnupg2 ', 'rpm python3-dnf-plugin-versionlock ', 'file d 755 root /etc/pki')


def test_the_host_is_as_it_was(worker):
    before = worker.remembered('before')
    now = {line for line in worker.snapshot() if not line.startswith(KEPT)}
    assert now - before == set()
    assert before - now == set()


def test_nothing_is_held(worker):
    assert worker.held() == []
