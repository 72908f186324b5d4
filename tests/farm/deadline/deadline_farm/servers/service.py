# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP or HTTPS server of JSON, with the operator's hand on it.

What stands behind it is one function: `answer(request)` returns what is sent, bytes as they are
and all else as JSON, or raises `Refused`. The operator (`control(...)`, or the same words as JSON
by POST /control) brings faults:

    fault   {"status": 500, "times": 2}, {"delay": 5}, {"drop": true}, {"body": "..."};
            "path": "describe" limits it to calls whose path holds that word; null ends it
"""

import http.server
import json
import socket
import socketserver
import ssl
import threading
import time
import urllib.parse

CONTROL = "/control"


class Refused(Exception):
    """A call that is answered with an error."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Request:
    """One call, as the one who answers it sees it."""

    def __init__(self, method, target, headers, body):
        parts = urllib.parse.urlsplit(target)
        self.method = method
        self.path = urllib.parse.unquote(parts.path)
        self.query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
        self.headers = headers
        self.body = body

    def json(self):
        try:
            return json.loads(self.body.decode("utf-8"))
        except ValueError as problem:
            raise Refused(400, "The body is not JSON: %s" % problem)


class Hand:
    """What the operator has in mind, and what was called; shared by all threads of a server."""

    def __init__(self):
        self._lock = threading.Lock()
        self._fault = {}
        self.calls = []

    def control(self, words):
        unknown = sorted(set(words) - {"fault"})
        if unknown:
            raise ValueError("unknown word %s; known is fault" % unknown[0])
        with self._lock:
            if "fault" in words:
                self._fault = dict(words["fault"] or {})
            return {"calls": list(self.calls)}

    def fault(self, path):
        """The fault that takes the place of an answer; {} for none."""
        with self._lock:
            fault = self._fault
            if not fault or fault.get("path", "") not in path or fault.get("times") == 0:
                return {}
            if "times" in fault:
                fault["times"] -= 1
            return dict(fault)

    def called(self, method, path, status):
        with self._lock:
            self.calls.append([method, path, status])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Kestrel", ""
    timeout = 60

    def _serve(self):
        request = Request(self.command, self.path, self.headers, self._body())
        if request.path == CONTROL:
            self._control(request)
            return
        fault = self.server.hand.fault(request.path)
        time.sleep(fault.get("delay", 0))
        if fault.get("drop"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif "status" in fault or "body" in fault:
            self._send(request, fault.get("status", 200), fault.get("body", "Simulated fault"))
        else:
            self._answer(request)

    do_GET = do_POST = do_PUT = do_DELETE = _serve

    def _body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""  # RFDK sends its bodies so
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if not size:
                return body

    def _answer(self, request):
        try:
            value = self.server.answer(request)
        except Refused as refused:
            self._send(request, refused.status, str(refused))
        except Exception as problem:  # what a server says when it has a defect
            self._send(request, 500, "%s: %s" % (type(problem).__name__, problem))
        else:
            if isinstance(value, bytes):
                self._send(request, 200, value, "application/octet-stream")
            else:
                self._send(request, 200, json.dumps(value), "application/json; charset=utf-8")

    def _control(self, request):
        try:
            said = self.server.hand.control(request.json() if request.body else {})
        except (Refused, ValueError, TypeError) as problem:
            self._send(request, 400, str(problem))
        else:
            self._send(request, 200, json.dumps(said), "application/json")

    def _send(self, request, status, text, kind="text/plain; charset=utf-8"):
        body = text if isinstance(text, bytes) else text.encode("utf-8")
        if request.path != CONTROL:
            self.server.hand.called(request.method, request.path, status)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status >= 400:
            # Who does not read the text of an error would hold the connection open.
            self.send_header("Connection", "close")
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="Deadline"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *unused):
        """Tests have no use for a line a call."""


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def __init__(self, address, answer, context):
        self.answer = answer
        self.hand = Hand()
        self._context = context
        super().__init__(address, Handler)

    def server_bind(self):
        # Not that of HTTPServer: it asks the name service for this host's name.
        socketserver.TCPServer.server_bind(self)

    def get_request(self):
        request, address = super().get_request()
        if self._context:
            # The greeting comes with the first read, in the connection's own thread: a caller that
            # never greets must not stop the others.
            request = self._context.wrap_socket(request, server_side=True,
                                                do_handshake_on_connect=False)
        return request, address

    def handle_error(self, *unused):
        """A caller that went away, or without a certificate, is told by its own side."""


class Service:
    """The server on a port of this host, in a thread. `context`: an ssl.SSLContext for HTTPS."""

    def __init__(self, answer, host="127.0.0.1", port=0, context=None):
        self._server = Server((host, port), answer, context)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.host, self.port = self._server.server_address[:2]
        self.scheme = "https" if isinstance(context, ssl.SSLContext) else "http"

    @property
    def address(self):
        """As ProxyRoot of deadline.ini holds it."""
        return "%s:%d" % (self.host, self.port)

    @property
    def endpoint(self):
        return "%s://%s" % (self.scheme, self.address)

    @property
    def calls(self):
        """[method, path, status] of every call so far."""
        return self.control()["calls"]

    def control(self, **words):
        return self._server.hand.control(words)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *unused):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
