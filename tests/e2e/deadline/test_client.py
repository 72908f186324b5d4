# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Deadline client on the simulated farm: both ways in, and every fault (deadline 219, 220)."""

import os

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    DeadlineError,
    StaleToken,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.local import (
    DeadlineCommand,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.rcs import (
    ConnectionServer,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.web import (
    Http,
    WebService,
)
from ansible_collections.renderfarm.file_cache.tests.e2e.deadline.office import fault


def server(office, url=None, **how):
    return ConnectionServer(Http(url or office.rcs(), sleep=lambda seconds: None, **how))


@pytest.mark.parametrize('noise', [False, True])
def test_everything_is_asked_of_old_and_new_versions(office, command, noise):
    """deadline 125, 127, 132: whatever is printed around the answers."""
    office.farm.switch(command_noise=noise)
    office.farm.map_path('Z:\\assets\\', linux='/mnt/cache/assets/', region='aws')
    job = office.admin.submit({
        'Plugin': 'Nuke', 'Name': 'a "job" $(id) é', 'OutputDirectory0': 'Z:\\assets\\out',
        'PostTaskScript': '/opt/x.py'}, {'SceneFile': 'Z:/assets/a.nk'})
    assert command.version() == office.version
    found, = command.jobs(['Active', 'Pending'])
    assert (found['id'], found['name'], found['post_task_script'], found['helper']) == (
        job, 'a "job" $(id) é', '/opt/x.py', False)
    assert found['paths'] == ['Z:/assets/a.nk', 'Z:\\assets\\out']
    assert command.path_mappings(['z:/Assets/a']) == {
        'rules': [['Z:\\assets\\', '/mnt/cache/assets/']], 'mapped': ['/mnt/cache/assets/a']}
    assert command.pools() == ['none', 'cloud'] and command.groups() == ['none', 'cloud_linux']
    assert command.client_setting('Region') == 'aws'
    assert command.client_setting('NoSuchKey') == ''
    command.set_client_setting('LaunchSlaveAtStartup', '$(id) "x"')
    assert command.client_setting('LaunchSlaveAtStartup') == '$(id) "x"'
    plugin = command.event_plugin('FileCacheHandler', ['State'])
    assert plugin['known'] and '[Shards]' in plugin['param']
    assert [plugin['settings'][key] for key in ('State', 'Paths', 'CacheEviction', 'Shards')] == [
        'Disabled', '', 'True', '8']
    command.set_event_plugin('FileCacheHandler', {'Paths': 'a=Z:\\é\\;b="$x"'})
    assert command.event_plugin('FileCacheHandler')['settings']['Paths'] == 'a=Z:\\é\\;b="$x"'
    command.put_server_data('event.plugin.spot', {'Config': '{"é": "\n"}'})
    assert office.farm.database.get('server_data', 'event.plugin.spot')['values'] == {
        'Config': '{"é": "\n"}'}


def test_a_plugin_that_is_not_there(command):
    assert command.event_plugin('Nothing')['known'] is False


def test_one_that_may_not_be_executed_is_one_sentence(office):
    os.chmod(office.admin.deadlinecommand, 0o644)
    with pytest.raises(DeadlineError, match='There is no deadlinecommand that can be executed'):
        DeadlineCommand(office.admin.deadlinecommand)


def test_what_the_user_may_not_read_is_one_sentence(office, tmp_path):
    """As another user, who reaches neither repository nor program (deadline 32, 129)."""
    stranger = tmp_path / 'deadlinecommand'
    stranger.write_text('#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups %s "$@"'
                        % office.admin.deadlinecommand)
    stranger.chmod(0o755)
    command = DeadlineCommand(str(stranger))
    with pytest.raises(DeadlineError, match='failed .*Permission denied'):
        command.workers()
    command.close()


@pytest.mark.parametrize('status', [0, 1])
@pytest.mark.parametrize('noise', [False, True])
def test_a_repository_that_is_away_is_one_sentence(office, command, status, noise):
    """deadline 128: with exit 0 or not, and in noise."""
    office.farm.switch(repository_reachable=False, error_exit=status, command_noise=noise)
    for ask in (command.pools, command.rendering, lambda: command.jobs(['Active'])):
        with pytest.raises(DeadlineError, match='failed .*Could not connect to any of the'):
            ask()


def test_one_that_hangs_is_given_up(office):
    office.farm.switch(command_delay=600)
    command = DeadlineCommand(office.admin.deadlinecommand, timeout=2)
    with pytest.raises(DeadlineError, match='did not answer within 2 seconds'):
        command.workers()
    command.close()


def test_over_a_server_deadlinecommand_is_the_same(office, command):
    """deadline 8: connected Remote, no share is seen."""
    url = office.rcs()
    status, said, _err = office.admin.command('ChangeRepository', 'Proxy', url.split('//')[1])
    assert status == 0, said
    assert command.event_plugin('FileCacheHandler')['settings']['Shards'] == '8'


@pytest.mark.parametrize('words', [(), ('--asks-for-version',)])
def test_the_server_stores_and_lists(office, words):
    """deadline 137, 163, 165."""
    rcs = server(office, office.rcs(*words))
    assert rcs.groups() == ['cloud_linux'] and rcs.pools() == ['cloud']
    rcs.replace_event_plugin('FileCacheHandler', {'State': 'Opt-In'}, {'helper_a': '{}'})
    record = office.record()
    assert record['DlInit'] == {'State': 'Opt-In'} and record['PluginEnabled']
    assert record['Meta'] == {'helper_a': '{}'}
    token = rcs.server_data_token('event.plugin.spot')
    rcs.put_server_data('event.plugin.spot', {'Config': 'one'}, token)
    for status in (409, 412, 400):
        office.farm.switch(stale_token=status)
        with pytest.raises(StaleToken):
            rcs.put_server_data('event.plugin.spot', {'Config': 'two'}, 'stale' + token)
    assert office.farm.database.get('server_data', 'event.plugin.spot')['values'] == {
        'Config': 'one'}
    rcs.put_server_data('event.plugin.spot', {'Config': 'two'},
                        rcs.server_data_token('event.plugin.spot'))


def test_a_server_that_is_busy_is_asked_again(office):
    url = office.rcs()
    rcs = server(office, url)
    fault(url, status=500, times=2)
    rcs.replace_event_plugin('FileCacheHandler', {'State': 'Opt-In'})
    assert office.record()['DlInit'] == {'State': 'Opt-In'}
    fault(url, drop=True, times=1)
    assert rcs.pools() == ['cloud']
    fault(url, status=500)
    with pytest.raises(DeadlineError, match='refused with status 500'):
        rcs.pools()
    fault(url, body='<html>login</html>')
    with pytest.raises(DeadlineError, match='what is no JSON'):
        rcs.pools()


def test_a_server_that_hangs_is_given_up(office):
    url = office.rcs()
    fault(url, delay=600)
    with pytest.raises(DeadlineError, match='cannot be reached'):
        server(office, url, timeout=1).pools()


def certificate(options, name='client', **more):
    found = dict(certificate=options['rcs_client_cert'], key=options['rcs_client_key'],
                 ca=options['rcs_ca_path'])
    for key in ('certificate', 'key'):
        found[key] = found[key].replace('client', name)
    return dict(found, **more)


def test_certificates_open_the_door_and_others_do_not(office):
    """deadline 138."""
    options = office.rcs_by_tls()
    url = options['rcs_url']
    assert server(office, url, **certificate(options)).pools() == ['cloud']
    for wrong in (certificate(options, 'stranger'), dict(ca=options['rcs_ca_path'])):
        with pytest.raises(DeadlineError, match='certificate'):
            server(office, url, **wrong).pools()
    with pytest.raises(DeadlineError, match='TLS connection failed'):
        server(office, url, **certificate(options, ca=None)).pools()
    assert server(office, url, **certificate(options, ca=None, validate=False)).pools()


def test_the_web_service_maps_for_any_region(office):
    """deadline 141."""
    office.farm.map_path('Z:\\assets\\', linux='/mnt/cache/assets/', region='aws')
    service = WebService(Http(office.web()))
    assert service.mapped_paths(['Z:\\assets\\a b'], 'Linux', 'aws') == ['/mnt/cache/assets/a b']
    assert service.mapped_paths(['Z:\\assets\\a b'], 'Linux', '') == ['Z:\\assets\\a b']
