# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Updates of the whole host pass kernel and client by, and nothing else (field-reports L19)."""

import re

OFFERED = {
    True: 'apt-get --simulate --ignore-hold dist-upgrade',
    False: 'dnf --assumeno --disableplugin=versionlock upgrade',
}


def software(lines):
    return {line for line in lines if line.startswith(('package ', 'rpm '))}


def test_what_has_nothing_to_do_with_them_is_updated_and_nothing_else(worker):
    came = software(worker.snapshot()) - software(worker.remembered('image'))
    assert [line.split()[1] for line in came] == ['studio-tool']


def test_newer_ones_were_there_to_be_had(worker):
    _status, offered, _errors = worker.run(OFFERED[worker.uses_apt])
    assert 'lustre-client' in offered
    assert 'linux-image-' in offered if worker.uses_apt else ' kernel ' in offered


def test_the_cache_is_mounted_and_the_services_run(worker):
    worker.expect_at_work()


def test_no_line_was_added_to_the_configuration_of_the_package_manager(worker):
    def configuration(lines):
        return {line for line in lines if re.search('/etc/(dnf/dnf|apt/apt).conf', line)}
    assert configuration(worker.snapshot()) == configuration(worker.remembered('before')) != set()
