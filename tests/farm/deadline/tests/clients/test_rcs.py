# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of the simulated Remote Connection Server, one by one (deadline 137, 163, 165, 220)."""

import json
import ssl
import urllib.error
import urllib.request

import pytest
from deadline_farm.servers import certificates, rcs


def call(server, path, body=None, context=None, headers=()):
    """(status, JSON or text) of a call."""
    request = urllib.request.Request(
        server.endpoint + path, None if body is None else json.dumps(body).encode(),
        dict({"Content-Type": "application/json; charset=utf-8"}, **dict(headers)))
    try:
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:
            return answer.status, json.loads(answer.read().decode())
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()


@pytest.fixture
def server(farm):
    with rcs.Rcs(farm.folder) as running:
        yield running


def put(server, data, token):
    return call(server, "/rcs/v1/putServerData", {"ServerData": [
        {"ID": "event.plugin.spot", "ServerDataDictionary": data, "ConcurrencyToken": token}]})


def token(server):
    status, said = call(server, "/rcs/v1/describeServerData",
                        {"ServerDataIds": ["event.plugin.spot"]})
    assert status == 200
    return [each["ConcurrencyToken"] for each in said["ServerData"]]


def test_server_data_that_nobody_put_has_no_token(server):
    assert token(server) == []


@pytest.mark.parametrize("refused", [409, 412, 400])
def test_a_stale_token_is_refused_and_nothing_is_written(server, farm, refused):
    farm.switch(stale_token=refused)
    assert put(server, {"Config": "one"}, "")[0] == 200
    mine = token(server)[0]
    assert put(server, {"Config": "somebody else's"}, mine)[0] == 200
    status, text = put(server, {"Config": "mine"}, mine)
    assert status == refused and "stale" in text
    assert farm.database.get("server_data", "event.plugin.spot")["values"] == {
        "Config": "somebody else's"}


def test_a_put_without_a_token_field_is_malformed(server):
    """RFDK: even for new data the property has to be set."""
    assert call(server, "/rcs/v1/putServerData", {"ServerData": [
        {"ID": "x", "ServerDataDictionary": {}}]})[0] == 400


def test_of_two_data_none_is_written_when_one_is_stale(server, farm):
    put(server, {"Config": "one"}, "")
    assert call(server, "/rcs/v1/putServerData", {"ServerData": [
        {"ID": "new", "ServerDataDictionary": {}, "ConcurrencyToken": ""},
        {"ID": "event.plugin.spot", "ServerDataDictionary": {}, "ConcurrencyToken": "old"},
    ]})[0] == 409
    assert farm.database.get("server_data", "new") is None


def config(**values):
    return dict({"ID": "filecachehandler", "DebugLogging": False, "DlInit": [], "Icon": None,
                 "Limits": [], "Meta": [], "Name": "FileCacheHandler", "PluginEnabled": 1},
                **values)


def test_saving_a_configuration_replaces_all_of_it(server, farm):
    """Deadline 137: a key that is not sent is gone, and so is the plugin's metadata (25)."""
    farm.database.put("event_settings", "filecachehandler", {
        "Name": "FileCacheHandler", "PluginEnabled": False, "DlInit": {"Paths": "a=/b"},
        "Meta": {"open": "helper"}})
    assert call(server, "/db/plugins/event/config/save", config(
        DlInit=[{"Key": "State", "Value": "Global Enabled"}]))[0] == 200
    saved = farm.database.get("event_settings", "filecachehandler")
    assert saved["DlInit"] == {"State": "Global Enabled"} and saved["Meta"] == {}
    assert saved["PluginEnabled"] is True


@pytest.mark.parametrize("body", [
    config(DlInit={"State": "Global Enabled"}), config(DlInit=[["State", "x"]]), config(Name=None),
    ""])
def test_a_malformed_configuration_is_refused(server, farm, body):
    assert call(server, "/db/plugins/event/config/save", body)[0] == 400
    assert farm.database.get("event_settings", "filecachehandler") is None


def test_pools_and_groups_are_saved_as_they_are_sent(server, farm):
    for kind in ("pools", "groups"):
        path = "/db/settings/collections/" + kind
        assert call(server, path + "?invalidateCache=true") == (
            200, {"Pools": [], "ObsoletePools": []})
        assert call(server, path + "/save", {"Pools": ["one"], "ObsoletePools": ["old"]})[0] == 200
        assert call(server, path) == (200, {"Pools": ["one"], "ObsoletePools": ["old"]})


def test_an_old_server_takes_a_call_with_its_header(farm):
    with rcs.Rcs(farm.folder, asks_for_version=True) as server:
        path = "/db/settings/collections/pools"
        assert call(server, path)[0] == 400
        assert call(server, path, headers={"x-amz-deadline-rcs-api": "1"})[0] == 200
        assert call(server, path, headers={"x-amz-deadline-rcs-api": "3"})[0] == 400


def test_without_a_certificate_nothing_is_answered(farm, keys):
    with rcs.Rcs(farm.folder, tls=keys) as server:
        path = "/db/settings/collections/pools"
        with pytest.raises((urllib.error.URLError, ssl.SSLError, ConnectionError)):
            call(server, path, context=certificates.client_context(keys + "/ca.crt"))
        known = certificates.client_context(keys + "/ca.crt", keys + "/client.crt",
                                            keys + "/client.key")
        assert call(server, path, context=known)[0] == 200


def test_a_dropped_call_and_a_slow_one(server):
    path = "/db/settings/collections/pools"
    server.control(fault={"drop": True})
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        call(server, path)
    server.control(fault={"delay": 0.01, "body": "Welcome to the captive portal"})
    with pytest.raises(ValueError):
        call(server, path)
    server.control(fault=None)
    assert call(server, path)[0] == 200


@pytest.mark.parametrize("path", ["/", "/db/settings/collections/limits", "/rcs/v2/putServerData",
                                  "/simulated/repository/../database/deadline10.sqlite"])
def test_what_is_not_there_is_404(server, path):
    assert call(server, path)[0] == 404
