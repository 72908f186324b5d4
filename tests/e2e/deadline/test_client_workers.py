# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers and their tasks, asked of the simulated farm."""


def test_running_tasks_are_seen_and_workers_switched(office, command):
    cloud = office.farm.worker('cloud1', pools=['cloud'], groups=['cloud_linux'], region='aws')
    worker, = command.workers()
    assert (worker['name'], worker['enabled'], worker['pools'], worker['groups']) == (
        'cloud1', True, ['cloud'], ['cloud_linux'])
    office.admin.submit({'Plugin': 'CommandLine', 'Name': 'long', 'Frames': '7'},
                        {'ShellExecute': 'True', 'Arguments': 'sleep 600'})
    cloud.begin()
    try:
        task = wait_for(command.rendering)[0]
        assert (task['worker'], task['job'], task['task'], task['frames']) == (
            'cloud1', 'long', '0', '7')
        worker, = command.workers()
        assert (worker['state'], worker['job'], worker['tasks']) == ('Rendering', 'long', ['0'])
    finally:
        cloud.kill()
    command.set_worker('cloud1', False)
    assert command.workers()[0]['enabled'] is False


def wait_for(look):
    for _attempt in range(200):
        found = look()
        if found:
            return found
    raise AssertionError('it did not happen')
