# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated service does what the EC2 user guide says of IMDSv2."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]

import imds  # noqa: E402

TTL = "X-aws-ec2-metadata-token-ttl-seconds"
TOKEN = "X-aws-ec2-metadata-token"
ACTION = "/latest/meta-data/spot/instance-action"


@pytest.fixture
def service():
    with imds.Imds() as one:
        yield one


def call(service, method, path, body=None, **headers):
    """(status, headers, text)"""
    connection = http.client.HTTPConnection(urlsplit(service.endpoint).netloc, timeout=10)
    try:
        connection.request(method, path, body,
                           {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8")
    finally:
        connection.close()


def token(service, ttl="60"):
    status, headers, text = call(service, "PUT", "/latest/api/token", **{TTL: ttl})
    assert (status, headers[TTL]) == (200, ttl)
    return text


def get(service, path, key):
    return call(service, "GET", path, **{TOKEN: key})[0::2]


@pytest.mark.parametrize("headers, status", [
    ({}, 400), ({TTL: ""}, 400), ({TTL: "0"}, 400), ({TTL: "21601"}, 400), ({TTL: "-1"}, 400),
    ({TTL: "soon"}, 400), ({TTL: "60", "X-Forwarded-For": "10.0.0.1"}, 403), ({TTL: "21600"}, 200),
])
def test_who_gets_a_token(service, headers, status):
    assert call(service, "PUT", "/latest/api/token", **headers)[0] == status


@pytest.mark.parametrize("method, path", [("GET", "/latest/api/token"), ("PUT", ACTION),
                                          ("POST", "/latest/api/token")])
def test_other_methods(service, method, path):
    assert call(service, method, path, **{TTL: "60"})[0] == 405


def test_without_a_token_nothing_is_said(service):
    for headers in ({}, {TOKEN: "made-up=="}):
        assert call(service, "GET", "/latest/meta-data/instance-id", **headers)[0] == 401


def test_a_token_expires(service):
    key = token(service, "1")
    status, headers, text = call(service, "GET", "/latest/meta-data/instance-id", **{TOKEN: key})
    assert (status, text) == (200, "i-0123456789abcdef0") and int(headers[TTL]) <= 1
    time.sleep(1.05)
    assert get(service, "/latest/meta-data/instance-id", key)[0] == 401


def test_there_is_a_notice_when_the_operator_says_so(service):
    key = token(service)
    assert get(service, ACTION, key)[0] == 404
    service.control(notice={"action": "terminate", "seconds": 120})
    said = json.loads(get(service, ACTION, key)[1])
    assert said["action"] == "terminate"
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", said["time"])
    assert get(service, "/latest/meta-data/spot/termination-time", key) == (200, said["time"])
    service.control(notice=None, rebalance="2026-11-25T08:22:00Z")
    assert get(service, ACTION, key)[0] == 404
    assert json.loads(get(service, "/latest/meta-data/events/recommendations/rebalance", key)[1]) \
        == {"noticeTime": "2026-11-25T08:22:00Z"}


def test_faults(service):
    key = token(service)
    service.control(fault={"status": 503, "on": "data"})
    assert get(service, ACTION, key)[0] == 503 and token(service)
    service.control(fault={"drop": True})
    with pytest.raises(http.client.RemoteDisconnected):
        get(service, ACTION, key)
    service.control(fault=None, enabled=False)
    assert get(service, ACTION, key)[0] == 403
    service.control(enabled=True)
    assert get(service, ACTION, key)[0] == 404


def test_as_a_program_it_is_controlled_by_http():
    program = os.path.join(os.path.dirname(HERE), "serve")
    with subprocess.Popen([sys.executable, program, "--listen", "127.0.0.1:0"],
                          stdout=subprocess.PIPE) as ran:
        try:
            class Service:
                endpoint = ran.stdout.readline().split()[-1].decode()
            words = json.dumps({"notice": {"action": "stop", "seconds": 60}})
            assert call(Service, "POST", "/control", words)[0] == 200
            assert call(Service, "POST", "/control", '{"notise": null}')[0] == 400
            assert json.loads(get(Service, ACTION, token(Service))[1])["action"] == "stop"
            assert json.loads(call(Service, "GET", "/control")[2])["tokens"] == 1
        finally:
            ran.kill()
