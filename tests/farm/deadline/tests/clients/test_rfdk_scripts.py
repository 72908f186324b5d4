# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts that RFDK runs on workers, unmodified, on the simulated deadlinecommand (row 206a).

Only what is not Deadline is stood in for: AWS's command line and boto3, `service`, `sudo`.
"""

import json
import os
import socket
import subprocess

import pytest
from deadline_farm.servers import rcs

AWS = """#!/usr/bin/env python3
import json, sys
if "get-secret-value" in sys.argv:
    print(json.dumps({"SecretString": json.dumps({"username": "admin", "password": "secret"})}))
else:
    print(json.dumps({"Subnets": [{"SubnetId": "subnet-a", "CidrBlock": "10.0.0.0/18"},
                                  {"SubnetId": "subnet-b", "CidrBlock": "10.0.64.0/24"}]}))
"""
SECRET = "arn:aws:secretsmanager:us-west-2:123456789012:secret:name"
SETTINGS = "configure_identity_registration_settings.py"


@pytest.fixture
def programs(tmp_path):
    """A folder of programs for PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()

    def put(name, text):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)

    put("service", "#!/bin/sh\necho ' [ + ]  Deadline 10 Launcher'\n")
    put("sudo", "#!/bin/sh\nexit 1\n")  # it is asked to end processes by their name: not here
    put("python", "#!/bin/sh\nexec python3 \"$@\"\n")
    put("aws", AWS)
    return folder


def environment(machine, programs, **more):
    return dict(os.environ, DEADLINE_PATH=os.path.dirname(machine.deadlinecommand),
                PATH="%s:%s" % (programs, os.environ["PATH"]), **more)


def test_the_listening_port_of_a_worker(rfdk, farm):
    worker = farm.worker("cloud1")
    script = rfdk.scripts() + "/python/worker-listening-port.py"
    status, out, err = worker.command("-ExecuteScriptNoGui", script, "-n", "cloud1", "-p", "56032")
    assert status == 0, err
    assert "Successfully set cloud1 to listen on port 56032" in out
    known = farm.database.get("workers", "cloud1")
    assert (known["port"], known["own_port"]) == (56032, True)
    assert worker.command("-ExecuteScriptNoGui", script, "-n", "nobody", "-p", "1")[0] == 1


def test_a_worker_is_configured_as_its_user_data_does(rfdk, farm, programs):
    """configureWorker.sh: version, ini, groups, pools, region, port (deadline 127, 152, 198)."""
    host = socket.gethostname().split(".")[0]
    worker = farm.worker(host)
    scripts = rfdk.scripts()
    command = ["bash", scripts + "/bash/configureWorker.sh", "cloud_linux,gpu", "cloud", "aws-usw2",
               "10.1.9.2", "56032", scripts + "/python/worker-listening-port.py"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env=environment(worker, programs))
    assert done.returncode == 0, done.stdout.decode()
    known = farm.database.get("workers", host)
    assert (known["groups"], known["pools"], known["port"]) == (["cloud_linux", "gpu"], ["cloud"],
                                                               56032)
    assert worker.command("GetIniFileSetting", "Region")[1] == "aws-usw2\n"
    assert worker.command("GetIniFileSetting", "KeepWorkerRunning")[1] == "True\n"


def test_a_worker_that_is_too_old_is_refused(rfdk, farm, programs):
    worker = farm.worker("old", version="10.1.8.5")
    done = subprocess.run(
        ["bash", rfdk.scripts() + "/bash/configureWorkerHealthCheck.sh", "63415", "10.1.9.2"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        env=environment(worker, programs))
    assert done.returncode == 1
    assert "(10.1.8.5) is less than the minimum supported version" in done.stdout.decode()


def test_a_client_is_connected_to_the_render_queue(rfdk, farm, programs):
    """client-rq-connection.py, without TLS: with it, it writes to a fixed place on the machine."""
    cloud = farm.machine("cloud")
    (programs / "boto3.py").write_text("", encoding="utf-8")  # it is imported, and not used here
    with rcs.Rcs(farm.folder) as server:
        status, _, err = cloud.command(
            "-executeScriptNoGui", rfdk.scripts() + "/python/client-rq-connection.py",
            "--render-queue", server.endpoint,
            **environment(cloud, programs, PYTHONPATH=str(programs)))
        assert status == 0, err
        assert cloud.command("GetIniFileSetting", "ProxyRoot")[1] == server.address + "\n"
        assert cloud.command("GetPoolNames")[0] == 0
        assert ["GET", "/simulated/farm", 200] in server.calls


def setting_names(farm):
    return sorted(each["SettingsName"] for each in farm.database.bodies("identity_registration"))


def register(rfdk, machine, programs, *source):
    words = ["--region", "us-west-2", "--credentials", SECRET, "--connection-subnet", "subnet-a"]
    for each in source:
        words += ["--source-subnet", each]
    return machine.command("ExecuteScriptNoGui", rfdk.scripts() + "/python/" + SETTINGS, *words,
                           **environment(machine, programs))


def test_identities_of_clients_are_registered(rfdk, farm, artist, programs):
    """`deadlinecommand secrets` with and without --json: made, kept, changed, deleted."""
    farm.database.put("secrets", "admin", {"user": "admin", "password": "secret"})
    status, _, err = register(rfdk, artist, programs, "subnet-a,Client,Registered",
                              "subnet-b,Server,Registered")
    assert status == 0, err
    assert setting_names(farm) == ["RfdkSubnet|subnet-a|subnet-a", "RfdkSubnet|subnet-a|subnet-b"]
    status, out, _ = register(rfdk, artist, programs, "subnet-a,Client,Registered")
    assert status == 0 and "exists and is up-to-date, skipping" in out
    assert setting_names(farm) == ["RfdkSubnet|subnet-a|subnet-a"]
    assert register(rfdk, artist, programs, "subnet-a,Client,Revoked")[0] == 0
    (kept,) = farm.database.bodies("identity_registration")
    assert kept["DefaultStatus"] == "Revoked" and kept["IsEnabled"] is True
    assert kept["ConnectionIpFilterValue"] == "10.0.0-63.*"


def test_secrets_need_the_administrator(rfdk, farm, artist, programs):
    """RFDK reads what is wrong from the exit status, also with --json."""
    status, _, err = register(rfdk, artist, programs, "subnet-a,Client,Registered")
    assert status == 1 and "Secrets Management is not enabled" in err
    farm.database.put("secrets", "admin", {"user": "admin", "password": "other"})
    status, _, err = register(rfdk, artist, programs, "subnet-a,Client,Registered")
    assert status == 1 and "Invalid credentials" in err
    assert json.loads(artist.command("--json", "secrets", "List", "u", "--password", "p")[1]) == {
        "ok": False, "result": "Unrecognized secrets command: List"}
