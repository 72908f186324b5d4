# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Remote Connection Server of a simulated farm: the calls of deadline.md rows 137, 163, 165.

    with rcs.Rcs(farm_folder, tls=folder_of_certificates) as server:
        print(server.endpoint)
"""

import os
import posixpath
import re

from ..state.database import Database
from . import certificates, service
from .rcs_calls import Calls

# What earlier branches of RFDK sent; `asks_for_version` makes a server that insists on it.
API_VERSION = {"/db/": "1", "/rcs/": "3"}
COLLECTION = re.compile(r"/db/settings/collections/(groups|pools)(/save)?$")
FILES = "/simulated/repository/"


class Rcs(service.Service):
    """`tls`: a folder of certificates.make(); `clients`: whose certificates it asks for."""

    def __init__(self, farm, host="127.0.0.1", port=0, tls=None, clients="required",
                 asks_for_version=False):
        self._farm = os.path.abspath(farm)
        self._database = Database(self._farm)
        self._calls = Calls(self._database)
        self._asks_for_version = asks_for_version
        super().__init__(self._answer, host, port,
                         certificates.server_context(tls, clients) if tls else None)

    def __exit__(self, *unused):
        super().__exit__(*unused)
        self._database.close()

    def _answer(self, request):
        if self._asks_for_version:
            _check_version(request)
        if request.method == "GET" and request.path.startswith("/simulated/"):
            return self._simulated(request.path)
        collection = COLLECTION.match(request.path)
        if collection:
            return self._collection(request, *collection.groups())
        call = {
            "/rcs/v1/describeServerData": self._calls.describe,
            "/rcs/v1/putServerData": self._calls.put,
            "/db/plugins/event/config/save": self._calls.save_event_config,
        }.get(request.path)
        if call is None or request.method != "POST":
            raise service.Refused(404, "No such call: %s %s" % (request.method, request.path))
        return call(request.json())

    def _collection(self, request, name, saves):
        method = "POST" if saves else "GET"
        if request.method != method:
            raise service.Refused(405, "%s is called by %s" % (request.path, method))
        if saves:
            return self._calls.save_collection(name, request.json())
        return self._calls.collection(name)

    def _simulated(self, path):
        """What the simulated deadlinecommand asks; a real one's way to its server is not public."""
        if path == "/simulated/farm":
            return {"farm": self._database.get("farm", "identity")}
        name = posixpath.normpath(path[len(FILES):])
        if not path.startswith(FILES) or name.startswith(("/", "..")):
            raise service.Refused(404, "No such call: %s" % path)
        try:
            with open(os.path.join(self._farm, "repository", name), "rb") as stream:
                return stream.read()
        except OSError as problem:
            raise service.Refused(404, "%s: %s" % (name, problem.strerror))


def _check_version(request):
    said = request.headers.get("x-amz-deadline-rcs-api")
    for start, version in API_VERSION.items():
        if request.path.startswith(start) and said != version:
            raise service.Refused(400, "Unsupported API version: %s" % said)
