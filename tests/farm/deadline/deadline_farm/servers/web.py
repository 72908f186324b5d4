# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web service of a simulated farm: /api/..., JSON (deadline 168, 169, 221).

It is the host of the jobs that are posted to it: OnJobSubmitted fires in its process, as the user
that it runs as (deadline 42). With `password` it asks for basic authentication.
"""

import base64
import hmac

from . import service
from .web_calls import Calls

GREETING = b"This is the Deadline web service!"


class WebService(service.Service):
    """`runtime`: the process of the machine that the service runs on."""

    def __init__(self, runtime, host="127.0.0.1", port=0, user="", password=""):
        self._calls = Calls(runtime)
        self._expected = "Basic " + base64.b64encode(
            ("%s:%s" % (user, password)).encode()).decode() if password else None
        super().__init__(self._answer, host, port)

    def _answer(self, request):
        said = request.headers.get("Authorization", "")
        if self._expected and not hmac.compare_digest(said.encode(), self._expected.encode()):
            raise service.Refused(401, "Authentication is required")
        if request.path == "/":
            return GREETING
        start, _, name = request.path.rstrip("/").rpartition("/")
        call = getattr(self._calls, "%s_%s" % (request.method.lower(), name.lower()), None)
        if start.lower() != "/api" or call is None:
            raise service.Refused(404, "No such call: %s %s" % (request.method, request.path))
        return call(request)
