# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that reaches the farm over a Remote Connection Server only (deadline 8, 198)."""

import os

import pytest
from deadline_farm.farm import Farm
from deadline_farm.servers import rcs


@pytest.fixture
def remote(farm):
    """remote(server, keys=None): a machine whose deadline.ini names that server."""

    def make(server, keys=None, certificate="client"):
        machine = farm.machine("remote")
        machine.ini(ConnectionType="Remote", ProxyRoot=server.address)
        if keys:
            machine.ini(ProxyUseSSL="True", ProxySSLCA=keys + "/ca.crt",
                        ProxySSLCertificate="%s/%s.pfx" % (keys, certificate))
        return machine

    return make


def test_commands_work_and_the_share_is_no_mount(farm, remote):
    """Deadline 8: GetRepositoryRoot names the server's folder; files come as copies."""
    farm.write_event_plugin("FileCacheHandler", "source", "")
    with rcs.Rcs(farm.folder) as server:
        machine = remote(server)
        assert machine.command("GetEventPluginNames")[1] == "FileCacheHandler\n"
        root = machine.command("GetRepositoryRoot")[1].strip()
        assert not os.path.exists(root)
        assert machine.command("GetRepositoryPath", "events", "True")[1].startswith(root)
        copy = machine.command("GetRepositoryFilePath",
                               "events/FileCacheHandler/FileCacheHandler.py", "True")[1].strip()
        assert not copy.startswith(farm.repository)
        with open(copy, encoding="utf-8") as stream:
            assert stream.read() == "source"


def test_a_server_that_is_down(farm, remote):
    with rcs.Rcs(farm.folder) as server:
        machine = remote(server)
        server.control(fault={"status": 503})
        status, _, err = machine.command("GetPoolNames")
        assert status == 1 and "503" in err
    status, _, err = machine.command("GetPoolNames")
    assert status == 1 and "Could not connect to the Remote Connection Server" in err
    assert machine.command("GetIniFileSetting", "ProxyRoot")[0] == 0


@pytest.mark.parametrize("certificate, status", [("client", 0), ("stranger", 1)])
def test_the_certificate_lets_in(farm, remote, keys, certificate, status):
    with rcs.Rcs(farm.folder, tls=keys) as server:
        assert remote(server, keys, certificate).command("GetPoolNames")[0] == status


def test_a_repository_is_changed_only_when_it_answers(farm, tmp_path):
    """Deadline 130: ChangeRepository, and the command that skips the look."""
    machine = farm.machine("client")
    with rcs.Rcs(farm.folder) as server:
        assert machine.command("ChangeRepository", "Proxy", server.address)[1] == "Success\n"
        assert machine.command("GetIniFileSetting", "ConnectionType")[1] == "Remote\n"
    assert machine.command("ChangeRepository", "Proxy", "127.0.0.1:1")[0] == 1
    assert machine.command("GetIniFileSetting", "ProxyRoot")[1] == server.address + "\n"
    assert machine.command("ChangeRepositorySkipValidation", "Proxy", "127.0.0.1:1")[0] == 0
    assert machine.command("GetPoolNames")[0] == 1
    assert machine.command("ChangeRepositorySkipValidation", "Direct", farm.repository)[0] == 0
    assert machine.command("GetPoolNames")[0] == 0
    assert machine.command("ChangeRepository", "Both", "x")[0] == 1


def test_a_server_of_another_farm(farm, remote, tmp_path):
    with Farm(str(tmp_path / "other")) as other, rcs.Rcs(other.folder) as server:
        assert "another repository" in remote(server).command("GetPoolNames")[2]
