# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of the instance metadata service, against one that is simulated."""

import socket

import pytest
from ansible_collections.renderfarm.file_cache.plugins.module_utils.guard.imds import (
    ENDPOINT,
    MODE,
    Metadata,
    Unavailable,
    endpoint,
)
from ansible_collections.renderfarm.file_cache.plugins.module_utils.hsm.errors import Refused
from ansible_collections.renderfarm.file_cache.tests.farm.imds import imds

NAME = '/latest/meta-data/instance-id'


@pytest.fixture
def service():
    with imds.Imds() as one:
        yield one


@pytest.fixture
def metadata(service):
    return Metadata(service.endpoint)


def test_one_token_is_used_for_many_questions(service, metadata):
    assert [metadata.read(NAME) for _time in range(3)] == [b'i-0123456789abcdef0'] * 3
    assert service.control() == {'tokens': 1, 'answered': 3, 'unauthorized': 0}


def test_what_is_not_there_is_none(metadata):
    assert metadata.read('/latest/meta-data/spot/instance-action') is None


def test_a_token_that_expired_is_replaced_at_once(service, metadata):
    metadata.read(NAME)
    service.control(forget_tokens=True)
    assert metadata.read(NAME) == b'i-0123456789abcdef0'
    assert service.control() == {'tokens': 2, 'answered': 2, 'unauthorized': 1}


@pytest.mark.parametrize('fault, said', [
    ({'status': 503}, 'it answers 503 to PUT /latest/api/token'),
    ({'status': 503, 'on': 'data'}, 'it answers 503 to GET ' + NAME),
    ({'status': 401, 'on': 'data'}, 'it answers 401 to GET ' + NAME),
    ({'status': 302, 'on': 'data'}, 'it answers 302 to GET ' + NAME),
    ({'delay': 0.4, 'on': 'token'}, 'hop limit of 2'),
    ({'delay': 0.4, 'on': 'data'}, 'no answer within 0.1 s'),
    ({'drop': True}, 'without response'),
    ({'body': ''}, 'is no token'),
    ({'body': 'a\r\nX-Injected: b', 'on': 'token'}, 'is no token'),
    ({'body': 'x' * 70000, 'on': 'data'}, 'longer than'),
])
def test_every_odd_answer_is_one_sentence_and_the_next_question_works(service, fault, said):
    metadata = Metadata(service.endpoint, seconds=0.1)
    service.control(fault=fault)
    with pytest.raises(Unavailable) as problem:
        metadata.read(NAME)
    assert said in str(problem.value)
    service.control(fault=None)
    assert metadata.read(NAME) == b'i-0123456789abcdef0'


def test_a_service_that_is_switched_off_is_said_with_the_remedy(service, metadata):
    service.control(enabled=False)
    with pytest.raises(Unavailable) as problem:
        metadata.read(NAME)
    assert 'set HttpEndpoint to enabled' in str(problem.value)


def test_nobody_there():
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable) as problem:
        Metadata('http://127.0.0.1:%d' % port).read(NAME)
    assert 'refused' in str(problem.value)


def test_proxies_of_the_environment_are_not_asked(metadata, monkeypatch):
    for name in ('http_proxy', 'HTTP_PROXY', 'ALL_PROXY'):
        monkeypatch.setenv(name, 'http://127.0.0.1:9')
    assert metadata.read(NAME) == b'i-0123456789abcdef0'


def test_a_service_on_ipv6():
    if not socket.has_ipv6:
        pytest.skip('this Python knows no IPv6')
    try:
        service = imds.Imds('::1')
    except OSError as problem:
        pytest.skip('this host has no IPv6: %s' % problem)
    with service:
        assert service.endpoint.startswith('http://[::1]:')
        assert Metadata(service.endpoint).read(NAME) == b'i-0123456789abcdef0'


@pytest.mark.parametrize('environ, address', [
    ({}, 'http://169.254.169.254'),
    ({MODE: 'IPv6'}, 'http://[fd00:ec2::254]'),
    ({MODE: 'ipv4', ENDPOINT: ''}, 'http://169.254.169.254'),
    ({MODE: 'IPv6', ENDPOINT: 'http://imds:1338'}, 'http://imds:1338'),
])
def test_the_environment_says_where_the_service_is(environ, address):
    assert endpoint(environ) == address
    Metadata(address)


@pytest.mark.parametrize('address', [
    'imds', '169.254.169.254:80', 'https://169.254.169.254', 'http://', 'http://[::1',
    'http://imds:port', 'http://imds:99999', 'http://imds/latest', 'http://imds/?a=b',
])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(Refused) as problem:
        Metadata(address)
    assert address in str(problem.value)


def test_a_mode_that_is_none_is_refused():
    with pytest.raises(Refused):
        endpoint({MODE: 'IPv5'})
