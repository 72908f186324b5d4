# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`deadlinecommand secrets`: what RFDK's scripts use of Secrets Management (deadline 201)."""

import os

from ..state.ids import new_id
from . import output
from .registry import Failure, command

COLLECTION = "identity_registration"
# As RFDK hands them over and reads them back.
FIELDS = ("SettingsName", "ConnectionIpFilterType", "ConnectionIpFilterValue",
          "SourceIpFilterType", "SourceIpFilterValue", "DefaultRole", "DefaultStatus", "IsEnabled")


@command("secrets", "<SubCommand> <User> --password <Password> [Argument...]")
def run(session, words):
    """Secrets Management. A password is text, or env:NAME."""
    name, user, option, password = words[:4]
    run_one = CALLS.get(name.lower())
    if run_one is None:
        raise Failure("Unrecognized secrets command: %s" % name)
    if option != "--password":
        raise Failure("The option --password is missing")
    if password.startswith("env:"):
        password = os.environ.get(password[4:], "")
    admin = session.database.get("secrets", "admin")
    if admin is None:
        raise Failure("Secrets Management is not enabled")
    if (user, password) != (admin["user"], admin["password"]):
        raise Failure("Invalid credentials for user %s" % user)
    return run_one(session.database, words[4:])


def _setting(values):
    if len(values) != len(FIELDS):
        raise Failure("%d values are needed: %s" % (len(FIELDS), ", ".join(FIELDS)))
    setting = dict(zip(FIELDS, values))
    setting["IsEnabled"] = setting["IsEnabled"].lower() == "true"
    return setting


def _known(database, words):
    if not words or database.get(COLLECTION, words[0]) is None:
        raise Failure("There is no load balancer identity registration setting %s"
                      % " ".join(words[:1]))
    return words[0]


def _list(database, _):
    return output.Bare(database.bodies(COLLECTION))


def _create(database, words):
    identity = new_id()
    database.put(COLLECTION, identity, dict(_setting(words), SettingsId=identity))
    return "Created %s" % identity


def _update(database, words):
    identity = _known(database, words)
    database.put(COLLECTION, identity, dict(_setting(words[1:]), SettingsId=identity))
    return "Updated %s" % identity


def _delete(database, words):
    identity = _known(database, words)
    database.delete(COLLECTION, identity)
    return "Deleted %s" % identity


CALLS = {
    "getloadbalanceridentityregistrationsettings": _list,
    "createloadbalanceridentityregistrationsetting": _create,
    "updateloadbalanceridentityregistrationsetting": _update,
    "deleteloadbalanceridentityregistrationsetting": _delete,
}
