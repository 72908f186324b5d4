# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to the Remote Connection Server, retries and what is said when it refuses."""

import http.server
import json
import threading

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.errors import (
    DeadlineError,
    StaleToken,
    Unsupported,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.rcs import (
    ConnectionServer,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.deadline.web import Http


class Server:
    """Answers what it was told to, one after the other; heard: (method, path, body)."""

    def __init__(self):
        self.replies = []
        self.heard = []
        self.headers = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers.get('Content-Length') or 0)
                body = self.rfile.read(size)
                outer.heard.append((self.command, self.path, json.loads(body) if body else None))
                outer.headers.append(self.headers)
                status, text = outer.replies.pop(0)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode('utf-8'))

            do_GET = do_POST

            def log_message(self, *_args):
                pass

        self._server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
        self.url = 'http://127.0.0.1:%d' % self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server():
    made = Server()
    yield made
    made.close()


@pytest.fixture
def rcs(server):
    server.slept = []
    return ConnectionServer(Http(server.url, timeout=60, sleep=server.slept.append))


def test_a_busy_server_is_asked_again_later_each_time(rcs, server):
    """deadline 220: 500 twice, then 200."""
    server.replies = [(500, 'busy'), (503, ''), (200, '{"Pools": ["none", "cloud"]}')]
    assert rcs.groups() == ['none', 'cloud']
    assert server.slept == [1, 2]
    assert server.heard == [('GET', '/db/settings/collections/groups?invalidateCache=true', None)
                            ] * 3


def test_a_server_that_stays_broken_is_one_sentence(rcs, server):
    server.replies = [(500, 'Internal <error>')] * 5
    with pytest.raises(DeadlineError, match='refused with status 500: Internal <error>'):
        rcs.pools()
    assert server.slept == [1, 2, 4, 8]


def test_the_settings_of_a_plugin_are_one_full_record(rcs, server):
    """deadline 137: a full replace, all values texts; 24: the id is in lower case."""
    server.replies = [(200, '')]
    rcs.replace_event_plugin('FileCacheHandler', {'State': 'Opt-In', 'Paths': 'a;b'}, {'k': 'v'})
    (method, path, body), = server.heard
    assert (method, path) == ('POST', '/db/plugins/event/config/save')
    assert body == {
        'ID': 'filecachehandler', 'Name': 'FileCacheHandler', 'DebugLogging': False, 'Icon': None,
        'Limits': [], 'Meta': [{'Key': 'k', 'Value': 'v'}], 'PluginEnabled': 1,
        'DlInit': [{'Key': 'Paths', 'Value': 'a;b'}, {'Key': 'State', 'Value': 'Opt-In'}]}
    assert server.headers[0]['Content-Type'] == 'application/json; charset=utf-8'
    assert server.headers[0]['x-amz-deadline-rcs-api'] == '1'


def test_a_disabled_plugin_is_not_enabled(rcs, server):
    server.replies = [(200, '')]
    rcs.replace_event_plugin('FileCacheHandler', {'State': 'Disabled'})
    assert server.heard[0][2]['PluginEnabled'] == 0


def test_server_data_goes_with_the_token_that_was_read(rcs, server):
    """deadline 163."""
    entries = [{'ID': 'other', 'ConcurrencyToken': 'no'},
               {'ID': 'event.plugin.spot', 'ConcurrencyToken': 't1'}]
    server.replies = [(200, json.dumps({'ServerData': entries})), (200, '{}')]
    token = rcs.server_data_token('event.plugin.spot')
    rcs.put_server_data('event.plugin.spot', {'Config': '{"a": 1}'}, token)
    assert [(path, body) for _method, path, body in server.heard] == [
        ('/rcs/v1/describeServerData', {'ServerDataIds': ['event.plugin.spot']}),
        ('/rcs/v1/putServerData', {'ServerData': [{
            'ID': 'event.plugin.spot', 'ServerDataDictionary': {'Config': '{"a": 1}'},
            'ConcurrencyToken': 't1'}]})]


def test_what_is_not_there_yet_has_an_empty_token(rcs, server):
    server.replies = [(200, '{"ServerData": []}'), (200, '')]
    rcs.put_server_data('event.plugin.spot', {'Config': ''})
    assert server.heard[1][2]['ServerData'][0]['ConcurrencyToken'] == ''


def described(token):
    return 200, json.dumps({'ServerData': [{'ID': 'spot', 'ConcurrencyToken': token}]})


@pytest.mark.parametrize('status', [400, 409, 412])
def test_a_stale_token_overwrites_nothing(rcs, server, status):
    """deadline 220: the status is not documented, so the token itself is looked at."""
    server.replies = [(status, 'token mismatch'), described('new')]
    with pytest.raises(StaleToken, match='changed by somebody else'):
        rcs.put_server_data('spot', {'Config': ''}, 'old')
    assert not server.slept


@pytest.mark.parametrize('status', [400, 409])
def test_another_refusal_is_told_as_it_is(rcs, server, status):
    server.replies = [(status, 'malformed'), described('same')]
    with pytest.raises(DeadlineError, match='refused with status %d: malformed' % status) as error:
        rcs.put_server_data('spot', {'Config': ''}, 'same')
    assert not isinstance(error.value, StaleToken)


@pytest.mark.parametrize('reply, why', [
    ((404, 'nothing here'), 'refused with status 404'),
    ((401, ''), 'does not let us in'),
    ((200, '<html>'), 'what is no JSON'),
    ((200, '[]'), 'did not list pools'),
    ((200, '{"Pools": null}'), 'did not list pools'),
])
def test_an_answer_that_is_none_is_one_sentence(rcs, server, reply, why):
    server.replies = [reply]
    with pytest.raises(DeadlineError, match=why):
        rcs.pools()


def test_a_server_that_is_not_there_is_one_sentence(server):
    server.close()
    slept = []
    with pytest.raises(DeadlineError, match='cannot be reached .*refused'):
        ConnectionServer(Http(server.url, timeout=60, sleep=slept.append)).pools()
    assert slept == [1, 2, 4, 8]
    server.__init__()


@pytest.mark.parametrize('url', ['rcs:8080', 'ftp://rcs', '', 'file:///etc/passwd'])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(DeadlineError, match='is no address'):
        Http(url)


def test_certificates_that_cannot_be_read_are_one_sentence(tmp_path):
    with pytest.raises(DeadlineError, match='certificates cannot be used'):
        Http('https://rcs:4433', ca=str(tmp_path / 'none.pem'))


@pytest.mark.parametrize('call', [
    lambda rcs: rcs.workers(), lambda rcs: rcs.jobs(['Active']), lambda rcs: rcs.version(),
    lambda rcs: rcs.event_plugin('FileCacheHandler'), lambda rcs: rcs.path_mappings(),
    lambda rcs: rcs.set_event_plugin('FileCacheHandler', {}), lambda rcs: rcs.rendering(),
    lambda rcs: rcs.set_worker('w', True), lambda rcs: rcs.client_setting('Region'),
    lambda rcs: rcs.set_client_setting('Region', '')])
def test_what_it_cannot_do_is_said_with_what_can(rcs, call):
    with pytest.raises(Unsupported, match='^Transport rcs cannot .* Use transport deadlinecommand'):
        call(rcs)
