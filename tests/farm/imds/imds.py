# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated instance metadata service of EC2 (IMDSv2 only), with the operator's hand on it.

    with imds.Imds() as service:
        os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = service.endpoint
        service.control(notice={"action": "terminate", "seconds": 120})

`serve` runs it as a program; README.md says what `control` takes, by call or by HTTP.
"""

import http.server
import json
import secrets
import socket
import socketserver
import threading
import time

TOKEN = "/latest/api/token"
DATA = "/latest/meta-data/"
CONTROL = "/control"
LONGEST_TTL = 21600

ROLE = "render-worker"
TREE = {
    "ami-id": "ami-0123456789abcdef0",
    "instance-id": "i-0123456789abcdef0",
    "instance-life-cycle": "spot",
    "instance-type": "c6i.8xlarge",
    "placement/availability-zone": "us-west-2a",
    "placement/region": "us-west-2",
    "iam/security-credentials/": ROLE,
    "iam/security-credentials/" + ROLE: json.dumps({
        "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "ASIAEXAMPLE",
        "SecretAccessKey": "example", "Token": "example", "LastUpdated": "2026-01-01T00:00:00Z",
        "Expiration": "2036-01-01T00:00:00Z"}),
}
NOTICE = "spot/instance-action"
TERMINATION = "spot/termination-time"
REBALANCE = "events/recommendations/rebalance"

WORDS = ("notice", "rebalance", "fault", "enabled", "forget_tokens")


def moment(epoch):
    """A time as the service writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))


class State:
    """What the service knows; one lock for all of its threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self._tokens = {}
        self._notice = None
        self._rebalance = None
        self.enabled = True
        self.fault = {}
        self.counts = {"tokens": 0, "answered": 0, "unauthorized": 0}

    def control(self, words):
        """Do what the operator says; returns what was counted."""
        unknown = sorted(set(words) - set(WORDS))
        if unknown:
            raise ValueError("unknown word %s; known are %s" % (unknown[0], ", ".join(WORDS)))
        with self._lock:
            if "notice" in words:
                self._notice = self._said(words["notice"])
            if "rebalance" in words:
                self._rebalance = words["rebalance"]
            if "fault" in words:
                self.fault = words["fault"] or {}
            self.enabled = words.get("enabled", self.enabled)
            if words.get("forget_tokens"):
                self._tokens.clear()
            return dict(self.counts)

    @staticmethod
    def _said(notice):
        """(body of instance-action, time), or None where there is no notice."""
        if notice is None:
            return None
        if "text" in notice:
            return notice["text"], None
        when = notice.get("time") or moment(time.time() + notice.get("seconds", 120))
        return json.dumps({"action": notice["action"], "time": when}), when

    def new_token(self, ttl):
        token = secrets.token_urlsafe(40) + "=="
        with self._lock:
            self._tokens[token] = time.monotonic() + ttl
            self.counts["tokens"] += 1
        return token

    def lives(self, token):
        """Seconds that a token is good for, None when it is not."""
        with self._lock:
            left = self._tokens.get(token, 0) - time.monotonic()
            self.counts["answered" if left > 0 else "unauthorized"] += 1
        return left if left > 0 else None

    def data(self, name):
        """What stands at a name below meta-data/; None for nothing."""
        with self._lock:
            if self._notice is not None and name == NOTICE:
                return self._notice[0]
            if self._notice is not None and name == TERMINATION and self._notice[1]:
                return self._notice[1]
            if self._rebalance is not None and name == REBALANCE:
                return json.dumps({"noticeTime": self._rebalance})
        if name == "":
            return "\n".join(sorted({each.partition("/")[0] for each in TREE}))
        return TREE.get(name)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "EC2ws", ""
    timeout = 30

    @property
    def state(self):
        return self.server.state

    def do_PUT(self):
        self._length_read()
        if self._hindered("token"):
            return
        if self.path != TOKEN:
            self._answer(405, headers={"Allow": "GET, HEAD, OPTIONS"})
        elif "X-Forwarded-For" in self.headers:
            self._answer(403)  # a proxy of somebody else
        else:
            ttl = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
            if not ttl.isdigit() or not 1 <= int(ttl) <= LONGEST_TTL:
                self._answer(400)
                return
            self._answer(200, self.state.new_token(int(ttl)),
                         {"X-Aws-Ec2-Metadata-Token-Ttl-Seconds": ttl})

    def do_GET(self):
        if self.path == CONTROL:
            self._answer(200, json.dumps(self.state.control({})))
            return
        if self._hindered("data"):
            return
        if self.path == TOKEN:
            self._answer(405, headers={"Allow": "OPTIONS, PUT"})
            return
        left = self.state.lives(self.headers.get("X-aws-ec2-metadata-token"))
        if left is None:
            self._answer(401)
            return
        found = self.state.data(self.path[len(DATA):]) if self.path.startswith(DATA) else None
        self._answer(404 if found is None else 200, found,
                     {"X-Aws-Ec2-Metadata-Token-Ttl-Seconds": str(int(left))})

    def do_POST(self):
        """Only the operator posts; the real service has no such call."""
        body = self._length_read()
        if self.path != CONTROL:
            self._answer(405, headers={"Allow": "GET, HEAD, OPTIONS"})
            return
        try:
            said = self.state.control(json.loads(body.decode("utf-8")))
        except (ValueError, TypeError, KeyError) as problem:
            self._answer(400, "%s\n" % problem)
        else:
            self._answer(200, json.dumps(said))

    def _length_read(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _hindered(self, call):
        """Whether a fault has taken the place of the answer."""
        if not self.state.enabled:
            self._answer(403)
            return True
        fault = self.state.fault
        if fault.get("on", call) != call:
            return False
        time.sleep(fault.get("delay", 0))
        if fault.get("drop"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif "status" in fault or "body" in fault:
            self._answer(fault.get("status", 200), fault.get("body"))
        else:
            return False
        return True

    def _answer(self, status, text=None, headers=None):
        if text is None:
            text = "<html><head><title>%d</title></head></html>\n" % status
        body = text.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if status >= 400 else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *unused):
        """Tests have no use for a line a call."""


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def __init__(self, address, family=socket.AF_INET):
        self.address_family = family
        self.state = State()
        super().__init__(address, Handler)

    def server_bind(self):
        # Not that of HTTPServer: it asks the name service for this host's name.
        socketserver.TCPServer.server_bind(self)

    def handle_error(self, *unused):
        """A caller that went away in the middle is none of our concern."""


class Imds:
    """The service on a free port of this host, in a thread."""

    def __init__(self, host="127.0.0.1", port=0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._server = Server((host, port), family)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def endpoint(self):
        host, port = self._server.server_address[:2]
        return "http://%s:%d" % ("[%s]" % host if ":" in host else host, port)

    def control(self, **words):
        return self._server.state.control(words)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *unused):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
