# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON over HTTP(S), for the Remote Connection Server and the web service.

A server that is busy or starting answers 5xx: asked again, later each time. Only the server
itself is asked: a proxy of the environment is for the way out of the studio.
"""

import base64
import http.client
import json
import socket
import ssl
import time
import urllib.error
import urllib.request

from . import answers
from .errors import DeadlineError, Refusal

PAUSES = (1, 2, 4, 8)


class Http(object):
    """One server. certificate, key, ca: paths of PEM files, or None."""

    def __init__(self, url, certificate=None, key=None, key_password=None, ca=None,
                 validate=True, user=None, password=None, timeout=60, sleep=time.sleep):
        self.url = url.rstrip('/')
        self._timeout = timeout
        self._sleep = sleep
        self._headers = {'Content-Type': 'application/json; charset=utf-8'}
        if user:
            self._headers['Authorization'] = 'Basic ' + base64.b64encode(
                ('%s:%s' % (user, password or '')).encode('utf-8')).decode('ascii')
        handlers = [urllib.request.ProxyHandler({})]
        if self.url.lower().startswith('https:'):
            handlers.append(urllib.request.HTTPSHandler(
                context=_context(certificate, key, key_password, ca, validate)))
        elif not self.url.lower().startswith('http:'):
            raise DeadlineError('"%s" is no address: it starts with http:// or https://.' % url)
        self._opener = urllib.request.build_opener(*handlers)

    def get(self, path, headers=None):
        return self._ask('GET', path, None, headers)

    def post(self, path, body, headers=None):
        return self._ask('POST', path, json.dumps(body).encode('utf-8'), headers)

    def _ask(self, method, path, data, headers):
        request = urllib.request.Request(
            self.url + path, data=data, headers=dict(self._headers, **(headers or {})),
            method=method)
        for pause in PAUSES + (None,):
            try:
                with self._opener.open(request, timeout=self._timeout) as answer:
                    return self._parsed(path, answer.read())
            except urllib.error.HTTPError as error:
                if error.code < 500 or pause is None:
                    raise self._refused(path, error)
                error.close()
            except (OSError, ValueError, http.client.HTTPException) as error:
                if pause is None or not _passes(error):
                    raise self._unreachable(error)
            self._sleep(pause)

    def _parsed(self, path, data):
        text = data.decode('utf-8-sig', 'replace')
        if not text.strip():
            return None
        try:
            return json.loads(text)
        except ValueError:
            raise DeadlineError('%s%s answered with what is no JSON: %s. See whether the address '
                                'is that of a Deadline server.'
                                % (self.url, path, answers.quote(text)))

    def _refused(self, path, error):
        said = answers.quote(error.read().decode('utf-8', 'replace')) or error.reason
        sentence = '%s%s refused with status %d: %s' % (self.url, path, error.code, said)
        if error.code in (401, 403):
            sentence = ('%s%s does not let us in (%d: %s). See that the client certificate, or '
                        'user and password, are those that the server asks for.'
                        % (self.url, path, error.code, said))
        return Refusal(sentence, error.code)

    def _unreachable(self, error):
        reason = getattr(error, 'reason', error)
        if isinstance(reason, ssl.SSLError) or 'certificate' in str(reason).lower():
            return DeadlineError('%s: the TLS connection failed (%s). See that the CA, the client '
                                 'certificate and its key belong to this server.'
                                 % (self.url, answers.quote(str(reason))))
        return DeadlineError('%s cannot be reached (%s). See that the server runs, that this host '
                             'may connect to it, and, where it asks for one, that a client '
                             'certificate is given.' % (self.url, answers.quote(str(reason))))


class WebService(object):
    """Deadline's REST web service, for the one thing that no other way can do."""

    def __init__(self, http):
        self._http = http

    def mapped_paths(self, paths, system, region):
        """What workers of an operating system and a region make of these paths (deadline 141)."""
        answer = self._http.post('/api/mappedpaths', {
            'OS': system, 'Region': region or 'none', 'Paths': list(paths)})
        if not isinstance(answer, list) or len(answer) != len(paths) or not all(
                isinstance(path, str) for path in answer):
            raise DeadlineError('%s/api/mappedpaths did not answer with one path for each that was '
                                'asked: %s' % (self._http.url, answers.quote(json.dumps(answer))))
        return answer


def _passes(error):
    """Whether the same request may be answered a little later."""
    reason = getattr(error, 'reason', error)
    return isinstance(reason, (ConnectionError, socket.timeout)) and not isinstance(
        reason, ssl.SSLError)


def _context(certificate, key, key_password, ca, validate):
    try:
        context = ssl.create_default_context(cafile=ca)
        if not validate:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if certificate:
            context.load_cert_chain(certificate, key, lambda: key_password or '')
        return context
    except (OSError, ValueError) as error:
        raise DeadlineError(
            'The certificates cannot be used (%s). Give the client certificate, its key and the '
            'CA as PEM files that this user can read; a .pfx is turned into PEM by '
            'openssl pkcs12.' % answers.quote(str(error)))
