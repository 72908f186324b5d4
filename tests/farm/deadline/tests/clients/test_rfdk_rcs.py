# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RFDK's own clients configure the simulated Remote Connection Server (deadline 206a, 220)."""

import json

import pytest
from deadline_farm.servers import rcs

READ_THEN_WRITE = [
    ["GET", "/db/settings/collections/groups", 200],
    ["POST", "/db/settings/collections/groups/save", 200],
    ["GET", "/db/settings/collections/pools", 200],
    ["POST", "/db/settings/collections/pools/save", 200],
    ["POST", "/rcs/v1/describeServerData", 200],
    ["POST", "/rcs/v1/putServerData", 200],
    ["POST", "/db/plugins/event/config/save", 200],
]


def client(server, keys=None, name="client"):
    """What RFDK's DeadlineClient takes to reach a server."""
    options = {"host": server.host, "port": server.port, "protocol": server.scheme.upper(),
               "retries": 3, "retryWaitMs": 10}
    if keys:
        options["tls"] = {"ca": keys + "/ca.crt", "pfx": "%s/%s.pfx" % (keys, name)}
    return options


def held(database, fleets):
    """Whether the farm has what RFDK brought."""
    data = database.get("server_data", "event.plugin.spot")
    assert json.loads(data["values"]["Config"]) == fleets[1]["spot-config"]
    assert database.get("farm", "groups") == fleets[1]["configure"]["deadlineGroups"]
    assert database.get("farm", "pools") == fleets[1]["configure"]["deadlinePools"]
    spot = database.get("event_settings", "spot")
    assert spot["Name"] == "Spot" and spot["PluginEnabled"] is True
    assert spot["DlInit"]["State"] == "Global Enabled"
    # Deadline 137: RFDK sends booleans and numbers as they are, the database holds texts (24).
    assert spot["DlInit"]["ResourceTracker"] == "True" and spot["DlInit"]["IdleShutdown"] == "10"


def test_over_http(rfdk, fleets, farm):
    with rcs.Rcs(farm.folder) as server:
        assert rfdk.configure(fleets[0], **client(server))[0] is None
        assert server.calls == READ_THEN_WRITE
    held(farm.database, fleets)


def test_over_https_with_a_client_certificate(rfdk, fleets, farm, keys):
    with rcs.Rcs(farm.folder, tls=keys) as server:
        assert rfdk.configure(fleets[0], **client(server, keys))[0] is None
    held(farm.database, fleets)


@pytest.mark.parametrize("clients, result", [("required", False), ("optional", False),
                                             ("none", True)])
def test_a_strangers_certificate_is_no_key(rfdk, fleets, farm, keys, clients, result):
    """Deadline 138: the certificate is the only thing that lets a client in."""
    with rcs.Rcs(farm.folder, tls=keys, clients=clients) as server:
        error, told = rfdk.configure(fleets[0], **client(server, keys, "stranger"))
        assert (error is None) is result
        assert ("unknown ca" in told) is not result
        assert bool(server.calls) is result


def test_it_is_configured_twice_with_the_token_of_the_first_time(rfdk, fleets, farm):
    """Deadline 163: RFDK reads the token anew before each put."""
    with rcs.Rcs(farm.folder) as server:
        for _ in range(2):
            assert rfdk.configure(fleets[0], **client(server))[0] is None
    held(farm.database, fleets)


def test_500_twice_then_200(rfdk, fleets, farm):
    """Deadline 137, 220: RFDK asks again."""
    with rcs.Rcs(farm.folder) as server:
        server.control(fault={"status": 500, "times": 2, "path": "putServerData"})
        assert rfdk.configure(fleets[0], **client(server))[0] is None
        assert [status for _, path, status in server.calls
                if path == "/rcs/v1/putServerData"] == [500, 500, 200]


def test_an_old_server_asks_for_a_header_that_this_rfdk_no_longer_sends(rfdk, fleets, farm):
    """Deadline 137."""
    with rcs.Rcs(farm.folder, asks_for_version=True) as server:
        assert "Failed to add Deadline group" in rfdk.configure(fleets[0], **client(server))[0]
        assert {status for _, _, status in server.calls} == {400}
