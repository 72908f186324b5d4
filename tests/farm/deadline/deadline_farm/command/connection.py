# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""deadline.ini and what it says of the connection: Direct to the share, or over an RCS."""

import json
import os
import pwd
import urllib.error
import urllib.request

from ..servers import certificates
from ..state import client_ini, disk
from .registry import Failure

PATIENCE = 60


def user_of(runtime):
    """Whose part of deadline.ini counts (deadline 129).

    Who raised the farm stands for the machine's own user.
    """
    uid = os.geteuid()
    if uid == disk.owner(runtime.folder):
        return runtime.machine["user"]
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


class Connection:
    """The settings of one user on one machine."""

    def __init__(self, runtime):
        self._runtime = runtime
        self.user = user_of(runtime)

    def values(self):
        """{key in lower case: value}"""
        machine = self._runtime.database.get("machines", self._runtime.name)
        return client_ini.values(machine, self.user)

    def get(self, key):
        return self.values().get(key.lower(), "")

    def put(self, key, value, everybody=False):
        client_ini.put(self._runtime.database, self._runtime.name,
                       None if everybody else self.user, key, value)

    # -- the way to the repository -----------------------------------------------------------

    @property
    def remote(self):
        return self.get("ConnectionType").lower() == "remote"

    def tried(self, values=None):
        """Reach the repository with these values over those that are set, or fail."""
        settings = dict(self.values(), **{key.lower(): value
                                          for key, value in (values or {}).items()})
        if settings.get("connectiontype", "").lower() != "remote":
            return
        self._ask(settings)

    def fetch(self, name):
        """The bytes of a file of the repository, over the RCS."""
        return self._request(self.values(), "/repository/" + urllib.request.quote(name))

    def _ask(self, settings):
        farm = json.loads(self._request(settings, "/farm").decode("utf-8"))["farm"]
        if farm != self._runtime.database.get("farm", "identity"):
            raise Failure("The Remote Connection Server belongs to another repository")

    @staticmethod
    def _request(settings, path):
        """These two calls are the simulator's own: those of a real server are not public."""
        secure = settings.get("proxyusessl", "").lower() == "true"
        url = "%s://%s/simulated%s" % ("https" if secure else "http",
                                       settings.get("proxyroot", ""), path)
        try:
            context = certificates.client_context(
                settings.get("proxysslca") or None,
                settings.get("proxysslcertificate") or None) if secure else None
            with urllib.request.urlopen(url, timeout=PATIENCE, context=context) as answer:
                return answer.read()
        except (urllib.error.URLError, OSError, ValueError) as problem:
            raise Failure("Could not connect to the Remote Connection Server %s: %s" % (
                settings.get("proxyroot", ""), problem))
