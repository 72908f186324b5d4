# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instance metadata service of EC2 in its version 2 (IMDSv2): what it says to this host.

A token is fetched by PUT and goes with every question. It is kept until the service refuses
it with 401, which is what it does to one that has expired.
"""

import http.client
import re
import socket
from urllib.parse import urlsplit

from ..hsm.errors import Refused

# What AWS's own SDKs read, with the same meaning.
ENDPOINT = 'AWS_EC2_METADATA_SERVICE_ENDPOINT'
MODE = 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE'
BY_MODE = {'ipv4': 'http://169.254.169.254', 'ipv6': 'http://[fd00:ec2::254]'}

SECONDS = 2.0  # for each step of a call: the service is one hop away
MOST_BYTES = 65536

_TOKEN_PATH = '/latest/api/token'
_TOKEN_HEADER = 'X-aws-ec2-metadata-token'
_TTL_HEADER = 'X-aws-ec2-metadata-token-ttl-seconds'
_LONGEST_TTL = '21600'
_TOKEN = re.compile(br'[\x21-\x7e]{1,1024}\Z')

# What a status means that people can do something about.
_ADVICE = {
    403: 'it is switched off for this instance: set HttpEndpoint to enabled',
}


class Unavailable(Exception):
    """The service gave no answer that can be used; the message says why."""


def endpoint(environ):
    """Return the base address of the service, by the environment; raise Refused."""
    mode = environ.get(MODE) or 'IPv4'
    if mode.lower() not in BY_MODE:
        raise Refused('%s is "%s"; it can be IPv4 or IPv6' % (MODE, mode))
    return environ.get(ENDPOINT) or BY_MODE[mode.lower()]


class Metadata(object):
    """Asks the service. address: where it is, for people."""

    def __init__(self, address, seconds=SECONDS):
        """address: http://HOST[:PORT]; raises Refused when it is no such thing."""
        self.address = address
        self._host, self._port = _host_and_port(address)
        self._seconds = seconds
        self._token = None

    def read(self, path):
        """Return what stands at a path (bytes), or None where nothing does (404).

        Raises Unavailable.
        """
        fresh = self._token is None
        if fresh:
            self._token = self._new_token()
        status, body = self._ask(path)
        if status == 401 and not fresh:
            self._token = self._new_token()
            status, body = self._ask(path)
        if status == 200:
            return body
        if status == 404:
            return None
        if status == 401:
            self._token = None
        raise Unavailable(_odd('GET', path, status))

    def _ask(self, path):
        return self._call('GET', path, {_TOKEN_HEADER: self._token})

    def _new_token(self):
        try:
            status, body = self._call('PUT', _TOKEN_PATH, {_TTL_HEADER: _LONGEST_TTL})
        except socket.timeout:
            raise Unavailable('it gives no answer to the call for a token; inside a container the '
                              'instance needs a metadata hop limit of 2')
        if status != 200:
            raise Unavailable(_odd('PUT', _TOKEN_PATH, status))
        if not _TOKEN.match(body):
            raise Unavailable('what it gives is no token')
        return body.decode('ascii')

    def _call(self, method, path, headers):
        """Return (status, body). Proxies of the environment are none of ours: the address is
        link-local."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._seconds)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            body = answer.read(MOST_BYTES + 1)
        except socket.timeout:
            if method == 'PUT':
                raise
            raise Unavailable('it gives no answer within %g s' % self._seconds)
        except (OSError, UnicodeError, http.client.HTTPException) as problem:
            raise Unavailable(str(problem) or type(problem).__name__)
        finally:
            connection.close()
        if len(body) > MOST_BYTES:
            raise Unavailable('its answer to %s is longer than %d bytes' % (path, MOST_BYTES))
        return answer.status, body


def _host_and_port(address):
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or 80
    except ValueError as problem:
        raise Refused('%s: %s: %s' % (ENDPOINT, address, problem))
    if parts.scheme != 'http' or not host or parts.path not in ('', '/') or parts.query:
        raise Refused('%s: "%s" is no address like http://169.254.169.254' % (ENDPOINT, address))
    return host, port


def _odd(method, path, status):
    advice = _ADVICE.get(status)
    return 'it answers %d to %s %s%s' % (status, method, path, '; ' + advice if advice else '')
